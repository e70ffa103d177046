#include "base/scheduler.h"

#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>
#include <vector>

namespace holdfast {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST(PoolScheduler, RunsInTheOrderOfTheirTimesAndNotBefore) {
  Pool pool("test", 1, 100);
  std::vector<int> order;
  std::binary_semaphore last{0};
  const auto begun = steady_clock::now();
  steady_clock::time_point early, late;
  PoolScheduler scheduler(pool);
  scheduler.after(milliseconds(60), [&] {
    order.push_back(3);
    late = steady_clock::now();
    last.release();
  });
  scheduler.after(milliseconds(20), [&] {
    order.push_back(2);
    early = steady_clock::now();
  });
  scheduler.spawn([&] { order.push_back(1); });
  last.acquire();
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
  EXPECT_GE(early - begun, milliseconds(20));
  EXPECT_GE(late - begun, milliseconds(60));
}

TEST(PoolScheduler, DropsWhatHasNotComeUp) {
  Pool pool("test", 1, 100);
  std::atomic<bool> ran = false;
  auto held = std::make_shared<int>(1);
  {
    PoolScheduler scheduler(pool);
    scheduler.after(milliseconds(3'600'000), [&ran, held] { ran = true; });
  }
  EXPECT_EQ(held.use_count(), 1);
  pool.stop();
  EXPECT_FALSE(ran);
}

TEST(PoolScheduler, TakesJobsFromManyThreadsAndFromJobs) {
  Pool pool("test", 3, 10'000);
  std::atomic<int> ran = 0;
  std::binary_semaphore all{0};
  PoolScheduler scheduler(pool);
  const auto done = [&] {
    if (ran.fetch_add(1) + 1 == 400) all.release();
  };
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i)
        scheduler.after(milliseconds(i % 5), [&] {
          scheduler.spawn(done);
          done();
        });
    });
  for (std::thread& thread : threads) thread.join();
  all.acquire();
  EXPECT_EQ(ran, 400);
}

}  // namespace
}  // namespace holdfast
