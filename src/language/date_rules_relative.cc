// Days, weeks, months, quarters, seasons and years counted from today: "yesterday", "two weeks ago", "next summer".
#include <fmt/format.h>

#include <chrono>
#include <cstddef>

#include "language/date_finder.h"
#include "language/date_rules.h"
#include "language/lexicon.h"

namespace holdfast::language {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;
using enum DateWord;

constexpr int kFarthest = 800;  // of any unit, that "ago" and "in" reach

std::string iso(year_month_day day) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

// A count before a unit, beginning at `i`: how many, and how many tokens say so.
struct Count {
  int value = 0;
  std::size_t tokens = 0;
};

Count count(const DateText& text, std::size_t i) {
  if (text.is_number(i))
    return text.at(i).value <= kFarthest && !text.number_goes_on_before(i) ? Count{text.at(i).value, 1} : Count{};
  if (text.is(i, "a") && text.is(i + 1, "couple") && text.is(i + 2, "of")) return {2, 3};
  if (text.is(i, "a") && text.is(i + 1, "few")) return {3, 2};
  if (text.any(i, {"a", "an"})) return {1, 1};
  if (text.at(i).kind != DateToken::kWord) return {};
  const int value = number_word(text.word(i));
  return value > 0 ? Count{value, 1} : Count{};
}

void add_shifted(DateFinder& dates, std::size_t from, std::size_t to, int unit, int n) {
  switch (unit) {
    case 1:
      dates.add_day(from, to, Said::kRelative, dates.today() + days(n));
      break;
    case 2:
      dates.add_day(from, to, Said::kRelative, dates.today() + days(7 * n));
      break;
    case 5:
      dates.add_day(from, to, Said::kRelative, dates.today() + days(14 * n));
      break;
    case 3:
      dates.add_month(from, to, Said::kRelative, add_months(dates.today(), n));
      break;
    default:
      dates.add_year(from, to, Said::kRelative, dates.this_year() + n);
  }
}

void ahead(DateFinder& dates, const DateText& text, std::size_t i) {
  const bool in = text.is(i, "in");
  const std::size_t c = in ? (text.any(i + 1, {"about", "around", "roughly", "approximately"}) ? i + 2 : i + 1) : i;
  const Count n = count(text, c);
  const std::size_t unit = c + n.tokens;
  if (n.tokens == 0 || text.at(unit).of != kUnit) return;
  const bool from_now =
      text.is(unit + 1, "from") && text.any(unit + 2, {"now", "today"}) && !text.any(unit + 3, {"on", "onwards"});
  if (!in && !from_now) return;
  if (in && !from_now) {
    if (text.mark(unit + 1, '\'') && text.is(unit + 2, "s")) return;
    // "19 dives in 11 days" is how many in what time.
    if (i > 1 && text.is_number(i - 2) && text.at(i - 1).kind == DateToken::kWord && text.at(i - 1).of == kNone) return;
    // "we did it in two weeks" is how long it took.
    if (text.tense(i, unit + 1).sign() < 0 &&
        !text.clause_has(i, unit + 1,
                         {"again*", "back*", "due*", "leave*", "arriv*", "start*", "move*", "end*", "next*"}))
      return;
  }
  add_shifted(dates, i, from_now ? unit + 3 : unit + 1, text.at(unit).value, n.value);
}

void ago(DateFinder& dates, const DateText& text, std::size_t i) {
  const Count n = count(text, i);
  const std::size_t unit = i + n.tokens;
  if (n.tokens == 0 || text.at(unit).of != kUnit || !text.any(unit + 1, {"ago", "back"})) return;
  if (i > 0 && text.is(i - 1, "half") && text.at(unit).value == 4) {  // "half a year ago"
    dates.add_month(i - 1, unit + 2, Said::kRelative, add_months(dates.today(), -6));
    return;
  }
  add_shifted(dates, i, unit + 2, text.at(unit).value, -n.value);
}

// "it's been down for 6 days": since when.
void since_then(DateFinder& dates, const DateText& text, std::size_t i) {
  const Count n = count(text, i + 1);
  const std::size_t unit = i + 1 + n.tokens;
  if (!text.is(i, "for") || n.tokens == 0 || text.at(unit).of != kUnit || text.any(unit + 1, {"now", "old"})) return;
  if (!text.clause_has(i, unit + 1, {"been"}) || text.tense(i, unit + 1).future ||
      text.clause_has(i, unit + 1, {"had", "would", "could", "might", "if"}))
    return;
  const auto add = [&](Grain grain, year_month_day first, year_month_day last, std::size_t shown) {
    dates.add(i, unit + 1, Said::kIncomplete, grain, first, last, "since " + iso(first).substr(0, shown));
  };
  const year_month_day today = dates.today();
  if (text.at(unit).value == 1) {
    const sys_days day = dates.today() - days(n.value);
    add(Grain::day, day, day, 10);
  } else if (text.at(unit).value == 3) {
    const year_month_day month = add_months(today, -n.value);
    add(Grain::month, first_of_month(month), last_of_month(month), 7);
  } else if (text.at(unit).value == 4) {
    const std::chrono::year year(dates.this_year() - n.value);
    add(Grain::year, year / 1 / 1, year / 12 / 31, 4);
  }
}

// "(in) the next two weeks". What "the last 30 days" are is rather said of every day than of today.
void span_of_units(DateFinder& dates, const DateText& text, std::size_t i) {
  const Count n = count(text, i + 1);
  const std::size_t u = i + 1 + n.tokens;
  if (!text.is(i, "next") || n.tokens == 0 || text.is(i + 1, "a") || text.at(u).of != kUnit) return;
  const year_month_day today = dates.today();
  sys_days far;
  switch (text.at(u).value) {
    case 1:
      far = dates.today() + days(n.value);
      break;
    case 2:
      far = dates.today() + days(7 * n.value);
      break;
    case 3:
      far = add_months(today, n.value);
      break;
    case 4:
      far = add_months(today, 12 * n.value);
      break;
    default:
      far = dates.today() + days(14 * n.value);
  }
  const std::size_t from = i > 0 && text.is(i - 1, "the") ? i - 1 : i;
  dates.add_range(from, u + 1, Said::kRelative, dates.today(), far);
}

// "the week after next".
void week_after_next(DateFinder& dates, const DateText& text, std::size_t i) {
  if (!text.is(i, "week") || !text.is(i + 1, "after") || !text.is(i + 2, "next")) return;
  const std::size_t from = i > 0 && text.is(i - 1, "the") ? i - 1 : i;
  const sys_days monday = dates.monday() + days(14);
  dates.add(from, i + 3, Said::kRelative, Grain::week, monday, monday + days(6));
}

void near_day(DateFinder& dates, const DateText& text, std::size_t i) {
  const std::size_t the = i > 0 && text.is(i - 1, "the") ? 1 : 0;
  if (text.is(i, "day") && text.is(i + 1, "after") && text.is(i + 2, "tomorrow")) {
    dates.add_day(i - the, i + 3, Said::kRelative, dates.today() + days(2));
  } else if (text.is(i, "day") && text.is(i + 1, "before") && text.is(i + 2, "yesterday")) {
    dates.add_day(i - the, i + 3, Said::kRelative, dates.today() - days(2));
  } else if (text.is(i, "last") && text.is(i + 1, "night")) {
    dates.add_day(i, i + 2, Said::kRelative, dates.today() - days(1));
  } else if (text.is(i, "this") && text.any(i + 1, {"morning", "afternoon", "evening"})) {
    dates.add_day(i, i + 2, Said::kRelative, dates.today());
  } else if (text.is(i + 1, "now") && text.any(i, {"just", "right"})) {
    dates.add_day(i, i + 2, Said::kRelative, dates.today());
  } else if (text.is(i, "as") && text.is(i + 1, "of") && text.is(i + 2, "now")) {
    dates.add_day(i, i + 3, Said::kRelative, dates.today());
  } else if (text.at(i).of == kNear && !text.is(i, "now")) {
    dates.add_day(i, i + 1, Said::kRelative, dates.today() + days(text.at(i).value - 2));
  }
}

void weekend(DateFinder& dates, const DateText& text, std::size_t i) {
  if (i == 0) return;
  const sys_days saturday = dates.monday() + days(5);
  if (text.is(i + 1, "after") && text.is(i + 2, "next")) {
    const std::size_t from = text.is(i - 1, "the") ? i - 1 : i;
    dates.add_range(from, i + 3, Said::kRelative, saturday + days(7), saturday + days(8));
    return;
  }
  if (!text.any(i - 1, {"last", "next", "this", "coming", "the", "past"})) return;
  if (text.is(i - 1, "the") && (text.recurs(i - 1, i + 1) || text.any(i + 1, {"before", "after"}))) return;
  // "at 6:30 on weekdays, at the weekend there is none"
  for (std::size_t k = i; k > 0 && i - k < 24; --k)
    if (text.any(k - 1, {"weekdays", "weekday"})) return;
  int weeks = 0;
  if (text.any(i - 1, {"last", "past"})) {
    weeks = -1;
  } else if (text.is(i - 1, "next")) {
    weeks = 1;
  } else if (dates.today() < saturday && text.tense(i - 1, i + 1).sign() < 0) {
    weeks = -1;
  }
  const sys_days day = saturday + days(7 * weeks);
  const bool over = i > 1 && text.is(i - 1, "the") && text.any(i - 2, {"at", "over"});
  const bool the = i > 1 && !text.is(i - 1, "the") && text.is(i - 2, "the");
  dates.add_range(i - (over || the ? 2 : 1), i + 1, Said::kRelative, day, day + days(1));
}

void end_of(DateFinder& dates, const DateText& text, std::size_t i) {
  std::size_t u = text.after_of(i + 1);
  int k = 0;
  if (text.any(u, {"the", "this", "next", "last"})) {
    k = text.is(u, "next") ? 1 : text.is(u, "last") ? -1 : 0;
    ++u;
  }
  const std::size_t from = i > 0 && text.is(i - 1, "the") ? i - 1 : i;
  if (text.is(u, "month")) {
    dates.add_day(from, u + 1, Said::kRelative, sys_days(last_of_month(add_months(first_of_month(dates.today()), k))));
  } else if (text.is(u, "year")) {
    dates.add_day(from, u + 1, Said::kRelative, valid(dates.this_year() + k, 12, 31));
  } else if (text.is(u, "week")) {
    dates.add_day(from, u + 1, Said::kRelative, dates.monday() + days(4 + 7 * k));
  } else if (text.is_month(u) && text.at(u).full_name && k == 0) {
    const auto first = dates.nearest(i, u + 1, text.at(u).value, 1);
    if (first) dates.add_day(i, u + 1, Said::kIncomplete, sys_days(last_of_month(*first)));
  }
}

void add_season(DateFinder& dates, const DateText& text, std::size_t from, std::size_t to, Said said, std::size_t word,
                int year) {
  const year_month_day first = std::chrono::year(year) / text.at(word).value / 1;
  dates.add(from, to, said, Grain::season, first, last_of_month(add_months(first, 2)),
            fmt::format("{} {}", text.word(word), year));
}

void shifted_unit(DateFinder& dates, const DateText& text, std::size_t i) {
  if (!text.any(i, {"last", "next", "this"})) return;
  const int k = text.at(i).value == kLast ? -1 : text.at(i).value == kNext ? 1 : 0;
  const year_month_day month = first_of_month(dates.today());
  const std::size_t u = i + 1;
  if (text.is(u, "week")) {
    const sys_days monday = dates.monday() + days(7 * k);
    dates.add(i, i + 2, Said::kRelative, Grain::week, monday, monday + days(6));
  } else if (text.is(u, "month")) {
    dates.add_month(i, i + 2, Said::kRelative, add_months(month, k));
  } else if (text.is(u, "year")) {
    dates.add_year(i, i + 2, Said::kRelative, dates.this_year() + k);
  } else if (text.is(u, "quarter")) {
    const int into = (month_of(month) - 1) % 3;
    const year_month_day first = add_months(month, 3 * k - into);
    dates.add_range(i, i + 2, Said::kRelative, first, sys_days(last_of_month(add_months(first, 2))));
  } else if (text.at(u).of == kSeason) {
    const int now = month_of(month);
    const int begins = text.at(u).value;
    const int year = dates.this_year() + (k > 0 && now >= begins ? 1 : k < 0 && now <= begins + 2 ? -1 : 0);
    add_season(dates, text, i, i + 2, Said::kRelative, u, year);
  }
}

void season_year(DateFinder& dates, const DateText& text, std::size_t i) {
  const std::size_t y = text.after_of(i + 1);
  if (text.is_year(y)) add_season(dates, text, i, y + 1, Said::kComplete, i, text.at(y).value);
}

constexpr DateRule kRules[] = {
    {Turn::kPhrase, ahead, {kNone, kNumber}, {kUnit}},  // "in two weeks", "two weeks from now"
    {Turn::kPhrase, ago, {kNone, kNumber}, {kUnit}},    // "two weeks ago"
    {Turn::kPhrase, since_then, {kNone}, {kUnit}},      // "been down for 6 days"
    {Turn::kPhrase,
     near_day,
     {kNone, kUnit, kShift, kNear},
     {kShift, kNear}},                                  // "today", "the day after tomorrow", "last night", "right now"
    {Turn::kPhrase, span_of_units, {kShift}, {kUnit}},  // "the next two weeks"
    {Turn::kPhrase, week_after_next, {kUnit}},          // "the week after next"
    {Turn::kPart, weekend, {kWeekend}},                 // "this weekend", "the weekend after next"
    {Turn::kPart, end_of, {kEnd}},                      // "end of (the) month", "end of next week", "end of April"
    {Turn::kPart, shifted_unit, {kShift}},              // "last week", "this month", "next summer", "next quarter"
    {Turn::kPart, season_year, {kSeason}, {kNumber}},   // "summer (of) 2026"
};

}  // namespace

std::span<const DateRule> relative_date_rules() { return kRules; }

}  // namespace holdfast::language
