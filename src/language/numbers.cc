#include "language/numbers.h"

#include <algorithm>
#include <array>
#include <utility>

#include "language/characters.h"
#include "language/lexicon.h"

namespace holdfast::language {
namespace {

constexpr std::size_t kMaxDigits = 30;

struct Unit {
  std::string_view written;
  std::string_view unit;
};

// Sorted by `written`. The unit of currencies is the ISO 4217 code.
constexpr std::array kUnits = std::to_array<Unit>({
    {"b", "b"},        {"bytes", "b"},      {"celsius", "c"},     {"centimeters", "cm"}, {"cents", "cent"},
    {"chf", "chf"},    {"cm", "cm"},        {"day", "day"},       {"days", "day"},       {"dollars", "usd"},
    {"eur", "eur"},    {"euro", "eur"},     {"euros", "eur"},     {"feet", "ft"},        {"francs", "chf"},
    {"ft", "ft"},      {"g", "g"},          {"gb", "gb"},         {"gbp", "gbp"},        {"ghz", "ghz"},
    {"gib", "gib"},    {"grams", "g"},      {"h", "h"},           {"hour", "h"},         {"hours", "h"},
    {"hrs", "h"},      {"inch", "in"},      {"inches", "in"},     {"kb", "kb"},          {"kg", "kg"},
    {"kib", "kib"},    {"kilograms", "kg"}, {"kilometers", "km"}, {"kilometres", "km"},  {"kilos", "kg"},
    {"km", "km"},      {"kwh", "kwh"},      {"lbs", "lb"},        {"liters", "l"},       {"litres", "l"},
    {"mb", "mb"},      {"meters", "m"},     {"metres", "m"},      {"mhz", "mhz"},        {"mib", "mib"},
    {"miles", "mile"}, {"min", "min"},      {"mins", "min"},      {"minute", "min"},     {"minutes", "min"},
    {"ml", "ml"},      {"mm", "mm"},        {"month", "month"},   {"months", "month"},   {"ms", "ms"},
    {"ns", "ns"},      {"percent", "%"},    {"pounds", "gbp"},    {"pt", "pt"},          {"px", "px"},
    {"s", "s"},        {"sec", "s"},        {"seconds", "s"},     {"secs", "s"},         {"tb", "tb"},
    {"us", "us"},      {"usd", "usd"},      {"w", "w"},           {"week", "week"},      {"weeks", "week"},
    {"year", "year"},  {"years", "year"},   {"yen", "jpy"},       {"yrs", "year"},
});
static_assert(std::ranges::is_sorted(kUnits, {}, &Unit::written));

std::string_view unit_of(std::string_view word) {
  const auto* found = std::ranges::lower_bound(kUnits, word, {}, &Unit::written);
  return found != kUnits.end() && found->written == word ? found->unit : std::string_view{};
}

std::string_view currency_at(std::string_view text, std::size_t& size) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kSigns = {
      {{"$", "usd"}, {"€", "eur"}, {"£", "gbp"}, {"¥", "jpy"}}};
  for (const auto& [sign, unit] : kSigns) {
    if (!text.starts_with(sign)) continue;
    size = sign.size();
    return unit;
  }
  return {};
}

class Finder {
 public:
  explicit Finder(std::string_view text) : text_(text) {}

  std::vector<NumberMention> run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (is_ascii_digit(c)) {
        digits();
      } else if (is_ascii_letter(c)) {
        words();
      } else if (is_word_byte(c) || c == '_') {
        if (!currency_before()) skip_run();
      } else {
        ++at_;
      }
    }
    return std::move(found_);
  }

 private:
  [[nodiscard]] char byte(std::size_t i) const { return i < text_.size() ? text_[i] : '\n'; }
  [[nodiscard]] bool digit(std::size_t i) const { return is_ascii_digit(byte(i)); }

  // Past a stretch that cannot hold a number: an identifier, a path, a version, a date.
  void skip_run() {
    while (at_ < text_.size() && (is_word_byte(text_[at_]) || text_[at_] == '_')) {
      ++at_;
      const bool joint =
          std::string_view(".-:/@").contains(byte(at_)) && (is_word_byte(byte(at_ + 1)) || byte(at_ + 1) == '_');
      if (joint) ++at_;
    }
  }

  bool currency_before() {
    std::size_t size = 0;
    if (currency_at(text_.substr(at_), size).empty()) return false;
    at_ += size;
    return true;
  }

  void digits() {
    const std::size_t begin = at_;
    std::size_t end = begin;
    std::string whole;
    std::string fraction;
    read_digits(end, whole);
    while (byte(end) == ',' && digit(end + 1) && digit(end + 2) && digit(end + 3) && !digit(end + 4) &&
           whole.size() < kMaxDigits) {
      ++end;
      read_digits(end, whole);
    }
    if (byte(end) == '.' && digit(end + 1)) {
      ++end;
      read_digits(end, fraction);
    }
    if (whole.size() > kMaxDigits || fraction.size() > kMaxDigits || not_a_quantity(begin, end)) {
      at_ = begin;
      return skip_run();
    }
    std::string unit;
    std::size_t mention_begin = begin;
    int thousands = 0;
    end = suffix(end, thousands, unit);
    if (end == 0) {
      at_ = begin;
      return skip_run();
    }
    if (unit.empty()) mention_begin = sign_before(begin, unit);
    const bool minus =
        byte(mention_begin - 1) == '-' && mention_begin > 0 &&
        (mention_begin == 1 || is_ascii_space(byte(mention_begin - 2)) || byte(mention_begin - 2) == '(');
    if (minus) --mention_begin;
    add(mention_begin, end, canonical(whole, fraction, thousands, minus), std::move(unit), false);
    at_ = end;
  }

  void read_digits(std::size_t& end, std::string& into) const {
    while (digit(end)) {
      if (into.size() <= kMaxDigits) into += text_[end];
      ++end;
    }
  }

  // Times, dates, versions, ranges of a path: digits held together with others by more than a decimal point.
  [[nodiscard]] bool not_a_quantity(std::size_t begin, std::size_t end) const {
    const char after = byte(end);
    if (after == '_' || after == '@') return true;
    if ((after == ':' || after == '/' || after == '.') && is_word_byte(byte(end + 1))) return true;
    if (after == '-' && digit(end + 1)) return dashed_date(end);
    const char before = begin > 0 ? byte(begin - 1) : ' ';
    return before == '_' || before == '#' || (before == '/' && begin > 1 && is_word_byte(byte(begin - 2)));
  }

  // "2026-04-14", but not "3-5"
  [[nodiscard]] bool dashed_date(std::size_t dash) const {
    std::size_t i = dash + 1;
    while (digit(i) && i - dash < 6) ++i;
    return byte(i) == '-' && digit(i + 1);
  }

  // Reads "k", "m", "%" and units right after the digits or after a blank; 0 when the letters make it a word ("3d",
  // "2nd").
  [[nodiscard]] std::size_t suffix(std::size_t end, int& thousands, std::string& unit) const {
    if (byte(end) == '%') {
      unit = "%";
      return end + 1;
    }
    std::size_t size = 0;
    if (const std::string_view sign = currency_at(text_.substr(end), size); !sign.empty()) {
      unit = sign;
      return end + size;
    }
    if (is_word_byte(byte(end))) {
      const std::string letters = letters_at(end);
      std::size_t stop = end + letters.size();
      if (letters.empty() || is_word_byte(byte(stop)) || byte(stop) == '_') return 0;
      if (letters == "k" || letters == "m" || letters == "bn") {
        thousands = letters == "k" ? 1 : letters == "m" ? 2 : 3;
        return unit_after_blank(stop, thousands, unit);
      }
      unit = unit_of(letters);
      return unit.empty() ? 0 : stop;
    }
    return unit_after_blank(end, thousands, unit);
  }

  [[nodiscard]] std::size_t unit_after_blank(std::size_t end, int& thousands, std::string& unit) const {
    if (byte(end) != ' ') return end;
    std::size_t size = 0;
    if (const std::string_view sign = currency_at(text_.substr(end + 1), size);
        !sign.empty() && !digit(end + 1 + size)) {
      unit = sign;
      return end + 1 + size;
    }
    const std::string letters = letters_at(end + 1);
    const std::size_t stop = end + 1 + letters.size();
    if (letters.empty() || is_word_byte(byte(stop)) || byte(stop) == '_') return end;
    const int power = letters == "thousand" ? 1 : letters == "million" ? 2 : letters == "billion" ? 3 : 0;
    if (power > 0 && thousands == 0) {
      thousands = power;
      return unit_after_blank(stop, thousands, unit);
    }
    // "us", "s", "b" after a blank are rather words.
    if (letters == "us" || letters == "s" || letters == "b" || letters == "w" || letters == "h") return end;
    unit = unit_of(letters);
    return unit.empty() ? end : stop;
  }

  [[nodiscard]] std::string letters_at(std::size_t at) const {
    constexpr std::size_t kLongest = 12;
    std::string letters;
    while (is_ascii_letter(byte(at + letters.size())) && letters.size() < kLongest)
      letters += ascii_lower(text_[at + letters.size()]);
    return letters;
  }

  // The currency sign before `begin`, with at most one blank between: where the mention begins.
  std::size_t sign_before(std::size_t begin, std::string& unit) const {
    for (const std::string_view sign : {"$", "€", "£", "¥"}) {
      for (const std::size_t blank : {0U, 1U}) {
        if (begin < sign.size() + blank || (blank == 1 && text_[begin - 1] != ' ')) continue;
        const std::size_t start = begin - sign.size() - blank;
        if (text_.substr(start, sign.size()) != sign) continue;
        std::size_t size = 0;
        unit = currency_at(sign, size);
        return start;
      }
    }
    return begin;
  }

  static std::string canonical(std::string_view whole, std::string_view fraction, int thousands, bool minus) {
    std::string number(whole);
    std::string rest(fraction);
    for (int i = 0; i < 3 * thousands; ++i) {
      number += rest.empty() ? '0' : rest.front();
      if (!rest.empty()) rest.erase(0, 1);
    }
    number.erase(0, std::min(number.find_first_not_of('0'), number.size() - 1));
    while (rest.ends_with('0')) rest.pop_back();
    if (!rest.empty()) number += "." + rest;
    return minus && number != "0" ? "-" + number : number;
  }

  struct WordRead {
    std::string folded;
    std::size_t end = 0;
  };
  [[nodiscard]] WordRead word_at(std::size_t at) const {
    const std::string letters = letters_at(at);
    const std::size_t end = at + letters.size();
    if (is_word_byte(byte(end)) || byte(end) == '_') return {};
    return {letters, end};
  }

  // "three", "twenty-one", "two hundred and five", "a dozen", "a thousand"
  void words() {
    const std::size_t begin = at_;
    const WordRead first = word_at(begin);
    const bool article = first.folded == "a" || first.folded == "an";
    const int value = article ? 1 : number_word(first.folded);
    const bool half =
        first.folded == "half" && word_at(begin + 5).folded == "a" && word_at(begin + 7).folded == "dozen";
    if (half) {
      add(begin, begin + 12, "6", {}, true);
      at_ = begin + 12;
      return;
    }
    if (first.folded == "dozen") {
      add(begin, first.end, "12", {}, true);
      at_ = first.end;
      return;
    }
    if (first.folded.empty() || value < 0) return skip_run();
    std::size_t end = first.end;
    long total = value;
    bool counted = !article;
    if (value >= 20) {
      const WordRead ones = (byte(end) == '-' || byte(end) == ' ') ? word_at(end + 1) : WordRead{};
      if (const int one = number_word(ones.folded); one > 0 && one < 10) {
        total += one;
        end = ones.end;
      }
    }
    if (const WordRead next = word_at(end + 1); byte(end) == ' ' && next.folded == "dozen") {
      total *= 12;
      end = next.end;
      counted = true;
    } else if (byte(end) == ' ' && next.folded == "hundred") {
      total *= 100;
      end = next.end;
      counted = true;
      end = below_hundred(end, total);
    }
    if (const WordRead next = word_at(end + 1);
        byte(end) == ' ' && (next.folded == "thousand" || next.folded == "million")) {
      total *= next.folded == "thousand" ? 1'000 : 1'000'000;
      end = next.end;
      counted = true;
    }
    std::string unit;
    if (counted) {
      int none = 1;
      end = unit_after_blank(end, none, unit);
    }
    // "one" alone is a pronoun more often than a count.
    const bool pronoun = total == 1 && unit.empty();
    if (counted && !pronoun) add(begin, end, std::to_string(total), std::move(unit), true);
    at_ = std::max(end, first.end);
    if (!counted) at_ = first.end;
  }

  // Adds "(and) five", "(and) twenty-one" after a hundred.
  std::size_t below_hundred(std::size_t end, long& total) const {
    WordRead next = byte(end) == ' ' ? word_at(end + 1) : WordRead{};
    if (next.folded == "and" && byte(next.end) == ' ') next = word_at(next.end + 1);
    const int value = number_word(next.folded);
    if (value <= 0) return end;
    total += value;
    end = next.end;
    if (value < 20) return end;
    const WordRead ones = (byte(end) == '-' || byte(end) == ' ') ? word_at(end + 1) : WordRead{};
    const int one = number_word(ones.folded);
    if (one <= 0 || one >= 10) return end;
    total += one;
    return ones.end;
  }

  void add(std::size_t begin, std::size_t end, std::string canonical_form, std::string unit, bool word) {
    found_.push_back(
        {.begin = begin, .end = end, .canonical = std::move(canonical_form), .unit = std::move(unit), .word = word});
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<NumberMention> found_;
};

}  // namespace

std::vector<NumberMention> find_numbers(std::string_view text) { return Finder(text).run(); }

}  // namespace holdfast::language
