#include "memory/profile/open_profiles.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <semaphore>
#include <thread>

#include "memory/profile/log_testing.h"
#include "memory/testing.h"

namespace holdfast::memory {
namespace {

// Counts openings, and fails or waits where it is told to.
class WatchedStores final : public ProfileStores {
 public:
  explicit WatchedStores(ProfileStores& inner) : inner_(inner) {}
  [[nodiscard]] Result<std::unique_ptr<ProfileStore>> open(const Id& profile) override {
    ++opened;
    if (before_open) before_open();
    if (failures.fetch_sub(1) > 0) return fail(Code::kIo, "told to fail");
    failures = 0;
    return inner_.open(profile);
  }
  [[nodiscard]] Result<> destroy(const Id& profile) override { return inner_.destroy(profile); }

  std::atomic<int> opened = 0, failures = 0;
  std::function<void()> before_open;

 private:
  ProfileStores& inner_;
};

class OpenProfilesTest : public testing::Test {
 protected:
  ~OpenProfilesTest() override { pool_.stop(); }

  void write(const std::shared_ptr<Profile>& profile, int messages) {
    std::binary_semaphore done{0};
    Profile::write(profile, [&](Profile::Turn& turn) {
      Batch batch;
      for (int i = 0; i < messages; ++i) {
        const std::string content = "message number " + std::to_string(i);
        batch.messages.push_back({message_id("s", Role::kUser, content, ""), "s", Role::kUser, "", content, 0, i});
      }
      EXPECT_TRUE(turn.commit(batch));
    });
    Profile::write(profile, [&](Profile::Turn&) { done.release(); });
    done.acquire();
  }
  // A turn holds its profile until it has quite ended.
  static void wait_until_unused(const std::shared_ptr<Profile>& profile) {
    while (profile.use_count() > 2) std::this_thread::yield();
  }

  static Id id(std::uint64_t n) { return BatchMaker::id(n); }

  TemporaryDirectory directory_;
  SqliteProfileStores sqlite_{directory_.path()};
  WatchedStores stores_{sqlite_};
  Pool pool_{"storage", 2, 1'000};
};

TEST_F(OpenProfilesTest, GivesTheOneThatIsOpen) {
  OpenProfiles open(stores_, pool_, {});
  EXPECT_EQ(open.find(id(1)), nullptr);
  const auto first = value_of(open.open(id(1)));
  EXPECT_EQ(value_of(open.open(id(1))), first);
  EXPECT_EQ(open.find(id(1)), first);
  EXPECT_NE(value_of(open.open(id(2))), first);
  EXPECT_EQ(stores_.opened, 2);
  EXPECT_EQ(open.counts().profiles, 2U);
  EXPECT_EQ(open.counts().opened, 2U);
}

TEST_F(OpenProfilesTest, ManyCallersWaitForOneOpening) {
  stores_.before_open = [] { std::this_thread::sleep_for(std::chrono::milliseconds(5)); };
  OpenProfiles open(stores_, pool_, {});
  std::vector<std::thread> threads;
  std::mutex mutex;
  std::map<Id, std::set<Profile*>> seen;
  std::vector<std::shared_ptr<Profile>> held;
  for (std::uint64_t t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (std::uint64_t n = 0; n < 4; ++n) {
        auto profile = value_of(open.open(id((n + t) % 4)));
        const std::lock_guard lock(mutex);
        seen[profile->id()].insert(profile.get());
        held.push_back(std::move(profile));
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(stores_.opened, 4);
  for (const auto& [_, profiles] : seen) EXPECT_EQ(profiles.size(), 1U);
}

TEST_F(OpenProfilesTest, AFailedOpeningIsTriedAgain) {
  OpenProfiles open(stores_, pool_, {});
  stores_.failures = 1;
  const auto failed = open.open(id(1));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Code::kIo);
  EXPECT_EQ(open.counts().profiles, 0U);
  EXPECT_TRUE(open.close(id(1)));
  EXPECT_TRUE(open.open(id(1)));

  // Those that wait for an opening that fails do not fail with it.
  stores_.failures = 3;
  stores_.before_open = [] { std::this_thread::sleep_for(std::chrono::milliseconds(5)); };
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t)
    threads.emplace_back([&] {
      if (!open.open(id(2))) ++failures;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 3);
  EXPECT_NE(open.find(id(2)), nullptr);
}

TEST_F(OpenProfilesTest, ClosesTheLeastRecentlyUsedWhenFilesRunOut) {
  OpenProfiles open(stores_, pool_, {.bytes = 1U << 30U, .files = 10});  // three profiles that are only read
  for (std::uint64_t n = 1; n <= 3; ++n) ASSERT_TRUE(open.open(id(n)));
  EXPECT_EQ(open.counts().files, 9U);
  ASSERT_TRUE(open.open(id(1)));
  ASSERT_TRUE(open.open(id(4)));
  EXPECT_EQ(open.find(id(2)), nullptr);
  EXPECT_NE(open.find(id(1)), nullptr);
  EXPECT_NE(open.find(id(3)), nullptr);
  EXPECT_EQ(open.counts().evicted, 1U);
}

TEST_F(OpenProfilesTest, CountsTheFilesOfAProfileThatIsWritten) {
  OpenProfiles open(stores_, pool_, {.bytes = 1U << 30U, .files = 10});
  for (std::uint64_t n = 1; n <= 3; ++n) {
    const auto profile = value_of(open.open(id(n)));
    write(profile, 1);
    wait_until_unused(profile);
    ASSERT_TRUE(open.open(id(n)));
  }
  EXPECT_LE(open.counts().files, 10U);
  EXPECT_EQ(open.counts().profiles, 2U);
  EXPECT_EQ(open.counts().files, 10U);
}

TEST_F(OpenProfilesTest, WhatIsInUseStaysOpen) {
  OpenProfiles open(stores_, pool_, {.bytes = 1, .files = 1});
  auto one = value_of(open.open(id(1)));
  auto two = value_of(open.open(id(2)));
  EXPECT_EQ(open.counts().profiles, 2U);
  EXPECT_EQ(open.find(id(1)), one);
  one.reset();
  ASSERT_TRUE(open.open(id(3)));
  EXPECT_EQ(open.find(id(1)), nullptr);
  EXPECT_EQ(open.find(id(2)), two);
}

TEST_F(OpenProfilesTest, ClosesByBytesAsTheyGrow) {
  std::size_t small = 0;
  {
    OpenProfiles open(stores_, pool_, {});
    ASSERT_TRUE(open.open(id(1)));
    small = open.counts().bytes;
  }
  ASSERT_GT(small, 0U);
  OpenProfiles open(stores_, pool_, {.bytes = small * 4, .files = 1'000});
  for (std::uint64_t n = 1; n <= 3; ++n) ASSERT_TRUE(open.open(id(n)));
  EXPECT_EQ(open.counts().profiles, 3U);
  {
    const auto profile = value_of(open.open(id(3)));
    write(profile, 2'000);
    wait_until_unused(profile);
    ASSERT_TRUE(open.open(id(3)));  // seen now
  }
  EXPECT_EQ(open.counts().profiles, 1U);
  EXPECT_NE(open.find(id(3)), nullptr);
  EXPECT_GT(open.counts().bytes, small * 4);
  ASSERT_TRUE(open.open(id(1)));
  EXPECT_EQ(open.find(id(3)), nullptr);
  EXPECT_LE(open.counts().bytes, small * 4);
}

TEST_F(OpenProfilesTest, ClosesADeletedProfileOnceNobodyUsesIt) {
  OpenProfiles open(stores_, pool_, {});
  EXPECT_TRUE(open.close(id(1)));
  auto profile = value_of(open.open(id(1)));
  EXPECT_FALSE(open.close(id(1)));
  EXPECT_NE(open.find(id(1)), nullptr);
  profile.reset();
  EXPECT_TRUE(open.close(id(1)));
  EXPECT_EQ(open.counts().profiles, 0U);
  EXPECT_EQ(open.counts().bytes, 0U);
  EXPECT_EQ(open.counts().files, 0U);

  std::binary_semaphore opening{0}, go{0};
  stores_.before_open = [&] {
    opening.release();
    go.acquire();
  };
  std::thread opener([&] { EXPECT_TRUE(open.open(id(2))); });
  opening.acquire();
  EXPECT_FALSE(open.close(id(2)));  // on its way
  EXPECT_EQ(open.find(id(2)), nullptr);
  go.release();
  opener.join();
  EXPECT_TRUE(open.close(id(2)));
}

// Profiles come and go under writers: nothing that was committed is lost, and no profile is open twice at a time.
TEST_F(OpenProfilesTest, WritersMeetOneProfileHoweverOftenItIsClosed) {
  constexpr std::uint64_t kThreads = 4, kRounds = 40, kProfiles = 3;
  OpenProfiles open(stores_, pool_, {.bytes = 1, .files = 1});
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (std::uint64_t i = 0; i < kRounds; ++i) {
        const auto profile = value_of(open.open(id((i + t) % kProfiles)));
        std::binary_semaphore done{0};
        Profile::write(profile, [&](Profile::Turn& turn) {
          Batch batch;
          batch.tombstones = {{id(1'000 + t * kRounds + i)}};
          EXPECT_TRUE(turn.commit(batch));
          done.release();
        });
        done.acquire();
      }
    });
  for (std::thread& thread : threads) thread.join();
  std::size_t rows = 0;
  for (std::uint64_t n = 0; n < kProfiles; ++n) rows += value_of(open.open(id(n)))->view().fold().tombstones().size();
  EXPECT_EQ(rows, kThreads * kRounds);
  EXPECT_GT(open.counts().evicted, 0U);
}

}  // namespace
}  // namespace holdfast::memory
