#include "models/openai/turns.h"

#include <gtest/gtest.h>

#include <semaphore>
#include <thread>
#include <vector>

#include "base/task.h"

namespace holdfast::models {
namespace {

std::shared_ptr<Wake> wake_on(Pool& pool, Priority priority = Priority::kBackground) {
  return std::make_shared<Wake>(pool, priority);
}

Wake::Word word_of(const std::shared_ptr<Wake>& wake) {
  return run_here([](std::shared_ptr<Wake> w) -> Task<Wake::Word> { co_return co_await w->wait(); }(wake));
}

TEST(Wake, TheFirstWordCounts) {
  Pool pool("test", 1, 10);
  const auto wake = wake_on(pool);
  EXPECT_TRUE(wake->say(Wake::Word::kTime));
  EXPECT_FALSE(wake->say(Wake::Word::kTurn));
  EXPECT_EQ(word_of(wake), Wake::Word::kTime);

  const auto later = wake_on(pool);
  std::thread other([&] { later->say(Wake::Word::kStop); });
  EXPECT_EQ(word_of(later), Wake::Word::kStop);
  other.join();
}

TEST(Turns, GoInOrderQueriesFirst) {
  Pool pool("test", 1, 10);
  Turns turns(2);
  std::vector<std::shared_ptr<Wake>> wakes;
  for (int i = 0; i < 7; ++i) wakes.push_back(wake_on(pool));
  EXPECT_TRUE(turns.take(wakes[0], Priority::kBackground));
  EXPECT_TRUE(turns.take(wakes[1], Priority::kBackground));
  EXPECT_FALSE(turns.take(wakes[2], Priority::kBackground));
  EXPECT_FALSE(turns.take(wakes[3], Priority::kBackground));
  EXPECT_FALSE(turns.take(wakes[4], Priority::kQuery));
  EXPECT_FALSE(turns.take(wakes[5], Priority::kQuery));
  EXPECT_EQ(turns.waiting(), 4U);
  for (const std::size_t next : {4U, 5U, 2U, 3U}) {
    turns.give_back();
    EXPECT_EQ(word_of(wakes[next]), Wake::Word::kTurn) << next;
  }
  EXPECT_EQ(turns.waiting(), 0U);
  turns.give_back();
  EXPECT_TRUE(turns.take(wakes[6], Priority::kQuery));
}

TEST(Turns, PassOverWhoWaitsNoLonger) {
  Pool pool("test", 1, 10);
  Turns turns(1);
  const auto first = wake_on(pool), late = wake_on(pool), gone = wake_on(pool), next = wake_on(pool);
  EXPECT_TRUE(turns.take(first, Priority::kQuery));
  EXPECT_FALSE(turns.take(late, Priority::kQuery));
  EXPECT_FALSE(turns.take(gone, Priority::kQuery));
  EXPECT_FALSE(turns.take(next, Priority::kQuery));
  late->say(Wake::Word::kTime);
  gone->say(Wake::Word::kTime);
  turns.forget(gone);
  EXPECT_EQ(turns.waiting(), 2U);
  turns.give_back();
  EXPECT_EQ(word_of(next), Wake::Word::kTurn);
  turns.give_back();
  EXPECT_TRUE(turns.take(wake_on(pool), Priority::kBackground)) << "a turn was lost";
}

}  // namespace
}  // namespace holdfast::models
