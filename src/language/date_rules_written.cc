// Dates written as dates, with or without their year: "2026-04-14", "April 14–16", "14.04.".
#include <chrono>
#include <optional>
#include <string_view>

#include "language/date_finder.h"
#include "language/date_rules.h"

namespace holdfast::language {
namespace {

using std::chrono::year_month_day;
using enum DateWord;

void iso_date(DateFinder& dates, const DateText& text, std::size_t i) {
  if (!text.is_year(i) || !text.is_number(i + 2)) return;
  const bool dashes = text.mark(i + 1, '-') && text.mark(i + 3, '-');
  const bool slashes = text.mark(i + 1, '/') && text.mark(i + 3, '/');
  if (!dashes && !slashes) return;
  for (std::size_t k = i; k < i + 4; ++k)
    if (!text.joined(k)) return;
  if (text.at(i + 2).digits != 2) return;
  // A time may follow without a blank, and makes one token with the day: "14t10".
  const std::string_view last = text.word(i + 4);
  const bool day_only = text.is_number(i + 4) && text.at(i + 4).digits == 2;
  const bool with_time = last.size() >= 5 && last[2] == 't' && last[0] >= '0' && last[0] <= '3' && last[1] >= '0' &&
                         last[1] <= '9' && last[3] >= '0' && last[3] <= '9';
  if (!day_only && !with_time) return;
  DateMention* const found = dates.add_day(
      i, i + 5, Said::kComplete, valid(text.at(i).value, text.at(i + 2).value, (last[0] - '0') * 10 + (last[1] - '0')));
  if (with_time && found != nullptr) found->end = text.at(i + 4).begin + 2;
}

void month_day_year(DateFinder& dates, const DateText& text, std::size_t i) {
  const std::size_t d = text.after_month(i);
  const std::size_t y = text.after_comma(d + 1);
  if (text.is_day(d) && text.is_year(y))
    dates.add_day(i, y + 1, Said::kComplete, valid(text.at(y).value, text.at(i).value, text.at(d).value));
}

void day_month_year(DateFinder& dates, const DateText& text, std::size_t i) {
  if (!text.is_day(i) || text.number_goes_on_before(i)) return;
  const std::size_t m = text.after_of(text.after_day(i));
  if (!text.is_month(m)) return;
  const std::size_t y = text.after_comma(text.after_month(m));
  if (text.is_year(y))
    dates.add_day(i, y + 1, Said::kComplete, valid(text.at(y).value, text.at(m).value, text.at(i).value));
}

void month_year(DateFinder& dates, const DateText& text, std::size_t i) {
  const std::size_t y = text.after_of(text.after_comma(text.after_month(i)));
  if (text.is_year(y) && !text.measured(y + 1))
    dates.add_month(i, y + 1, Said::kComplete, std::chrono::year(text.at(y).value) / text.at(i).value / 1);
}

bool range_word(const DateText& text, std::size_t i) {
  return text.any(i, {"-", "–", "—", "/", "to", "and", "&", "+", "until", "till"});
}

// A range within one month, that the tokens [from, to) say and a year may follow.
void add_days(DateFinder& dates, const DateText& text, std::size_t from, std::size_t to, int month, int first_day,
              int last_day) {
  if (last_day <= first_day) return;
  const std::size_t y = text.after_comma(to);
  const bool said = text.is_year(y);
  const auto first = said ? valid(text.at(y).value, month, first_day) : dates.nearest(from, to, month, first_day);
  if (!first) return;
  const auto last = valid(static_cast<int>(year_month_day(*first).year()), month, last_day);
  if (last) dates.add_range(from, said ? y + 1 : to, said ? Said::kComplete : Said::kIncomplete, *first, *last);
}

void month_day_range(DateFinder& dates, const DateText& text, std::size_t i) {
  const std::size_t d = text.after_month(i);
  if (!text.is_day(d) || !range_word(text, d + 1) || !text.is_day(d + 2) || text.any(d + 3, {":", "am", "pm"})) return;
  add_days(dates, text, i, d + 3, text.at(i).value, text.at(d).value, text.at(d + 2).value);
}

void day_range_month(DateFinder& dates, const DateText& text, std::size_t i) {
  if (!text.is_day(i) || text.number_goes_on_before(i)) return;
  const std::size_t sign = text.after_day(i);
  if (!range_word(text, sign) || !text.is_day(sign + 1)) return;
  const std::size_t m = text.after_of(text.after_day(sign + 1));
  if (text.is_month(m))
    add_days(dates, text, i, text.after_month(m), text.at(m).value, text.at(i).value, text.at(sign + 1).value);
}

void month_day(DateFinder& dates, const DateText& text, std::size_t i) {
  std::size_t d = text.after_month(i);
  if (text.is(d, "the")) ++d;
  if (text.at(d).spelled && text.is(i, "may")) return;  // "you may second that"
  if (text.is_day(d) && !text.measured(d + 1))
    dates.add_day(i, d + 1, Said::kIncomplete, dates.nearest(i, d + 1, text.at(i).value, text.at(d).value));
}

void day_month(DateFinder& dates, const DateText& text, std::size_t i) {
  if (!text.is_day(i) || text.number_goes_on_before(i)) return;
  const std::size_t m = text.after_of(text.after_day(i));
  if (!text.is_month(m)) return;
  const bool verb = text.is(m, "may") && m == i + 1 && (text.is_number(i) || text.at(i).spelled) &&
                    text.any(m + 1, {"be", "not", "have", "go", "run", "use", "need"});  // "those 5 may go"
  if (!verb) dates.add_day(i, m + 1, Said::kIncomplete, dates.nearest(i, m + 1, text.at(m).value, text.at(i).value));
}

void dotted_date(DateFinder& dates, const DateText& text, std::size_t i) {
  if (!text.is_day(i) || text.number_goes_on_before(i)) return;
  if (!text.mark(i + 1, '.') || !text.is_number(i + 2) || text.at(i + 2).digits > 2 || !text.mark(i + 3, '.')) return;
  if (!text.joined(i) || !text.joined(i + 1) || !text.joined(i + 2)) return;
  if (i > 0 && text.joined(i - 1) && text.at(i - 1).kind != DateToken::kMark) return;
  const int month = text.at(i + 2).value;
  if (text.joined(i + 3) && text.is_year(i + 4)) {
    dates.add_day(i, i + 5, Said::kComplete, valid(text.at(i + 4).value, month, text.at(i).value));
    return;
  }
  const bool announced = i > 0 && text.any(i - 1, {"on", "by", "until", "till", "til", "am", "bis",
                                                   "the"});            // "from 2.9." is rather a version
  const bool goes_on = i + 4 < text.size() && !text.is_number(i + 4);  // at the end "to 8.2." is rather a version
  if (announced && goes_on)
    dates.add_day(i, i + 4, Said::kIncomplete, dates.nearest(i, i + 4, month, text.at(i).value));
}

// 10.–13.11., 10.-13.11.2026
void dotted_range(DateFinder& dates, const DateText& text, std::size_t i) {
  if (!text.is_day(i) || text.number_goes_on_before(i)) return;
  const std::size_t dash = text.mark(i + 1, '.') ? i + 2 : i + 1;
  const std::size_t d = dash + 1;
  if (!text.mark(dash, '-') || !text.is_day(d) || !text.mark(d + 1, '.') || !text.is_number(d + 2) ||
      text.at(d + 2).digits > 2 || !text.mark(d + 3, '.'))
    return;
  for (std::size_t k = d; k < d + 3; ++k)
    if (!text.joined(k)) return;
  const int month = text.at(d + 2).value;
  if (month >= 1 && month <= 12) add_days(dates, text, i, d + 4, month, text.at(i).value, text.at(d).value);
}

// 14/3/2026, 3/14/2026, "on 3/14": only where one of the numbers can be no month, since people differ.
void slashed_date(DateFinder& dates, const DateText& text, std::size_t i) {
  if (!text.is_day(i) || !text.mark(i + 1, '/') || !text.is_day(i + 2) || !text.joined(i) || !text.joined(i + 1))
    return;
  if (i > 0 && text.joined(i - 1)) return;
  const int a = text.at(i).value;
  const int b = text.at(i + 2).value;
  if ((a > 12) == (b > 12)) return;
  const int day = a > 12 ? a : b;
  const int month = a > 12 ? b : a;
  if (text.mark(i + 3, '/') && text.joined(i + 2) && text.joined(i + 3) && text.is_year(i + 4)) {
    dates.add_day(i, i + 5, Said::kComplete, valid(text.at(i + 4).value, month, day));
    return;
  }
  if (i > 0 && text.any(i - 1, {"on", "by", "until", "till", "from", "due", "before", "after", "since"}) &&
      !(text.joined(i + 2) && text.mark(i + 3, '/')))
    dates.add_day(i, i + 3, Said::kIncomplete, dates.nearest(i, i + 3, month, day));
}

constexpr DateRule kRules[] = {
    {Turn::kWhole, iso_date, {kNumber}},                             // 2026-04-14, 2026/04/14
    {Turn::kWhole, month_day_year, {kMonth}},                        // April 14(th)(,) 2026
    {Turn::kWhole, day_month_year, {kNumber, kOrdinal}, {kMonth}},   // 14(th)(.) (of) April(,) 2026
    {Turn::kWhole, month_year, {kMonth}},                            // April (of) 2026
    {Turn::kWhole, month_day_range, {kMonth}},                       // April 14–16(, 2026)
    {Turn::kWhole, day_range_month, {kNumber, kOrdinal}, {kMonth}},  // 14–16 (of) April( 2026)
    {Turn::kWhole, month_day, {kMonth}},                             // April (the) 14(th)
    {Turn::kWhole, day_month, {kNumber, kOrdinal}, {kMonth}},        // 14(th)(.) (of) April
    {Turn::kWhole, dotted_range, {kNumber}},                         // 10.–13.11.
    {Turn::kWhole, slashed_date, {kNumber}},                         // 14/3/2026, "on 3/14"
    {Turn::kWhole, dotted_date, {kNumber}},                          // 14.04.2026, "on 14.04."
};

}  // namespace

std::span<const DateRule> written_date_rules() { return kRules; }

}  // namespace holdfast::language
