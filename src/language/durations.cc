#include "language/durations.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <limits>
#include <string_view>

namespace holdfast::language {
namespace {

constexpr double kDaysOfMonth = 30.44;
constexpr double kDaysOfYear = 365.25;

void append(std::string& out, long count, std::string_view unit) {
  if (count < 1 && !out.empty()) return;
  fmt::format_to(std::back_inserter(out), "{}{} {}{}", out.empty() ? "" : ", ", count, unit, count == 1 ? "" : "s");
}

}  // namespace

Duration between(std::chrono::year_month_day from, std::chrono::year_month_day to) {
  return {static_cast<int>((std::chrono::sys_days(to) - std::chrono::sys_days(from)).count())};
}

std::string describe_days(long days) {
  // Not std::abs: the most negative long has no positive counterpart.
  const long count = days >= 0                                  ? days
                     : days == std::numeric_limits<long>::min() ? std::numeric_limits<long>::max()
                                                                : -days;
  const auto rounded = [&](double length) { return std::lround(static_cast<double>(count) / length); };
  std::string text;
  append(text, count, "day");
  if (count >= 7) append(text, rounded(7), "week");
  if (count >= 28) append(text, rounded(kDaysOfMonth), "month");
  if (count >= 365) append(text, rounded(kDaysOfYear), "year");
  return text;
}

}  // namespace holdfast::language
