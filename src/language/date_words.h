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
  kNone,
  kMonth,    // value 1–12
  kWeekday,  // value 1 (Monday) – 7
  kUnit,     // value 1 day, 2 week, 3 month, 4 year
  kShift,    // value: see Shift
  kNear,     // value: days from today + 2, 1 yesterday – 3 tomorrow
  kSeason,   // value: the month it begins in
  kWeekend,
  kQuarter,
  kHoliday,  // the first word of one
  kEnd,
};

enum Shift : std::uint8_t { kLast = 1, kPast, kNext, kThis, kComing };

struct DateToken {
  enum Kind : std::uint8_t { kWord, kNumber, kOrdinal, kMark };

  std::size_t begin = 0;
  std::size_t end = 0;
  Kind kind = kMark;
  DateWord of = DateWord::kNone;
  bool full_name = false;  // of a month or weekday
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

  // Whether any token could begin a date: the rules need not run otherwise.
  [[nodiscard]] bool has(DateWord of) const { return (present_ & 1U << static_cast<unsigned>(of)) != 0; }
  [[nodiscard]] bool has_ordinal() const { return ordinal_; }
  [[nodiscard]] bool has_number() const { return number_; }

  [[nodiscard]] std::size_t size() const { return tokens_.size(); }
  // The token at `i`, and beyond either end one that fits no rule.
  [[nodiscard]] const DateToken& at(std::size_t i) const { return i < tokens_.size() ? tokens_[i] : none_; }
  // The text of token `i`, in lower case.
  [[nodiscard]] std::string_view word(std::size_t i) const;
  [[nodiscard]] bool is(std::size_t i, std::string_view word) const { return this->word(i) == word; }
  [[nodiscard]] bool any(std::size_t i, std::initializer_list<std::string_view> words) const;
  [[nodiscard]] bool mark(std::size_t i, char c) const { return at(i).kind == DateToken::kMark && at(i).value == c; }
  // Whether no blank stands between `i` and the token after it.
  [[nodiscard]] bool joined(std::size_t i) const { return i + 1 < size() && at(i).end == at(i + 1).begin; }
  // The nearest word before token `i` if it stands within 14 bytes of it, or "".
  [[nodiscard]] std::string_view word_before(std::size_t i) const;

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
  void finish_tense();
  [[nodiscard]] Span clause(std::size_t i, std::size_t j) const;
  [[nodiscard]] Tense tense_of(Span span) const;

  std::string lower_;
  std::vector<DateToken> tokens_;
  DateToken none_;
  unsigned present_ = 0;
  bool ordinal_ = false;
  bool number_ = false;
};

}  // namespace holdfast::language
