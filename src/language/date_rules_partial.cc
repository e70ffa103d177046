// Days of the month, months and years that stand alone: "the 21st", "in April", "since 2023".
#include <array>
#include <chrono>
#include <optional>

#include "language/date_finder.h"
#include "language/date_rules.h"

namespace holdfast::language {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;
using enum DateWord;

// "the 21st floor" and "every 21st" are not days; neither is "21st percentile".
bool counts_something(const DateText& text, std::size_t i) {
  if (text.any(i, {"time",    "floor",   "street",  "grade",   "century",    "birthday", "movement", "anniversary",
                   "version", "row",     "line",    "place",   "percentile", "year",     "grader",   "edition",
                   "week",    "month",   "day",     "attempt", "try",        "person",   "item",     "avenue",
                   "half",    "weekend", "quarter", "round",   "one",        "option",   "part",     "step"}))
    return true;
  return text.is(i, "of") && text.any(i + 1, {"every", "each"});
}

// The day `day` of the nearest month before or after today, as the tense says.
std::optional<sys_days> day_of_month(sys_days today, int day, int tense) {
  static constexpr std::array kForward = {-1, 0, 1, 2};
  static constexpr std::array kBackward = {2, 1, 0, -1};
  for (const int k : tense >= 0 ? kForward : kBackward) {
    const year_month_day month = add_months(first_of_month(today), k);
    const auto found = valid(static_cast<int>(month.year()), month_of(month), day);
    if (found && (tense >= 0 ? *found >= today : *found <= today)) return found;
  }
  return std::nullopt;
}

// "on the first", "the ninth and the twentieth": words that count many other things are days only where nothing that
// they could count follows.
bool spelled_day(const DateText& text, std::size_t i) {
  if (i < 1 || !text.is(i - 1, "the")) return false;
  const bool ends = i + 1 >= text.size() || text.at(i + 1).kind == DateToken::kMark ||
                    text.any(i + 1, {"and", "or", "to", "until", "both", "at", "we", "i", "he", "she", "they", "it",
                                     "is", "was", "are", "were"});
  if (!ends) return false;
  const bool announced = i > 1 && text.any(i - 2, {"on", "by", "until", "till", "from", "since", "before", "after",
                                                   "between", "due", "starting", "month"});
  const bool listed = (text.is(i + 1, "and") && text.is(i + 2, "the") && text.at(i + 3).spelled) ||
                      (i > 3 && text.is(i - 2, "and") && text.at(i - 3).spelled);
  return announced || (listed && text.at(i).value > 3);
}

// "2nd bottle" counts bottles; a day without "on" or "by" before it is followed by nothing that it could count.
bool nothing_to_count(const DateText& text, std::size_t i) {
  return i >= text.size() || text.at(i).kind != DateToken::kWord || text.at(i).of != kNone || text.at(i).past ||
         text.any(i,
                  {"and",     "or",     "to",      "until", "till",  "at",     "in",   "for",   "with",    "we",
                   "i",       "he",     "she",     "they",  "you",   "it",     "is",   "was",   "are",     "were",
                   "works",   "sounds", "looks",   "suits", "fine",  "ok",     "okay", "good",  "morning", "afternoon",
                   "evening", "then",   "instead", "as",    "so",    "but",    "that", "if",    "because", "due",
                   "already", "though", "too",     "maybe", "via",   "by",     "from", "on",    "please",  "pls",
                   "not",     "latest", "both",    "when",  "after", "before", "will", "would", "can",     "has",
                   "of",      "my",     "his",     "her",   "our",   "their",  "the"});
}

void add_ordinal(DateFinder& dates, const DateText& text, std::size_t i, std::size_t from) {
  if (text.at(i).spelled && !spelled_day(text, i)) return;
  const bool announced = from > 0 && text.any(from - 1, {"on", "by", "until", "till", "til", "before", "from", "since",
                                                         "after", "due", "starting"});
  if (!announced && !nothing_to_count(text, i + 1)) return;
  if (counts_something(text, i + 1) || text.recurs(i, i + 1)) return;
  dates.add_day(from, i + 1, Said::kIncomplete,
                day_of_month(dates.today(), text.at(i).value, dates.direction(from, i + 1)));
}

void the_ordinal(DateFinder& dates, const DateText& text, std::size_t i) {
  if (i == 0) return;
  if (!text.any(i - 1, {"on", "by", "until", "till", "til", "before", "from", "since", "for", "after", "the", "is", "=",
                        "and", ",", "starting"}))
    return;
  add_ordinal(dates, text, i, text.is(i - 1, "the") ? i - 1 : i);
}

// "by the 22": only where a day is announced and nothing is counted.
void the_number(DateFinder& dates, const DateText& text, std::size_t i) {
  if (!text.is_day(i) || i < 2 || !text.is(i - 1, "the") || text.number_goes_on_before(i) || text.measured(i + 1))
    return;
  if (!text.any(i - 2, {"on", "by", "until", "till", "til", "since", "from", "before", "after", "due", "active"}))
    return;
  const bool ends =
      i + 1 >= text.size() || text.at(i + 1).kind == DateToken::kMark || text.any(i + 1, {"and", "at", "we", "i"});
  if (!ends || text.mark(i + 1, '-') || text.mark(i + 1, '/') || text.mark(i + 1, ':')) return;
  dates.add_day(i - 1, i + 1, Said::kIncomplete,
                day_of_month(dates.today(), text.at(i).value, dates.direction(i, i + 1)));
}

void bare_ordinal(DateFinder& dates, const DateText& text, std::size_t i) { add_ordinal(dates, text, i, i); }

void add_named_month(DateFinder& dates, const DateText& text, std::size_t from, std::size_t i, Said said) {
  const int month = text.at(i).value;
  const year_month_day now = dates.today();
  const int ahead = month - month_of(now);
  const auto of_year = [&](int year) { dates.add_month(from, i + 1, said, std::chrono::year(year) / month / 1); };
  if (said == Said::kRelative) {
    if (text.is(from, "last")) return of_year(dates.this_year() - (ahead >= 0 ? 1 : 0));
    if (text.is(from, "next")) return of_year(dates.this_year() + (ahead <= 0 ? 1 : 0));
    return of_year(dates.this_year());
  }
  const auto first = dates.nearest(i, i + 1, month, 1);
  if (!first) return;
  // In the middle of April "April" is this one, though the first is past.
  const bool current = ahead == 0 && dates.direction(i, i + 1) == 0;
  dates.add_month(from, i + 1, said, current ? now : year_month_day(*first));
}

void month_after_word(DateFinder& dates, const DateText& text, std::size_t i) {
  if (i == 0 || text.is_number(text.after_month(i)) || text.is_ordinal(text.after_month(i))) return;
  const std::size_t before = text.mark(i - 1, '-') && i > 1 ? i - 2 : i - 1;
  const bool certain = text.any(before, {"in", "since", "until", "till", "by", "from", "early", "mid", "late"});
  const bool likely = text.any(before, {"til", "of", "for", "last", "next", "this", "to", "end"});
  // "may" and "mar" are words of their own.
  if (!certain && (!likely || (text.any(i, {"may", "mar"}) && !text.any(before, {"last", "next"})))) return;
  if (text.is(before, "of") && !text.any(before - 1, {"start", "beginning", "middle", "end"})) return;
  const bool shifted = text.any(before, {"last", "next", "this"});
  add_named_month(dates, text, shifted ? before : i, i, shifted ? Said::kRelative : Said::kIncomplete);
}

void bare_month(DateFinder& dates, const DateText& text, std::size_t i) {
  if (text.at(i).full_name && !text.is(i, "may")) add_named_month(dates, text, i, i, Said::kIncomplete);
}

void bare_year(DateFinder& dates, const DateText& text, std::size_t i) {
  if (text.is_year(i) && i > 0 && !text.measured(i + 1) &&
      text.any(i - 1,
               {"in", "since", "by", "until", "till", "from", "during", "early", "late", "mid", "before", "after"}))
    dates.add_year(i, i + 1, Said::kComplete, text.at(i).value);
}

constexpr DateRule kRules[] = {
    {Turn::kPart, the_ordinal, {kOrdinal}},      // "on the 21st"
    {Turn::kPart, the_number, {kNumber}},        // "by the 22"
    {Turn::kAlone, month_after_word, {kMonth}},  // "in April", "last May", "mid-June"
    {Turn::kAlone, bare_month, {kMonth}},        // "April"
    {Turn::kAlone, bare_ordinal, {kOrdinal}},    // "21st"
    {Turn::kAlone, bare_year, {kNumber}},        // "in 2026"
};

}  // namespace

std::span<const DateRule> partial_date_rules() { return kRules; }

}  // namespace holdfast::language
