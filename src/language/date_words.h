// Text as the date rules see it: tokens, classified once, and the tense of the clause a token stands in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::language {

enum class DateWord : std::uint8_t {
  kNone,     // any other word, and marks
  kMonth,    // value 1–12
  kWeekday,  // value 1 (Monday) – 7
  kUnit,     // value 1 day, 2 week, 3 month, 4 year, 5 fortnight
  kShift,    // value: see Shift
  kNear,     // value: days from today + 2, 1 yesterday – 3 tomorrow
  kSeason,   // value: the month it begins in
  kWeekend,
  kQuarter,
  kHoliday,  // the first word of one
  kEnd,
  kNumber,        // value: the number
  kOrdinal,       // value: the number of "14th" or "fourteenth"
  kNamedQuarter,  // value 1–4: "q3"
};

class DateWordSet {
 public:
  constexpr DateWordSet() = default;
  constexpr DateWordSet(std::initializer_list<DateWord> words) {
    for (const DateWord word : words) bits_ |= 1U << static_cast<unsigned>(word);
  }
  constexpr void insert(DateWordSet other) { bits_ |= other.bits_; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr bool meets(DateWordSet other) const { return (bits_ & other.bits_) != 0; }

 private:
  unsigned bits_ = 0;
};

enum Shift : std::uint8_t { kLast = 1, kPast, kNext, kThis, kComing };

struct DateToken {
  enum Kind : std::uint8_t { kWord, kNumber, kOrdinal, kMark };

  std::size_t begin = 0;
  std::size_t end = 0;
  Kind kind = kMark;
  DateWord of = DateWord::kNone;
  bool full_name = false;  // of a month or weekday
  bool spelled = false;    // an ordinal in words
  bool past = false;       // a sign of the past tense
  bool future = false;
  int value = 0;   // of a number, ordinal or classified word; of a mark its character, '-' for any dash
  int digits = 0;  // of a number or ordinal
};

struct Tense {
  bool past = false;
  bool future = false;

  // -1 past, 1 future, 0 neither or both.
  [[nodiscard]] int sign() const { return past == future ? 0 : past ? -1 : 1; }
};

class DateText {
 public:
  explicit DateText(std::string_view text);

  // Whether any token is of one of these.
  [[nodiscard]] bool has_any(DateWordSet of) const { return present_.meets(of); }

  [[nodiscard]] std::size_t size() const { return tokens_.size(); }
  // The token at `i`, and beyond either end one that fits no rule.
  [[nodiscard]] const DateToken& at(std::size_t i) const { return i < tokens_.size() ? tokens_[i] : none_; }
  // The text of token `i`, in lower case.
  [[nodiscard]] std::string_view word(std::size_t i) const {
    const DateToken& token = at(i);
    return {lower_.data() + token.begin, token.end - token.begin};
  }
  [[nodiscard]] bool is(std::size_t i, std::string_view word) const { return this->word(i) == word; }
  [[nodiscard]] bool any(std::size_t i, std::initializer_list<std::string_view> words) const;
  [[nodiscard]] bool mark(std::size_t i, char c) const { return at(i).kind == DateToken::kMark && at(i).value == c; }
  // Whether no blank stands between `i` and the token after it.
  [[nodiscard]] bool joined(std::size_t i) const { return i + 1 < size() && at(i).end == at(i + 1).begin; }
  // The nearest word before token `i` if it stands within 14 bytes of it, or "".
  [[nodiscard]] std::string_view word_before(std::size_t i) const;

  [[nodiscard]] bool is_month(std::size_t i) const { return at(i).of == DateWord::kMonth; }
  [[nodiscard]] bool is_weekday(std::size_t i) const { return at(i).of == DateWord::kWeekday; }
  [[nodiscard]] bool is_number(std::size_t i) const { return at(i).kind == DateToken::kNumber; }
  [[nodiscard]] bool is_ordinal(std::size_t i) const { return at(i).kind == DateToken::kOrdinal; }
  // A number or ordinal that may be a day of a month, a number that may be a year.
  [[nodiscard]] bool is_day(std::size_t i) const {
    return (is_number(i) || is_ordinal(i)) && at(i).digits <= 2 && at(i).value >= 1 && at(i).value <= 31;
  }
  [[nodiscard]] bool is_year(std::size_t i) const {
    return is_number(i) && at(i).digits == 4 && at(i).value >= 1900 && at(i).value < 2100;
  }
  // Whether the number at `i` is only the last part of a longer one: "3.14".
  [[nodiscard]] bool number_goes_on_before(std::size_t i) const;
  // Whether what stands at `i` makes the number before it a time, a share or an amount.
  [[nodiscard]] bool measured(std::size_t i) const;

  // The place after the month ("Apr.") or the day ("14." of "14. April") at `i` and its full stop, or after a comma or
  // "of" if one is at `i`.
  [[nodiscard]] std::size_t after_month(std::size_t i) const {
    return mark(i + 1, '.') && joined(i) && !at(i).full_name ? i + 2 : i + 1;
  }
  [[nodiscard]] std::size_t after_day(std::size_t i) const {
    return mark(i + 1, '.') && joined(i) && !joined(i + 1) ? i + 2 : i + 1;
  }
  [[nodiscard]] std::size_t after_comma(std::size_t i) const { return mark(i, ',') ? i + 1 : i; }
  [[nodiscard]] std::size_t after_of(std::size_t i) const { return is(i, "of") ? i + 1 : i; }

  // The tense around the tokens [i, j): of their clause, or if that has none, with the words just before the clause.
  [[nodiscard]] Tense tense(std::size_t i, std::size_t j) const;
  // Whether that clause speaks of something that happens again and again ("every", "weekly", "on Fridays").
  [[nodiscard]] bool recurs(std::size_t i, std::size_t j) const;
  // Whether that clause has any of the words, or one that begins like it when it ends with '*'.
  [[nodiscard]] bool clause_has(std::size_t i, std::size_t j, std::initializer_list<std::string_view> words) const;

 private:
  struct Span {
    std::size_t from;
    std::size_t to;
  };

  void scan();
  void add_run(std::size_t begin, std::size_t end);
  void join_ordinals();
  void finish_tense();
  [[nodiscard]] bool told_before(std::size_t i) const;
  [[nodiscard]] Span clause(std::size_t i, std::size_t j) const;
  [[nodiscard]] Tense tense_of(Span span) const;

  std::string lower_;
  std::vector<DateToken> tokens_;
  DateToken none_;
  DateWordSet present_;
};

}  // namespace holdfast::language
