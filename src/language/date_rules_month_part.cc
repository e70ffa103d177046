// Parts of a month and of a year: "the last week of April", "first Monday in May", "the 14th of next month", "Q3".
#include <algorithm>
#include <chrono>
#include <optional>

#include "language/date_finder.h"
#include "language/date_rules.h"

namespace holdfast::language {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;
using enum DateWord;

// A month said at `i`: "April (2027)", "next month", "this month"; how many tokens say it, 0 for none.
struct SaidMonth {
  year_month_day first{};
  std::size_t tokens = 0;
};

SaidMonth month_at(const DateFinder& dates, const DateText& text, std::size_t i) {
  if (text.is(i, "the")) ++i;
  if (text.any(i, {"this", "next", "last"}) && text.is(i + 1, "month")) {
    const int k = text.is(i, "next") ? 1 : text.is(i, "last") ? -1 : 0;
    return {add_months(first_of_month(dates.today()), k), 2};
  }
  if (!text.is_month(i)) return {};
  const int month = text.at(i).value;
  if (text.is_year(i + 1)) return {std::chrono::year(text.at(i + 1).value) / month / 1, 2};
  const auto near = dates.nearest(i, i + 1, month, 15);
  if (!near) return {};
  return {first_of_month(*near), 1};
}

// "of April", "in April".
bool belongs(const DateText& text, std::size_t i) { return text.any(i, {"of", "in"}); }

std::size_t with_the(const DateText& text, std::size_t i) { return i > 0 && text.is(i - 1, "the") ? i - 1 : i; }

// The first weekend that begins in the month, the second …; 0 is the last.
std::optional<sys_days> nth_weekday(year_month_day month, std::chrono::weekday weekday, int nth) {
  if (nth == 0) return sys_days(month.year() / month.month() / weekday[std::chrono::last]);
  const auto day = month.year() / month.month() / weekday[static_cast<unsigned>(nth)];
  if (!day.ok()) return std::nullopt;
  return sys_days(day);
}

// "the last week of April", "the second weekend in May", "the first Monday of May".
void nth_of_month(DateFinder& dates, const DateText& text, std::size_t i) {
  const bool last = text.is(i, "last");
  if (!last && (!text.is_ordinal(i) || text.at(i).value > 5)) return;
  const int nth = last ? 0 : text.at(i).value;
  const std::size_t what = i + 1;
  if (!belongs(text, what + 1)) return;
  const SaidMonth month = month_at(dates, text, what + 2);
  if (month.tokens == 0) return;
  const std::size_t from = with_the(text, i);
  const std::size_t to = what + 2 + (text.is(what + 2, "the") ? 1 : 0) + month.tokens;
  const sys_days end = sys_days(last_of_month(month.first));
  if (text.is(what, "week")) {
    const sys_days first = last ? end - days(6) : sys_days(month.first) + days(7 * (nth - 1));
    if (first <= end) dates.add_range(from, to, Said::kIncomplete, first, std::min(first + days(6), end));
  } else if (text.at(what).of == kWeekend) {
    const auto saturday = nth_weekday(month.first, std::chrono::Saturday, nth);
    if (saturday) dates.add_range(from, to, Said::kIncomplete, *saturday, *saturday + days(1));
  } else if (text.is_weekday(what)) {
    const std::chrono::weekday weekday(static_cast<unsigned>(text.at(what).value));
    dates.add_day(from, to, Said::kIncomplete, nth_weekday(month.first, weekday, nth));
  } else if (text.is(what, "day") && last) {
    dates.add_day(from, to, Said::kIncomplete, end);
  }
}

// "the 14th of next month", "the third of this month".
void day_of_shifted_month(DateFinder& dates, const DateText& text, std::size_t i) {
  if (!text.is(i + 1, "of") || text.is_month(i + 2)) return;
  // "the first of the month" is one of every month, unless it tells of what was.
  if (text.is(i + 2, "the") && text.is(i + 3, "month") && text.tense(i, i + 4).sign() < 0 && !text.recurs(i, i + 4)) {
    const year_month_day today = dates.today();
    const bool passed = static_cast<unsigned>(today.day()) >= static_cast<unsigned>(text.at(i).value);
    const year_month_day month = add_months(first_of_month(today), passed ? 0 : -1);
    dates.add_day(with_the(text, i), i + 4, Said::kRelative,
                  valid(static_cast<int>(month.year()), month_of(month), text.at(i).value));
    return;
  }
  const SaidMonth month = month_at(dates, text, i + 2);
  if (month.tokens == 0) return;
  dates.add_day(with_the(text, i), i + 2 + month.tokens, Said::kRelative,
                valid(static_cast<int>(month.first.year()), month_of(month.first), text.at(i).value));
}

// "May next year", "in May of last year".
void month_of_shifted_year(DateFinder& dates, const DateText& text, std::size_t i) {
  const std::size_t shift = text.after_of(text.after_month(i));
  if (!text.any(shift, {"next", "last", "this"}) || !text.is(shift + 1, "year")) return;
  const int k = text.is(shift, "next") ? 1 : text.is(shift, "last") ? -1 : 0;
  dates.add_month(i, shift + 2, Said::kRelative, std::chrono::year(dates.this_year() + k) / text.at(i).value / 1);
}

// "Q3", "Q3 2027", "end of Q3".
void named_quarter(DateFinder& dates, const DateText& text, std::size_t i) {
  const int month = 3 * text.at(i).value - 2;
  const bool dated = text.is_year(i + 1);
  int year = dated ? text.at(i + 1).value : dates.this_year();
  if (!dated) {
    const int now = month_of(dates.today());
    const int direction = dates.direction(i, i + 1);
    if (direction < 0 && month > now) --year;
    if (direction > 0 && month + 2 < now) ++year;
  }
  const std::size_t to = dated ? i + 2 : i + 1;
  const sys_days last = sys_days(last_of_month(std::chrono::year(year) / (month + 2) / 1));
  if (i > 1 && text.is(i - 1, "of") && text.is(i - 2, "end")) {
    dates.add_day(with_the(text, i - 2), to, Said::kIncomplete, last);
  } else if (i > 0 && text.is(i - 1, "end")) {
    dates.add_day(i - 1, to, Said::kIncomplete, last);
  } else {
    dates.add_range(i, to, Said::kIncomplete, sys_days(std::chrono::year(year) / month / 1), last);
  }
}

constexpr DateRule kRules[] = {
    {Turn::kWhole, nth_of_month, {kOrdinal, kShift}},   // "the last week of April", "first Monday in May"
    {Turn::kPhrase, day_of_shifted_month, {kOrdinal}},  // "the 14th of next month"
    {Turn::kPhrase, month_of_shifted_year, {kMonth}},   // "May next year"
    {Turn::kPhrase, named_quarter, {kNamedQuarter}},    // "Q3", "end of Q3", "Q1 2027"
};

}  // namespace

std::span<const DateRule> month_part_date_rules() { return kRules; }

}  // namespace holdfast::language
