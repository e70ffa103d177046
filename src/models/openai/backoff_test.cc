#include "models/openai/backoff.h"

#include <gtest/gtest.h>

namespace holdfast::models {
namespace {

using std::chrono::milliseconds;

const TimeMs kNow = *parse_iso("1994-11-06T08:49:00Z");

TEST(Backoff, DoublesWithinItsBounds) {
  SeededRandom random(7);
  for (std::size_t retry = 0; retry < 80; ++retry) {
    const auto whole = retry < 6 ? milliseconds(500 << retry) : kLongestBackoff;
    milliseconds least = whole, most{0};
    for (int i = 0; i < 200; ++i) {
      const milliseconds wait = backoff(retry, milliseconds(500), random);
      EXPECT_GE(wait, whole / 2);
      EXPECT_LE(wait, whole);
      least = std::min(least, wait);
      most = std::max(most, wait);
    }
    EXPECT_GT(most - least, whole / 4) << "no chance in it";
  }
  EXPECT_LE(backoff(0, milliseconds(0), random), milliseconds(1));
  EXPECT_LE(backoff(3, milliseconds(100'000'000), random), kLongestBackoff);
}

TEST(RetryAfter, ReadsSecondsMillisecondsAndDates) {
  const auto wait = [](std::string value) { return retry_after({{"retry-after", std::move(value)}}, kNow); };
  EXPECT_EQ(wait("7"), milliseconds(7'000));
  EXPECT_EQ(wait("0"), milliseconds(0));
  EXPECT_EQ(wait("1.5"), milliseconds(1'500));
  EXPECT_EQ(wait("Sun, 06 Nov 1994 08:49:37 GMT"), milliseconds(37'000));
  EXPECT_EQ(wait("Sunday, 06-Nov-94 08:49:37 GMT"), milliseconds(37'000));
  EXPECT_EQ(wait("Sun Nov  6 08:49:37 1994"), milliseconds(37'000));
  EXPECT_EQ(wait("Sun, 06 Nov 1994 08:40:00 GMT"), milliseconds(0)) << "in the past";
  EXPECT_LE(wait("99999999999999999999"), std::chrono::hours(24 * 366));
  for (const char* bad : {"", "soon", "-3", "7 s", "nan", "inf", "Sun, 31 Feb 1994 08:49:37 GMT",
                          "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Nov 1994", "06 Nov", "Sun, 06 Now 1994 08:49:37"})
    EXPECT_EQ(wait(bad), std::nullopt) << bad;
  EXPECT_EQ(retry_after({{"retry-after-ms", "250"}, {"Retry-After", "1"}}, kNow), milliseconds(250));
  EXPECT_EQ(retry_after({}, kNow), std::nullopt);
}

TEST(RetryAfter, DoesNotDependOnWhoseClockIsRight) {
  const std::vector<net::Header> headers = {{"Date", "Tue, 06 Nov 2029 08:00:00 GMT"},
                                            {"Retry-After", "Tue, 06 Nov 2029 08:00:20 GMT"}};
  EXPECT_EQ(retry_after(headers, kNow), milliseconds(20'000));
}

}  // namespace
}  // namespace holdfast::models
