#include "models/openai/breaker.h"

#include <gtest/gtest.h>

namespace holdfast::models {
namespace {

using Leave = Breaker::Leave;
using std::chrono::milliseconds;

constexpr BreakerOptions kOptions{3, milliseconds(1'000), milliseconds(3'000)};

TEST(Breaker, OpensAfterFailuresInARow) {
  ManualClock clock(0);
  Breaker breaker(kOptions, clock);
  EXPECT_FALSE(breaker.failed(false));
  EXPECT_FALSE(breaker.failed(false));
  EXPECT_FALSE(breaker.answered()) << "it was not open";
  EXPECT_FALSE(breaker.failed(false));
  EXPECT_FALSE(breaker.failed(false));
  EXPECT_EQ(breaker.ask(), Leave::kGo);
  EXPECT_TRUE(breaker.failed(false));
  EXPECT_TRUE(breaker.open());
  EXPECT_EQ(breaker.ask(), Leave::kNo);
  EXPECT_EQ(breaker.left(), milliseconds(1'000));
}

void open(Breaker& breaker) {
  for (int i = 0; i < 3; ++i) static_cast<void>(breaker.failed(false));
}

TEST(Breaker, LetsOneThroughToSee) {
  ManualClock clock(0);
  Breaker breaker(kOptions, clock);
  open(breaker);
  clock.advance(999);
  EXPECT_EQ(breaker.ask(), Leave::kNo);
  clock.advance(1);
  EXPECT_FALSE(breaker.refuses());
  EXPECT_EQ(breaker.ask(), Leave::kProbe);
  EXPECT_EQ(breaker.ask(), Leave::kNo);
  breaker.drop_probe();
  EXPECT_EQ(breaker.ask(), Leave::kProbe) << "the first one saw nothing";
  EXPECT_TRUE(breaker.answered());
  EXPECT_FALSE(breaker.open());
  EXPECT_EQ(breaker.ask(), Leave::kGo);
  EXPECT_EQ(breaker.left(), milliseconds(0));
}

TEST(Breaker, PausesLongerEachTime) {
  ManualClock clock(0);
  Breaker breaker(kOptions, clock);
  open(breaker);
  for (const int pause : {1'000, 2'000, 3'000, 3'000}) {
    EXPECT_EQ(breaker.left(), milliseconds(pause));
    EXPECT_FALSE(breaker.failed(false)) << "a call from before it opened";
    EXPECT_EQ(breaker.left(), milliseconds(pause));
    clock.advance(pause);
    ASSERT_EQ(breaker.ask(), Leave::kProbe);
    EXPECT_FALSE(breaker.failed(true)) << "it has been open all the time";
  }
  clock.advance(3'000);
  ASSERT_EQ(breaker.ask(), Leave::kProbe);
  EXPECT_TRUE(breaker.answered());
  open(breaker);
  EXPECT_EQ(breaker.left(), milliseconds(1'000)) << "starts over";
}

TEST(Breaker, CanBeLeftOut) {
  ManualClock clock(0);
  Breaker breaker({.failures = 0}, clock);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(breaker.failed(false));
  EXPECT_EQ(breaker.ask(), Leave::kGo);
}

}  // namespace
}  // namespace holdfast::models
