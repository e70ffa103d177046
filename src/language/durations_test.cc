#include "language/durations.h"

#include <gtest/gtest.h>

#include <limits>

namespace holdfast::language {
namespace {

TEST(Durations, CountDays) {
  using std::chrono::year;
  EXPECT_EQ(between(year(2026) / 2 / 27, year(2026) / 3 / 1), Duration{2});
  EXPECT_EQ(between(year(2024) / 2 / 27, year(2024) / 3 / 1), Duration{3});
  EXPECT_EQ(between(year(2026) / 1 / 1, year(2025) / 12 / 31), Duration{-1});
  EXPECT_EQ(Duration{5} + Duration{2} - Duration{3}, Duration{4});
}

TEST(Durations, AreDescribedInEveryFittingUnit) {
  EXPECT_EQ(describe_days(0), "0 days");
  EXPECT_EQ(describe_days(1), "1 day");
  EXPECT_EQ(describe_days(-6), "6 days");
  EXPECT_EQ(describe_days(7), "7 days, 1 week");
  EXPECT_EQ(describe_days(18), "18 days, 3 weeks");
  EXPECT_EQ(describe_days(45), "45 days, 6 weeks, 1 month");
  EXPECT_EQ(describe_days(400), "400 days, 57 weeks, 13 months, 1 year");
  EXPECT_EQ(describe_days(std::numeric_limits<long>::min()), describe_days(std::numeric_limits<long>::max()));
}

}  // namespace
}  // namespace holdfast::language
