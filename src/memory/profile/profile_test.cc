#include "memory/profile/profile.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "memory/profile/log_testing.h"
#include "memory/testing.h"

namespace holdfast::memory {
namespace {

class ProfileTest : public testing::Test {
 protected:
  std::shared_ptr<Profile> open() { return value_of(Profile::open(kId, value_of(stores_.open(kId)), pool_)); }
  ~ProfileTest() override { pool_.stop(); }

  static Batch batch_of(std::uint64_t n) {
    Batch batch;
    batch.messages.push_back({BatchMaker::id(n), "s", Role::kUser, "", "hello", 0, static_cast<std::int64_t>(n)});
    return batch;
  }
  static Result<> commit(const std::shared_ptr<Profile>& profile, const Batch& batch) {
    return run_here(committed(profile, batch));
  }

  const Id kId = BatchMaker::id(1'000);
  TemporaryDirectory directory_;
  SqliteProfileStores stores_{directory_.path()};
  Pool pool_{"storage", 3, 10'000};

 private:
  static Task<Result<>> committed(std::shared_ptr<Profile> profile, Batch batch) {
    co_return co_await Profile::turn(profile, [&](Profile::Turn& turn) { return turn.commit(batch); });
  }
};

TEST_F(ProfileTest, IsAfterACommitWhatItIsReopened) {
  BatchMaker maker(3);
  for (int round = 0; round < 5; ++round) {
    const auto profile = open();
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(commit(profile, maker.next()));
    const auto other = open();
    EXPECT_EQ(profile->view().fold().digest(), other->view().fold().digest());
    EXPECT_EQ(profile->view().fold().bytes(), other->view().fold().bytes());
  }
}

TEST_F(ProfileTest, ShowsNothingOfWhatWasNotCommitted) {
  const auto profile = open();
  ASSERT_TRUE(commit(profile, batch_of(1)));
  const auto other = open();
  ASSERT_TRUE(commit(other, batch_of(2)));
  const Digest before = profile->view().fold().digest();
  const auto refused = commit(profile, batch_of(3));  // the other was there first
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kConflict);
  EXPECT_EQ(profile->view().fold().digest(), before);
}

TEST_F(ProfileTest, TurnsRunInOrderOneAtATime) {
  const auto profile = open();
  std::atomic<int> inside = 0;
  std::vector<int> order;
  std::binary_semaphore last{0};
  for (int i = 0; i < 100; ++i)
    Profile::write(profile, [&, i](Profile::Turn&) {
      EXPECT_EQ(inside.fetch_add(1), 0);
      order.push_back(i);
      inside.fetch_sub(1);
      if (i == 99) last.release();
    });
  last.acquire();
  EXPECT_TRUE(std::ranges::is_sorted(order));
  EXPECT_EQ(order.size(), 100U);
}

TEST_F(ProfileTest, OutlivesItsLastUserUntilItsTurnsHaveRun) {
  auto profile = open();
  std::atomic<bool> ran = false;
  std::binary_semaphore go{0};
  Profile::write(profile, [&](Profile::Turn&) { go.acquire(); });
  Profile::write(profile, [&](Profile::Turn& turn) { ran = turn.commit(batch_of(1)).has_value(); });
  profile.reset();
  go.release();
  pool_.stop();
  EXPECT_TRUE(ran);
}

// Readers that always overlap must not keep a commit from being seen.
TEST_F(ProfileTest, ReadersInAStreamDoNotHoldUpACommit) {
  const auto profile = open();
  std::atomic<bool> stop = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i)
    readers.emplace_back([&, i] {
      std::this_thread::sleep_for(std::chrono::milliseconds(i));
      while (!stop) {
        const Profile::View view = profile->view();
        std::this_thread::sleep_for(std::chrono::milliseconds(3));
      }
    });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  std::atomic<int> committed = 0;
  std::thread writer([&] {
    for (std::uint64_t i = 0; i < 10 && !stop; ++i)
      if (commit(profile, batch_of(i))) ++committed;
  });
  for (int i = 0; i < 2'000 && committed < 10; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(committed, 10);
  stop = true;
  for (std::thread& reader : readers) reader.join();
  writer.join();
}

TEST_F(ProfileTest, ReadersSeeWholeCommits) {
  const auto profile = open();
  std::atomic<bool> stop = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i)
    readers.emplace_back([&] {
      while (!stop) {
        const Profile::View view = profile->view();
        EXPECT_EQ(view.fold().messages().size() % 3, 0U);
        EXPECT_GT(profile->bytes(), 0U);
      }
    });
  for (std::uint64_t i = 0; i < 60; i += 3) {
    Batch batch = batch_of(i);
    batch.messages.push_back(batch_of(i + 1).messages[0]);
    batch.messages.push_back(batch_of(i + 2).messages[0]);
    EXPECT_TRUE(commit(profile, batch));
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
}

}  // namespace
}  // namespace holdfast::memory
