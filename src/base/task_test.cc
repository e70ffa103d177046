#include "base/task.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "base/clock.h"
#include "base/pool.h"
#include "base/trace.h"

namespace holdfast {
namespace {

Task<int> number_on(Pool& pool, int value) {
  co_await pool.turn();
  co_return value;
}

Task<int> sum_of(Pool& pool, int count) {
  auto parts = co_await gather<int>(static_cast<std::size_t>(count), 3,
                                    [&](std::size_t i) { return number_on(pool, static_cast<int>(i)); });
  int sum = 0;
  for (const int part : parts) sum += part;
  co_return sum;
}

TEST(Task, GathersInsideGathersOnManyThreads) {
  Pool pool("test", 4, 100'000);
  for (int round = 0; round < 200; ++round) {
    const auto sums = run_here(gather<int>(7, 4, [&](std::size_t) { return sum_of(pool, 10); }));
    ASSERT_EQ(sums, std::vector<int>(7, 45));
  }
}

Task<int> at_once(int value) { co_return value; }

TEST(Task, GathersWhatEndsAtOnce) {
  constexpr std::size_t kMany = 200'000;
  const auto values = run_here(gather<int>(kMany, 4, [](std::size_t i) { return at_once(static_cast<int>(i)); }));
  ASSERT_EQ(values.size(), kMany);
  EXPECT_EQ(values.back(), static_cast<int>(kMany) - 1);
}

Task<std::unique_ptr<int>> holding(std::shared_ptr<int> held, Pool* pool) {
  if (pool != nullptr) co_await pool->turn();
  co_return std::make_unique<int>(*held);
}

// What a task held is free when its end is told, so that whoever hears of it may take down what it used.
TEST(Task, IsGoneWhenItsEndIsTold) {
  Pool pool("test", 1, 10);
  for (Pool* on : {static_cast<Pool*>(nullptr), &pool}) {
    auto held = std::make_shared<int>(7);
    std::binary_semaphore told{0};
    long users = 0;
    start(holding(held, on), [&](std::unique_ptr<int> value) {
      EXPECT_EQ(*value, 7);
      users = held.use_count();
      told.release();
    });
    told.acquire();
    EXPECT_EQ(users, 1);
  }
}

TEST(Task, DoesNothingUntilItIsAwaited) {
  auto held = std::make_shared<int>(7);
  {
    const auto task = holding(held, nullptr);
  }
  EXPECT_EQ(held.use_count(), 1);
}

TEST(Trace, NotesStagesSideBySide) {
  ManualClock clock(1'000);
  Trace trace(clock);
  {
    const Trace::Span outer(trace, "outer", "builtin");
    clock.advance(5);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { const Trace::Span span(trace, "inner"); });
    for (std::thread& thread : threads) thread.join();
    clock.advance(2);
  }
  const auto stages = trace.stages();
  ASSERT_EQ(stages.size(), 5U);
  EXPECT_EQ(stages[0].stage, "inner");
  EXPECT_EQ(stages[0].start_us, 5'000);
  EXPECT_EQ(stages[4].stage, "outer");
  EXPECT_EQ(stages[4].model, "builtin");
  EXPECT_EQ(stages[4].start_us, 0);
  EXPECT_EQ(stages[4].end_us, 7'000);
}

}  // namespace
}  // namespace holdfast
