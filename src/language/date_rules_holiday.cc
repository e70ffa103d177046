// Holidays: of a fixed day ("Christmas"), and those that go by Easter ("Good Friday").
#include <array>
#include <chrono>
#include <optional>
#include <string_view>

#include "language/date_finder.h"
#include "language/date_rules.h"

namespace holdfast::language {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using enum DateWord;

// "An algorithm for calculating the date of Easter" of the Gregorian calendar (Anonymous, Nature 13, 1876).
sys_days easter(int y) {
  const int a = y % 19;
  const int b = y / 100;
  const int c = y % 100;
  const int g = (b - (b + 8) / 25 + 1) / 3;
  const int h = (19 * a + b - b / 4 - g + 15) % 30;
  const int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int n = h + l - 7 * m + 114;
  return std::chrono::year(y) / (n / 31) / (n % 31 + 1);
}

// The day that the tense asks for; without a tense the coming one, unless the last is hardly over.
template <typename OfYear>
std::optional<sys_days> of_nearest_year(const DateFinder& dates, const DateText& text, std::size_t from, std::size_t to,
                                        const OfYear& of_year) {
  constexpr days kHardlyOver{7};
  const bool since = from > 0 && (text.is(from - 1, "since") || (from > 1 && text.is(from - 2, "since")));
  const int tense = since ? -1 : dates.direction(from, to);
  std::optional<sys_days> past;
  std::optional<sys_days> next;
  for (int year = dates.this_year() - 1; year <= dates.this_year() + 1; ++year) {
    const sys_days day = of_year(year);
    if (day <= dates.today()) past = day;
    if (day >= dates.today() && !next) next = day;
  }
  if (tense < 0 || !next) return past;
  return tense == 0 && past && dates.today() - *past <= kHardlyOver ? past : next;
}

void add_holiday(DateFinder& dates, const DateText& text, std::size_t from, std::size_t to, int month, int day) {
  if (text.mark(to, '-') && text.joined(to - 1)) return;  // "xmas-banner"
  if (!text.any(to, {"rules", "party"}))
    dates.add_day(from, to, Said::kIncomplete, dates.nearest(from, to, month, day));
}

void fixed_holiday(DateFinder& dates, const DateText& text, std::size_t i) {
  const std::size_t s = text.mark(i + 1, '\'') && text.is(i + 2, "s") ? i + 3 : i + 1;  // past a possessive
  if (text.any(i, {"christmas", "xmas"})) {
    if (text.is(i + 1, "eve")) return add_holiday(dates, text, i, i + 2, 12, 24);
    return add_holiday(dates, text, i, text.is(i + 1, "day") ? i + 2 : i + 1, 12, 25);
  }
  if (text.is(i, "boxing") && text.is(i + 1, "day")) return add_holiday(dates, text, i, i + 2, 12, 26);
  if (text.is(i, "halloween")) return add_holiday(dates, text, i, i + 1, 10, 31);
  if (text.any(i, {"valentine", "valentines"}) && (s == i + 3 || text.is(i, "valentines")))
    return add_holiday(dates, text, i, text.is(s, "day") ? s + 1 : s, 2, 14);
  if (!text.is(i, "new") || !text.any(i + 1, {"year", "years"})) return;
  const std::size_t after = text.mark(i + 2, '\'') && text.is(i + 3, "s") ? i + 4 : i + 2;
  if (text.is(after, "eve")) return add_holiday(dates, text, i, after + 1, 12, 31);
  if (text.is(after, "day")) return add_holiday(dates, text, i, after + 1, 1, 1);
  if (text.is(i + 1, "year") && after == i + 2) add_holiday(dates, text, i, i + 2, 1, 1);
}

void easter_holiday(DateFinder& dates, const DateText& text, std::size_t i) {
  struct Feast {
    std::string_view first;
    std::string_view second;  // "" for none
    int after_easter;
  };
  static constexpr std::array<Feast, 9> kFeasts = {{{"good", "friday", -2},
                                                    {"easter", "sunday", 0},
                                                    {"easter", "monday", 1},
                                                    {"ash", "wednesday", -46},
                                                    {"ascension", "day", 39},
                                                    {"ascension", "", 39},
                                                    {"whit", "monday", 50},
                                                    {"pentecost", "", 49},
                                                    {"easter", "", 0}}};
  for (const Feast& feast : kFeasts) {
    if (!text.is(i, feast.first) || (!feast.second.empty() && !text.is(i + 1, feast.second))) continue;
    const std::size_t to = feast.second.empty() ? i + 1 : i + 2;
    const int after_easter = feast.after_easter;
    const auto of_year = [&](int year) { return easter(year) + days(after_easter); };
    dates.add_day(i, to, Said::kIncomplete, of_nearest_year(dates, text, i, to, of_year));
    return;
  }
}

// The fourth Thursday of November, and the day after it.
void thanksgiving(DateFinder& dates, const DateText& text, std::size_t i) {
  const bool black = text.is(i, "black") && text.is(i + 1, "friday");
  if (!black && !text.is(i, "thanksgiving")) return;
  const std::size_t to = black || text.is(i + 1, "day") ? i + 2 : i + 1;
  const auto of_year = [&](int year) {
    return sys_days(std::chrono::year(year) / 11 / std::chrono::Thursday[4]) + days(black ? 1 : 0);
  };
  dates.add_day(i, to, Said::kIncomplete, of_nearest_year(dates, text, i, to, of_year));
}

constexpr DateRule kRules[] = {
    {Turn::kPart, fixed_holiday, {kHoliday}},   // "Christmas Eve", "Halloween"
    {Turn::kPart, thanksgiving, {kHoliday}},    // "Thanksgiving", "Black Friday"
    {Turn::kPart, easter_holiday, {kHoliday}},  // "Easter Monday", "Ascension"
};

}  // namespace

std::span<const DateRule> holiday_date_rules() { return kRules; }

}  // namespace holdfast::language
