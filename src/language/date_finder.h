// The dates found so far in one text, and what they are counted from: what the date rules work on.
//
// Tokens are given as half-open ranges [from, to) of indices into the text. One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "language/date_rules.h"
#include "language/date_words.h"
#include "language/dates.h"

namespace holdfast::language {

// How much of a date is said: see DateMention::relative and ::complete.
enum class Said : std::uint8_t { kRelative, kIncomplete, kComplete };

class DateFinder {
 public:
  DateFinder(std::string_view text, TimeMs said_at);

  // Calls each rule in turn for every token that it may begin with and that belongs to no date yet; those of
  // Turn::kAround for tokens of dates too.
  void apply(std::span<const DateRule> rules);
  // What was found, in the order of the text. Ends the use of this object.
  [[nodiscard]] std::vector<DateMention> take();

  // ---- what dates are counted from

  [[nodiscard]] std::chrono::sys_days today() const { return today_; }
  [[nodiscard]] std::chrono::sys_days monday() const { return monday_; }  // of this week
  [[nodiscard]] int this_year() const;

  // What the word before the tokens says of the direction, or else the tense around them: -1 past, 1 future, 0 unsaid.
  [[nodiscard]] int direction(std::size_t from, std::size_t to) const;
  // The day of the year nearest to today, where a day in the unlikely direction counts as further away. Nothing if the
  // day is in no year, or "since" allows none.
  [[nodiscard]] std::optional<std::chrono::sys_days> nearest(std::size_t from, std::size_t to, int month,
                                                             int day) const;

  // ---- what is found
  //
  // Each of these does nothing if one of the tokens belongs to a date already or lies beyond the text. They return the
  // date added, valid until the next one is, or null.

  DateMention* add(std::size_t from, std::size_t to, Said said, Grain grain, std::chrono::sys_days first,
                   std::chrono::sys_days last, std::string iso = {});  // without `iso` it is written as `grain` asks
  DateMention* add_day(std::size_t from, std::size_t to, Said said, std::optional<std::chrono::sys_days> day);
  DateMention* add_month(std::size_t from, std::size_t to, Said said, std::chrono::year_month_day day_in_it);
  DateMention* add_year(std::size_t from, std::size_t to, Said said, int year);
  DateMention* add_range(std::size_t from, std::size_t to, Said said, std::chrono::sys_days first,
                         std::chrono::sys_days last);

  // Widens the date at token `at` to begin at the free token `from`, and gives it another meaning: "a week before" 5
  // May.
  void widen(std::size_t from, std::size_t at, Said said, Grain grain, std::chrono::sys_days first,
             std::chrono::sys_days last);

  // The date token `i` belongs to, or null.
  [[nodiscard]] const DateMention* found_at(std::size_t i) const;

 private:
  DateText text_;
  std::vector<std::size_t> used_;  // by token: 1 + the index of the mention it belongs to, or 0
  std::chrono::sys_days today_;
  std::chrono::sys_days monday_;
  std::vector<DateMention> found_;
};

// ---- the calendar

// The day of that date, or nothing if there is none.
[[nodiscard]] std::optional<std::chrono::sys_days> valid(int year, int month, int day);
// The same day of another month, or its last one.
[[nodiscard]] std::chrono::year_month_day add_months(std::chrono::year_month_day day, int count);
[[nodiscard]] std::chrono::year_month_day first_of_month(std::chrono::year_month_day day);
[[nodiscard]] std::chrono::year_month_day last_of_month(std::chrono::year_month_day day);
[[nodiscard]] int month_of(std::chrono::year_month_day day);

}  // namespace holdfast::language
