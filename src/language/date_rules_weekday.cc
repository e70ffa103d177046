// Weekdays, alone and with what says of which week: "Friday", "next Friday", "Friday next week".
#include <chrono>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "language/date_finder.h"
#include "language/date_rules.h"

namespace holdfast::language {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;
using enum DateWord;

int ahead_to(sys_days today, int weekday) {
  return static_cast<int>((std::chrono::weekday(static_cast<unsigned>(weekday)) - std::chrono::weekday(today)).count());
}

sys_days next_weekday(sys_days today, int weekday) {
  const int ahead = ahead_to(today, weekday);
  return today + days(ahead == 0 ? 7 : ahead);
}

sys_days last_weekday(sys_days today, int weekday) { return today - days(7 - ahead_to(today, weekday)); }

void weekday_after_next(DateFinder& dates, const DateText& text, std::size_t i) {
  const bool after = text.is(i + 1, "after") && text.is(i + 2, "next");
  const bool weeks = text.is(i + 1, "in") && text.any(i + 2, {"two", "2"}) && text.is(i + 3, "weeks");
  if (after || weeks)
    dates.add_day(i, i + (after ? 3 : 4), Said::kRelative, dates.monday() + days(14 + text.at(i).value - 1));
}

// "Friday week": the Friday after the coming one.
void weekday_week(DateFinder& dates, const DateText& text, std::size_t i) {
  if (text.at(i).full_name && text.is(i + 1, "week") && (i == 0 || !text.any(i - 1, {"this", "next", "last", "every"})))
    dates.add_day(i, i + 2, Said::kRelative, next_weekday(dates.today(), text.at(i).value) + days(7));
}

void week_from_weekday(DateFinder& dates, const DateText& text, std::size_t i) {
  if (!text.any(i, {"a", "one"}) || !text.is(i + 1, "week") || !text.any(i + 2, {"from", "on"})) return;
  if (text.is_weekday(i + 3) && text.at(i + 3).full_name)
    dates.add_day(i, i + 4, Said::kRelative, next_weekday(dates.today(), text.at(i + 3).value) + days(7));
}

void shifted_weekday(DateFinder& dates, const DateText& text, std::size_t i) {
  if (!text.is_weekday(i + 1)) return;
  const int weekday = text.at(i + 1).value;
  const bool the = i > 0 && text.is(i - 1, "the") && text.at(i).value != kThis;
  const std::size_t from = the ? i - 1 : i;
  sys_days day;
  switch (text.at(i).value) {
    case kLast:
    case kPast:
      day = last_weekday(dates.today(), weekday);
      break;
    case kNext:
      day = next_weekday(dates.today(), weekday);
      // On Tuesday "next Friday" is hardly the Friday three days on, which would be "this Friday".
      if (day - dates.monday() < days(7) && day - dates.today() <= days(3)) day += days(7);
      break;
    default:
      day = dates.today() + days(ahead_to(dates.today(), weekday));
      if (text.at(i).value == kThis && text.tense(i, i + 2).sign() < 0) day = dates.monday() + days(weekday - 1);
  }
  dates.add_day(from, i + 2, Said::kRelative, day);
}

void weekday_of_week(DateFinder& dates, const DateText& text, std::size_t i) {
  const std::size_t shift = text.after_of(i + 1);
  if (!text.is(shift + 1, "week") || !text.any(shift, {"last", "next", "this"})) return;
  const int weeks = text.is(shift, "next") ? 1 : text.is(shift, "last") ? -1 : 0;
  dates.add_day(i, shift + 2, Said::kRelative, dates.monday() + days(text.at(i).value - 1 + 7 * weeks));
}

void weekday_ordinal(DateFinder& dates, const DateText& text, std::size_t i) {
  const bool the = text.is(i + 1, "the");
  const std::size_t d = the ? i + 2 : i + 1;
  // "Thursday 19" may be a time of day: it has to be that weekday, and soon.
  const bool plain = text.is_number(d) && text.is_day(d) && !text.measured(d + 1) && text.at(d + 1).of == kNone &&
                     (the || text.at(d + 1).kind == DateToken::kMark || d + 1 >= text.size() ||
                      text.any(d + 1, {"at", "in", "for", "and", "with", "we", "i", "is", "was"})) &&
                     !text.mark(d + 1, ':') && !text.mark(d + 1, '-') && !text.mark(d + 1, '/');
  if (!text.is_ordinal(d) && !plain) return;
  std::optional<sys_days> best;
  const auto cost = [&](sys_days day) { return std::abs((day - dates.today()).count() - 5); };
  for (int k = -2; k < 10; ++k) {
    const year_month_day month = add_months(first_of_month(dates.today()), k);
    const auto day = valid(static_cast<int>(month.year()), month_of(month), text.at(d).value);
    if (!day || std::chrono::weekday(*day).iso_encoding() != static_cast<unsigned>(text.at(i).value)) continue;
    if (!best || cost(*day) < cost(*best)) best = day;
  }
  constexpr int kSoon = 40;  // days
  if (plain && best && std::abs((*best - dates.today()).count()) > kSoon) return;
  dates.add_day(i, d + 1, Said::kIncomplete, best);
}

// "Tuesday, June 9", "2026-06-09 (Tuesday)": the date has said it.
bool beside_its_date(DateFinder& dates, const DateText& text, std::size_t i) {
  const auto is_date = [&](std::size_t k) {
    const DateMention* const date = dates.found_at(k);
    return date != nullptr && !date->relative && (date->grain == Grain::day || date->grain == Grain::range);
  };
  return is_date(i + 1) || (text.mark(i + 1, ',') && is_date(i + 2)) || (i > 0 && is_date(i - 1)) ||
         (i > 1 && (text.mark(i - 1, ',') || text.mark(i - 1, '(')) && is_date(i - 2));
}

// "every Monday", "each Monday and Thursday", "a (rainy) Sunday", "the 2nd Friday", "mon-fri", "Monday of the month"
bool of_every_week(const DateText& text, std::size_t i) {
  if (i > 0 && (text.any(i - 1, {"a", "first", "second", "third", "fourth"}) || text.is_ordinal(i - 1))) return true;
  if (i > 1 && text.is(i - 2, "a")) return true;
  // "Saturday lessons"
  if (text.any(i + 1, {"lessons", "classes", "mornings", "afternoons", "evenings", "nights", "meetings", "sessions",
                       "shifts", "trainings", "standups", "calls", "dinners", "markets", "runs"}))
    return true;
  const bool span = (text.mark(i + 1, '-') && text.joined(i)) || (i > 0 && text.mark(i - 1, '-') && text.joined(i - 1));
  if (span || (text.is(i + 1, "of") && text.is(i + 3, "month"))) return true;
  for (std::size_t k = i; k > 0 && i - k < 8; --k) {
    if (text.any(k - 1, {"every", "each"})) return true;
    if (!text.any(k - 1, {"and", "or", "&", ",", "/", "other", "second"}) && !text.is_weekday(k - 1)) return false;
  }
  return false;
}

void bare_weekday(DateFinder& dates, const DateText& text, std::size_t i) {
  // "sat", "sun", "mon" and "wed" are words of their own.
  const bool ambiguous = text.any(i, {"sun", "sat", "mon", "wed"});
  if (ambiguous && !(i > 0 && text.any(i - 1, {"on", "by", "until", "till", "since", "from", "last", "next", "this"})))
    return;
  if (of_every_week(text, i) || beside_its_date(dates, text, i)) return;
  const std::string_view before = text.word_before(i);
  int tense = dates.direction(i, i + 1);
  const Tense around = text.tense(i, i + 1);
  // "as of Monday" is said of what has just begun, or begins soon.
  constexpr int kJustBegun = 3;  // days
  const bool as_of = i > 1 && before == "of" && text.is(i - 2, "as");
  if (as_of && (dates.today() - last_weekday(dates.today(), text.at(i).value)).count() <= kJustBegun) tense = -1;
  if (tense == 0 && around.past && before != "starting" && before != "start" && before != "starts") tense = -1;
  dates.add_day(
      i, i + 1, Said::kRelative,
      tense < 0 ? last_weekday(dates.today(), text.at(i).value) : next_weekday(dates.today(), text.at(i).value));
}

constexpr DateRule kRules[] = {
    {Turn::kWhole, weekday_after_next, {kWeekday}},           // "Friday after next", "Friday in two weeks"
    {Turn::kWhole, weekday_week, {kWeekday}, {kUnit}},        // "Friday week"
    {Turn::kPhrase, week_from_weekday, {kNone}, {kWeekday}},  // "a week from Friday"
    {Turn::kPhrase, shifted_weekday, {kShift}, {kWeekday}},   // "last Friday", "next Friday", "this Friday"
    {Turn::kPhrase, weekday_of_week, {kWeekday}},             // "Friday next week", "Friday of last week"
    {Turn::kPhrase,
     weekday_ordinal,
     {kWeekday},
     {kOrdinal, kNumber}},                     // "Friday (the) 21st": the month in which it is one
    {Turn::kAlone, bare_weekday, {kWeekday}},  // "Friday"
};

}  // namespace

std::span<const DateRule> weekday_date_rules() { return kRules; }

}  // namespace holdfast::language
