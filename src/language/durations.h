// Lengths of time, in days and in the words people use for them.
#pragma once

#include <chrono>
#include <string>

namespace holdfast::language {

struct Duration {
  int days = 0;

  [[nodiscard]] friend constexpr bool operator==(Duration, Duration) = default;
  [[nodiscard]] friend constexpr auto operator<=>(Duration, Duration) = default;
  [[nodiscard]] friend constexpr Duration operator+(Duration a, Duration b) { return {a.days + b.days}; }
  [[nodiscard]] friend constexpr Duration operator-(Duration a, Duration b) { return {a.days - b.days}; }
};

// From `from` to `to`; negative when `to` is earlier.
[[nodiscard]] Duration between(std::chrono::year_month_day from, std::chrono::year_month_day to);

// "45 days, 6 weeks, 1 month": the exact number of days, then rounded weeks from 7 days on, months from 28 (of 30.44
// days), years from 365 (of 365.25), each only when it rounds to at least one. The sign is dropped.
[[nodiscard]] std::string describe_days(long days);

}  // namespace holdfast::language
