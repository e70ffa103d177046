#include "language/date_words.h"

#include <algorithm>
#include <iterator>

#include "language/characters.h"
#include "language/lexicon.h"
#include "language/word_table.h"

namespace holdfast::language {
namespace {

constexpr std::size_t kClauseTokens = 40;  // looked at on either side: what is further away says little, and costs
constexpr std::size_t kBeforeClause = 70;  // bytes

constexpr std::uint32_t kPastBit = 1U << 16;
constexpr std::uint32_t kFutureBit = 1U << 17;

constexpr std::uint32_t entry(DateWord of, int value) {
  return static_cast<std::uint32_t>(of) << 8 | static_cast<std::uint32_t>(value);
}

WordTable make_words() {
  WordTable words(256);
  words.add_all("day days", entry(DateWord::kUnit, 1));
  words.add_all("week weeks", entry(DateWord::kUnit, 2));
  words.add_all("month months", entry(DateWord::kUnit, 3));
  words.add_all("year years", entry(DateWord::kUnit, 4));
  words.add_all("fortnight fortnights", entry(DateWord::kUnit, 5));
  constexpr std::string_view kQuarters[] = {"q1", "q2", "q3", "q4"};
  for (std::size_t i = 0; i < std::size(kQuarters); ++i)
    words.add(kQuarters[i], entry(DateWord::kNamedQuarter, static_cast<int>(i) + 1));
  constexpr std::string_view kOrdinals[] = {"first",     "second",      "third",      "fourth",     "fifth",
                                            "sixth",     "seventh",     "eighth",     "ninth",      "tenth",
                                            "eleventh",  "twelfth",     "thirteenth", "fourteenth", "fifteenth",
                                            "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"};
  for (std::size_t i = 0; i < std::size(kOrdinals); ++i)
    words.add(kOrdinals[i], entry(DateWord::kOrdinal, static_cast<int>(i) + 1));
  words.add("thirtieth", entry(DateWord::kOrdinal, 30));
  words.add("last", entry(DateWord::kShift, kLast));
  words.add("past", entry(DateWord::kShift, kPast));
  words.add("next", entry(DateWord::kShift, kNext));
  words.add("this", entry(DateWord::kShift, kThis));
  words.add("coming", entry(DateWord::kShift, kComing));
  words.add("yesterday", entry(DateWord::kNear, 1));
  words.add_all("today tonight now", entry(DateWord::kNear, 2));
  words.add_all("tomorrow tmrw tmr", entry(DateWord::kNear, 3));
  words.add("spring", entry(DateWord::kSeason, 3));
  words.add("summer", entry(DateWord::kSeason, 6));
  words.add_all("autumn fall", entry(DateWord::kSeason, 9));
  words.add("winter", entry(DateWord::kSeason, 12));
  words.add("weekend", entry(DateWord::kWeekend, 1));
  words.add("quarter", entry(DateWord::kQuarter, 1));
  words.add_all(
      "christmas xmas halloween valentine valentines new easter good ash whit ascension pentecost "
      "thanksgiving black boxing",
      entry(DateWord::kHoliday, 1));
  words.add("end", entry(DateWord::kEnd, 1));
  words.add_all(
      "fell gave took made told said read wrote ate drove flew hit cut quit began grew kept was were did had got went "
      "came "
      "left finished done bought sold broke lost won met saw sent paid ran ago last yesterday been brought built "
      "caught "
      "chose felt found forgot heard held knew spent stood taught thought woke wore swam sang slept spoke became gone "
      "given "
      "taken written seen stuck born died",
      kPastBit);
  words.add_all(
      "will wont gonna deadline planned plan must need needs should tomorrow expires ends arrives starts begins coming "
      "come comes close closes open opens is are due moves goes leave leaves flies fly want wants can back arrive",
      kFutureBit);
  return words;
}

// "deployed", but not "need" and what comes of it.
bool past_ending(std::string_view word) {
  if (word.size() < 5 || !word.ends_with("ed")) return false;
  for (const std::string_view other : {"need", "speed", "feed", "seed", "indeed"})
    if (word.starts_with(other)) return false;
  return true;
}

bool is_break(const DateToken& token, char bracket) {
  if (token.kind != DateToken::kMark) return false;
  switch (token.value) {
    case '.':
    case ',':
    case ';':
    case '!':
    case '?':
    case '\n':
      return true;
    default:
      return token.value == bracket;
  }
}

bool ends_sentence(const DateToken& token) {
  if (token.kind != DateToken::kMark) return false;
  return token.value == '.' || token.value == '!' || token.value == '?' || token.value == '\n';
}

bool is_run_byte(char c) { return is_word_byte(c) || c == '_'; }

// Bytes of an en or em dash, or a typographic apostrophe, at the start of `text`; 0 if there is none.
std::size_t wide_mark(std::string_view text) {
  if (text[0] != '\xE2') return 0;
  return text.starts_with("–") || text.starts_with("—") || text.starts_with("’") || text.starts_with("“") ||
                 text.starts_with("”") || text.starts_with("…")
             ? 3
             : 0;
}

}  // namespace

DateText::DateText(std::string_view text) : lower_(text) {
  std::transform(lower_.begin(), lower_.end(), lower_.begin(), ascii_lower);
  scan();
  join_ordinals();
  finish_tense();
}

bool DateText::any(std::size_t i, std::initializer_list<std::string_view> words) const {
  return std::ranges::find(words, word(i)) != words.end();
}

bool DateText::number_goes_on_before(std::size_t i) const {
  return i >= 2 && joined(i - 1) && joined(i - 2) && (mark(i - 1, '.') || mark(i - 1, ',')) && is_number(i - 2);
}

bool DateText::measured(std::size_t i) const {
  if (any(i, {"%", "am", "pm", "gb", "mb"})) return true;
  const bool joint = mark(i, ':') || mark(i, '.') || mark(i, ',');
  return joint && i > 0 && joined(i - 1) && joined(i) && is_number(i + 1);
}

void DateText::scan() {
  const std::string_view text = lower_;
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t wide = wide_mark(text.substr(i));
    if (wide > 0) {
      const bool dash = text.substr(i).starts_with("–") || text.substr(i).starts_with("—");
      const bool apostrophe = text.substr(i).starts_with("’");
      tokens_.push_back({.begin = i, .end = i + wide, .value = dash ? '-' : apostrophe ? '\'' : '"'});
      i += wide;
    } else if (is_run_byte(text[i])) {
      const std::size_t begin = i;
      while (i < text.size() && is_run_byte(text[i]) && wide_mark(text.substr(i)) == 0) ++i;
      add_run(begin, i);
    } else {
      if (!is_ascii_space(text[i]) || text[i] == '\n')
        tokens_.push_back({.begin = i, .end = i + 1, .value = static_cast<unsigned char>(text[i])});
      ++i;
    }
  }
}

void DateText::add_run(std::size_t begin, std::size_t end) {
  static const WordTable words = make_words();
  const std::string_view run = std::string_view(lower_).substr(begin, end - begin);
  DateToken token{.begin = begin, .end = end, .kind = DateToken::kWord};
  if (is_ascii_digit(run[0])) {
    std::size_t digits = 0;
    while (digits < run.size() && is_ascii_digit(run[digits])) ++digits;
    const std::string_view rest = run.substr(digits);
    const bool ordinal = digits <= 2 && (rest == "st" || rest == "nd" || rest == "rd" || rest == "th");
    if (rest.empty() || ordinal) {
      token.kind = ordinal ? DateToken::kOrdinal : DateToken::kNumber;
      token.of = ordinal ? DateWord::kOrdinal : DateWord::kNumber;
      token.digits = static_cast<int>(digits);
      for (std::size_t i = 0; i < std::min<std::size_t>(digits, 8); ++i)
        token.value = token.value * 10 + (run[i] - '0');
    }
  } else if (run.size() <= 12) {
    const std::uint32_t found = words.find(run);
    token.of = static_cast<DateWord>(found >> 8 & 0xFFU);
    token.value = static_cast<int>(found & 0xFFU);
    token.past = (found & kPastBit) != 0 || past_ending(run);
    token.future = (found & kFutureBit) != 0;
    if (token.of == DateWord::kOrdinal) {
      token.kind = DateToken::kOrdinal;
      token.spelled = true;
      token.digits = 2;
    }
    if (const int month = month_number(run); month > 0) {
      token.of = DateWord::kMonth;
      token.value = month;
      token.full_name = run.size() > 4 || month == 5 || run == "june" || run == "july";
    } else if (const int weekday = weekday_number(run); weekday > 0) {
      token.of = DateWord::kWeekday;
      token.value = weekday;
      token.full_name = run.ends_with("day");
    }
  } else {
    token.past = past_ending(run);
  }
  present_.insert({token.of});
  tokens_.push_back(token);
}

// "twenty-first", "thirty first": one token.
void DateText::join_ordinals() {
  for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
    const int tens = is(i, "twenty") ? 20 : is(i, "thirty") ? 30 : 0;
    if (tens == 0) continue;
    const std::size_t unit = mark(i + 1, '-') ? i + 2 : i + 1;
    const DateToken& last = at(unit);
    if (!last.spelled || last.value > 9 || tens + last.value > 31) continue;
    tokens_[i] = {.begin = tokens_[i].begin,
                  .end = last.end,
                  .kind = DateToken::kOrdinal,
                  .of = DateWord::kOrdinal,
                  .spelled = true,
                  .value = tens + last.value,
                  .digits = 2};
    tokens_.erase(tokens_.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                  tokens_.begin() + static_cast<std::ptrdiff_t>(unit) + 1);
  }
}

// Whether the clause has said "had" or "was" before token `i`.
bool DateText::told_before(std::size_t i) const {
  for (std::size_t k = i; k > 0 && i - k < kClauseTokens && !is_break(tokens_[k - 1], '('); --k)
    if (any(k - 1, {"had", "was", "were"})) return true;
  return false;
}

// What takes two tokens to see: "have to", "going to", "we'll", "won't".
void DateText::finish_tense() {
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    DateToken& token = tokens_[i];
    if (token.kind != DateToken::kWord) continue;
    // "the last delivery" may be to come.
    if (is(i, "last") && (is(i + 1, "day") || (at(i + 1).of == DateWord::kNone && !any(i + 1, {"night", "time"}))))
      token.past = false;
    // "on the 20th as planned": so it was, or so it will be.
    if (i > 0 && is(i - 1, "as") && any(i, {"planned", "scheduled", "agreed", "expected", "promised", "announced"}))
      token.past = token.future = false;
    if (any(i, {"has", "have", "going"}) && is(i + 1, "to")) token.future = true;
    if (is(i, "ll") && i > 0 && mark(i - 1, '\'')) token.future = true;
    // "had gone out so nobody can complain": the past is plain, the other weak.
    if (any(i, {"can", "want", "wants", "back"})) token.future = token.future && !told_before(i);
    if (is(i, "won") && mark(i + 1, '\'') && is(i + 2, "t")) {
      token.past = false;
      token.future = true;
    }
  }
}

std::string_view DateText::word_before(std::size_t i) const {
  constexpr std::size_t kNear = 14;
  for (std::size_t k = i; k-- > 0;) {
    if (tokens_[k].kind != DateToken::kMark)
      return at(i).begin - tokens_[k].end <= kNear && !is_break(tokens_[k], '(') ? word(k) : std::string_view{};
    if (i - k > 3) break;
  }
  return {};
}

DateText::Span DateText::clause(std::size_t i, std::size_t j) const {
  std::size_t from = i;
  while (from > 0 && i - from < kClauseTokens && !is_break(tokens_[from - 1], '(')) --from;
  std::size_t to = j;
  while (to < tokens_.size() && to - j < kClauseTokens && !is_break(tokens_[to], ')')) ++to;
  return {from, to};
}

Tense DateText::tense_of(Span span) const {
  Tense tense;
  for (std::size_t k = span.from; k < span.to; ++k) {
    tense.past = tense.past || tokens_[k].past;
    tense.future = tense.future || tokens_[k].future;
  }
  return tense;
}

Tense DateText::tense(std::size_t i, std::size_t j) const {
  Span span = clause(i, j);
  const Tense narrow = tense_of(span);
  if (narrow.sign() != 0) return narrow;
  std::size_t begin = span.from;
  while (begin > 0 && span.from - begin < kClauseTokens && !ends_sentence(tokens_[begin - 1])) --begin;
  if (const Tense before = tense_of({begin, span.to}); before.sign() != 0) return before;
  if (span.from == 0) return narrow;
  const std::size_t start = tokens_[span.from - 1].begin;
  std::size_t steps = 0;
  while (span.from > 0 && steps++ < kClauseTokens && tokens_[span.from - 1].begin + kBeforeClause >= start) --span.from;
  return tense_of(span);
}

bool DateText::recurs(std::size_t i, std::size_t j) const {
  const Span span = clause(i, j);
  for (std::size_t k = span.from; k < span.to; ++k) {
    if (tokens_[k].kind != DateToken::kWord) continue;
    if (any(k, {"every", "each", "always", "weekly", "daily", "monthly", "yearly", "per", "weekdays"})) return true;
    const std::string_view plural = word(k);
    if (plural.ends_with("days") && weekday_number(plural.substr(0, plural.size() - 1)) > 0) return true;
  }
  return false;
}

bool DateText::clause_has(std::size_t i, std::size_t j, std::initializer_list<std::string_view> words) const {
  const Span span = clause(i, j);
  for (std::size_t k = span.from; k < span.to; ++k) {
    for (std::string_view wanted : words) {
      const bool prefix = wanted.ends_with('*');
      if (prefix) wanted.remove_suffix(1);
      if (prefix ? word(k).starts_with(wanted) : word(k) == wanted) return true;
    }
  }
  return false;
}

}  // namespace holdfast::language
