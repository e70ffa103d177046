// Days and weeks counted from another date of the text: "a week before Easter", "the day after the 14th", "two weeks
// from Friday", "the weekend before 17 July"; and weekdays that the date before them places: "Tuesday to Thursday",
// "next weekend, Saturday", "next week Friday".
#include <chrono>
#include <optional>

#include "language/date_finder.h"
#include "language/date_rules.h"
#include "language/lexicon.h"

namespace holdfast::language {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;
using enum DateWord;

Said said_of(const DateMention& date) {
  return date.relative ? Said::kRelative : date.complete ? Said::kComplete : Said::kIncomplete;
}

// -1 for "before", 1 for "after" and "from", else 0.
int side(const DateText& text, std::size_t i) {
  if (text.is(i, "before")) return -1;
  return text.any(i, {"after", "from", "following"}) ? 1 : 0;
}

// How many of the unit at `i`, and where that is said to begin: "two" weeks, "a" week, "the" week.
struct Amount {
  int value = 0;
  std::size_t from = 0;
};

Amount amount_before(const DateText& text, std::size_t i) {
  if (i == 0) return {1, 0};
  if (text.is_number(i - 1)) return {text.at(i - 1).value, i - 1};
  if (text.any(i - 1, {"a", "an", "the", "one"})) return {1, i - 1};
  const int value = text.at(i - 1).kind == DateToken::kWord ? number_word(text.word(i - 1)) : 0;
  return value > 0 ? Amount{value, i - 1} : Amount{1, i};
}

sys_days shifted(sys_days base, int unit, int n) {
  switch (unit) {
    case 1:
      return base + days(n);
    case 2:
      return base + days(7 * n);
    case 3:
      return add_months(base, n);
    case 4:
      return add_months(base, 12 * n);
    default:
      return base + days(14 * n);
  }
}

// "4.0 goes out on 18 June. Code freeze is one week before.": counted from the date said last.
void counted_from_last(DateFinder& dates, const DateText& text, std::size_t i) {
  const bool before = text.any(i + 1, {"before", "earlier"});
  if (!before && !text.any(i + 1, {"after", "later"})) return;
  const bool ends = i + 2 >= text.size() || (text.at(i + 2).kind == DateToken::kMark && !text.mark(i + 2, '-'));
  const Amount amount = amount_before(text, i);
  constexpr int kMost = 60;
  if (!ends || amount.value <= 0 || amount.value > kMost || amount.from == i || text.is(amount.from, "the")) return;
  constexpr std::size_t kReach = 40;  // tokens
  for (std::size_t back = 1; back <= kReach && back <= amount.from; ++back) {
    const DateMention* const date = dates.found_at(amount.from - back);
    if (date == nullptr) continue;
    if (date->grain != Grain::day) return;
    const sys_days day = shifted(date->first, text.at(i).value, before ? -amount.value : amount.value);
    dates.add_day(amount.from, i + 2, said_of(*date) == Said::kComplete ? Said::kIncomplete : said_of(*date), day);
    return;
  }
}

void counted_unit(DateFinder& dates, const DateText& text, std::size_t i) {
  const int direction = side(text, i + 1);
  if (direction == 0) return;
  const std::size_t at = text.is(i + 2, "the") && dates.found_at(i + 2) == nullptr ? i + 3 : i + 2;
  const DateMention* const date = dates.found_at(at);
  if (date == nullptr || dates.found_at(i) != nullptr) return;
  if (date->grain != Grain::day && date->grain != Grain::range) return;
  const Amount amount = amount_before(text, i);
  // "for three weeks from the 8th" begins on the 8th.
  if (amount.from > 0 && text.is(amount.from - 1, "for") && text.is(i + 1, "from")) return;
  // "days before Easter" says no day.
  if (amount.value <= 0 || amount.value > 400 || (amount.from == i && text.word(i).ends_with('s'))) return;
  const sys_days base = direction < 0 ? sys_days(date->first) : sys_days(date->last);
  const int n = direction * amount.value;
  const Said said = said_of(*date);
  if (text.is(i, "week") && text.is(amount.from, "the")) {
    const sys_days monday = base - (std::chrono::weekday(base) - std::chrono::Monday) + days(7 * direction);
    dates.widen(amount.from, at, said, Grain::week, monday, monday + days(6));
    return;
  }
  const sys_days day = shifted(base, text.at(i).value, n);
  dates.widen(amount.from, at, said, Grain::day, day, day);
}

// "the weekend before 17 July": the nearest one that is over by then.
void counted_weekend(DateFinder& dates, const DateText& text, std::size_t i) {
  const int direction = side(text, i + 1);
  const DateMention* const date = dates.found_at(i + 2);
  if (direction == 0 || date == nullptr || date->grain != Grain::day) return;
  const sys_days base = date->first;
  const auto past_saturday = (std::chrono::weekday(base) - std::chrono::Saturday).count();
  sys_days saturday = base - days(past_saturday);
  if (direction < 0 && past_saturday < 2) saturday -= days(7);
  if (direction > 0) saturday += days(7);
  const std::size_t from = i > 0 && text.is(i - 1, "the") ? i - 1 : i;
  dates.widen(from, i + 2, said_of(*date), Grain::range, saturday, saturday + days(1));
}

// A weekday is placed by the date before it: the later end of "Tuesday to Thursday", the day of "next week Friday" and
// of "next weekend: Saturday …".
void placed_weekday(DateFinder& dates, const DateText& text, std::size_t i) {
  const DateMention* const date = dates.found_at(i);
  if (date == nullptr || date->grain != Grain::day || !date->relative || text.at(i).end != date->end ||
      text.at(i).begin != date->begin)
    return;
  const sys_days day = date->first;
  const auto move_into = [&](const DateMention& span) {
    for (sys_days inside = span.first; inside <= sys_days(span.last); inside += days(1))
      if (std::chrono::weekday(inside) == std::chrono::weekday(day))
        dates.widen(i, i, Said::kRelative, Grain::day, inside, inside);
  };
  constexpr std::size_t kReach = 24;  // tokens
  for (std::size_t back = 1; back <= kReach && back <= i; ++back) {
    const std::size_t k = i - back;
    if (text.mark(k, '\n') || text.mark(k, '!') || text.mark(k, '?')) return;
    const DateMention* const before = dates.found_at(k);
    if (before == nullptr || !before->relative) continue;
    const std::size_t gap = k + 1;
    if (before->grain == Grain::day) {
      if (back == 2 && text.any(gap, {"to", "until", "till", "through"}) && day <= sys_days(before->first) &&
          sys_days(before->first) - day < days(7))
        return dates.widen(i, i, Said::kRelative, Grain::day, day + days(7), day + days(7));
      continue;
    }
    const bool adjacent =
        back == 1 || (back == 2 && (text.is(gap, "on") || text.mark(gap, ',') || text.mark(gap, ':')));
    const bool weekend = before->grain == Grain::range && sys_days(before->last) - sys_days(before->first) == days(1) &&
                         std::chrono::weekday(sys_days(before->first)) == std::chrono::Saturday;
    if (weekend || (before->grain == Grain::week && adjacent)) move_into(*before);
    return;
  }
}

// "October 6, and the retro on the 8th", "this month: the 9th and the 20th": the same month, as long as it is later in
// it.
void placed_ordinal(DateFinder& dates, const DateText& text, std::size_t i) {
  const DateMention* const date = dates.found_at(i);
  if (date == nullptr || date->grain != Grain::day || date->complete || text.at(i).end != date->end) return;
  const auto day = static_cast<unsigned>(text.at(i).value);
  if (static_cast<unsigned>(date->first.day()) != day || dates.found_at(i + 1) == date) return;
  constexpr std::size_t kReach = 24;  // tokens
  for (std::size_t back = 1; back <= kReach && back <= i; ++back) {
    const std::size_t k = i - back;
    if (text.mark(k, '.') || text.mark(k, '\n')) return;
    if (text.is(k, "month") && k > 0 && text.is(k - 1, "this")) {
      const year_month_day today = dates.today();
      const auto same = valid(static_cast<int>(today.year()), month_of(today), text.at(i).value);
      if (same) dates.widen(i, i, Said::kIncomplete, Grain::day, *same, *same);
      return;
    }
    if (!text.is_month(k)) continue;
    if (dates.found_at(k) == date) return;
    const DateMention* const before = dates.found_at(k);
    // "in November, opens the 17th", but not "July and August, on the 9th".
    const bool of_month = before != nullptr && before->grain == Grain::month &&
                          (k == 0 || (!text.is_month(k - 1) && (k == 1 || !text.is_month(k - 2))));
    if (before == nullptr || (!of_month && before->grain != Grain::day) ||
        (!of_month && static_cast<unsigned>(before->first.day()) >= day))
      return;
    const auto same = valid(static_cast<int>(before->first.year()), month_of(before->first), text.at(i).value);
    if (same) dates.widen(i, i, Said::kIncomplete, Grain::day, *same, *same);
    return;
  }
}

constexpr DateRule kRules[] = {
    {Turn::kAround, counted_unit, {kUnit}},                        // "one week before Easter", "the day after the 14th"
    {Turn::kAround, counted_from_last, {kUnit}},                   // "… on 18 June. Freeze is one week before."
    {Turn::kAround, counted_weekend, {kWeekend}},                  // "the weekend before 17 July"
    {Turn::kAround, placed_weekday, {kWeekday}},                   // "Tuesday to Thursday", "next week Friday"
    {Turn::kAround, placed_ordinal, {kOrdinal}, {kMonth, kUnit}},  // "October 6, and the retro on the 8th"
};

}  // namespace

std::span<const DateRule> counted_date_rules() { return kRules; }

}  // namespace holdfast::language
