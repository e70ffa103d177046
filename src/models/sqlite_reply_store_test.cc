#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "models/reply_store.h"
#include "storage/power_cut/power_cut_disk.h"

namespace holdfast::models {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr TimeMs kNoon = 20'000 * kDayMs + kDayMs / 2;

Digest key_of(std::string_view text) { return sha256(text); }

ChatReply reply_of(std::string text, ChatUsage usage = {.prompt_tokens = 100, .completion_tokens = 10}) {
  return {.text = std::move(text), .model = "m", .usage = usage, .took_us = 5};
}

class SqliteReplyStoreTest : public testing::Test {
 protected:
  std::unique_ptr<ReplyStore> open(std::size_t most_bytes = 1 << 20) {
    auto store = open_sqlite_reply_store("/d/models.db", most_bytes, disk_.vfs());
    EXPECT_TRUE(store) << store.error().message;
    return store ? std::move(*store) : nullptr;
  }

  static std::string text_of(const ReplyStore& store, std::string_view key) {
    const auto found = store.find(key_of(key));
    EXPECT_TRUE(found);
    return found && *found ? (*found)->text : "";
  }

  // All that the files hold.
  std::string bytes() const {
    std::string all;
    for (const std::string& file : disk_.files()) all += *disk_.contents(file);
    return all;
  }

  storage::PowerCutDisk disk_;
};

TEST_F(SqliteReplyStoreTest, FindsWhatWasAddedAlsoWhenOpenedAgain) {
  auto store = open();
  EXPECT_EQ(*store->find(key_of("a")), std::nullopt);
  ASSERT_TRUE(store->add(key_of("a"), reply_of("some text"), "extract", "p", kNoon));
  store.reset();
  store = open();
  const auto found = store->find(key_of("a"));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->text, "some text");
  EXPECT_EQ((*found)->model, "m");
  EXPECT_TRUE((*found)->remembered);
  EXPECT_FALSE((*found)->cut_off);
  EXPECT_EQ((*found)->usage, ChatUsage{});
  EXPECT_EQ(text_of(*store, "b"), "");
}

TEST_F(SqliteReplyStoreTest, AReplyThatIsThereStaysAndBothArePaid) {
  const auto store = open();
  ASSERT_TRUE(store->add(key_of("a"), reply_of("first"), "extract", "p", kNoon));
  ASSERT_TRUE(store->add(key_of("a"), reply_of("second"), "extract", "p", kNoon));
  ASSERT_TRUE(store->add(key_of("b"), reply_of("third"), "extract", "p", kNoon));
  EXPECT_EQ(text_of(*store, "a"), "first");
  EXPECT_EQ(text_of(*store, "b"), "third");
  EXPECT_EQ(store->used("p", kNoon)->calls, 3);
}

TEST_F(SqliteReplyStoreTest, CountsByProfileDayStageAndModel) {
  const auto store = open();
  const ChatUsage usage{.prompt_tokens = 7, .completion_tokens = 2, .cached_tokens = 3};
  ASSERT_TRUE(store->add(std::nullopt, reply_of("", usage), "verify", "p", kNoon));
  ASSERT_TRUE(store->add(key_of("a"), reply_of("x", usage), "extract", "p", kNoon));
  ASSERT_TRUE(store->add(key_of("b"), reply_of("y", usage), "extract", "p", kNoon + kDayMs / 2));
  ChatReply other = reply_of("z", usage);
  other.model = "larger";
  ASSERT_TRUE(store->add(key_of("c"), other, "extract", "p", kNoon + kDayMs));
  ASSERT_TRUE(store->add(key_of("d"), other, "extract", "q", kNoon));

  EXPECT_EQ(store->used("p", kNoon - kDayMs / 2)->calls, 2);
  EXPECT_EQ(store->used("p", kNoon)->usage.prompt_tokens, 14);
  EXPECT_EQ(store->used("p", kNoon + kDayMs)->calls, 2);
  EXPECT_EQ(store->used("p", kNoon + 2 * kDayMs)->calls, 0);
  const auto all = store->usage("p");
  ASSERT_TRUE(all);
  EXPECT_THAT(*all, ElementsAre(StageUsage{"extract", "larger", 1, {7, 2, 3}},
                                StageUsage{"extract", "m", 2, {14, 4, 6}}, StageUsage{"verify", "m", 1, {7, 2, 3}}));
}

TEST_F(SqliteReplyStoreTest, OldDaysAreLetGoTheirSumStays) {
  const auto store = open();
  for (TimeMs day = 0; day < 60; ++day)
    ASSERT_TRUE(store->add(std::nullopt, reply_of(""), "extract", "p", kNoon + day * kDayMs));
  EXPECT_EQ(store->used("p", kNoon)->calls, 0);
  EXPECT_EQ(store->used("p", kNoon + 30 * kDayMs)->calls, 1);
  EXPECT_EQ(store->usage("p")->front().calls, 60);
}

TEST_F(SqliteReplyStoreTest, TheOldestGoFirstWhenThereIsNoMoreRoom) {
  auto store = open(10'000);
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(store->add(key_of(std::to_string(i)), reply_of(std::string(1'000, 'x')), "extract",
                           i % 2 == 0 ? "p" : "q", kNoon));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(text_of(*store, std::to_string(i)).empty(), i < 12) << i;
  // More than there is room for at all: not kept, and nothing goes for it.
  ASSERT_TRUE(store->add(key_of("large"), reply_of(std::string(20'000, 'y')), "extract", "p", kNoon));
  EXPECT_EQ(text_of(*store, "large"), "");
  EXPECT_NE(text_of(*store, "19"), "");
  EXPECT_EQ(store->used("p", kNoon)->calls, 11);

  store.reset();
  store = open(2'500);
  ASSERT_TRUE(store->add(key_of("small"), reply_of("z"), "extract", "p", kNoon));
  EXPECT_EQ(text_of(*store, "17"), "");
  EXPECT_NE(text_of(*store, "18"), "");
  EXPECT_EQ(text_of(*store, "small"), "z");
}

// Rows of all lengths, of many profiles among each other: some share pages, some overflow, some were evicted.
TEST_F(SqliteReplyStoreTest, NoTextIsLeftOfAProfileThatIsForgotten) {
  constexpr int kProfiles = 96;
  const auto store = open(1'200'000);
  SeededRandom random(7);
  for (int i = 0; i < 2'000; ++i) {
    const auto owner = static_cast<int>(random.below(kProfiles));
    const std::string said = fmt::format("said by {:03}. ", owner);
    std::string text;
    for (std::uint64_t times = 1 + random.below(random.below(4) == 0 ? 200 : 30); times > 0; --times) text += said;
    ASSERT_TRUE(store->add(key_of(std::to_string(i)), reply_of(text), "extract", fmt::format("p{}", owner), kNoon));
  }
  for (int owner = 0; owner < kProfiles; owner += 2) {
    const std::string said = fmt::format("said by {:03}. ", owner), profile = fmt::format("p{}", owner);
    ASSERT_THAT(bytes(), HasSubstr(said));
    ASSERT_TRUE(store->forget(profile));
    ASSERT_THAT(bytes(), Not(HasSubstr(said)));
    EXPECT_EQ(store->used(profile, kNoon)->calls, 0);
    EXPECT_TRUE(store->usage(profile)->empty());
    EXPECT_THAT(bytes(), HasSubstr(fmt::format("said by {:03}. ", owner + 1)));
  }
  EXPECT_THAT(text_of(*store, "1999") + text_of(*store, "1998") + text_of(*store, "1997"), HasSubstr("said by "));
  ASSERT_TRUE(store->forget("p0"));
  ASSERT_TRUE(store->forget("never heard of"));
}

TEST_F(SqliteReplyStoreTest, ForgottenRepliesLeaveTheirCountsAndGiveBackTheirRoom) {
  const auto store = open(3'000);
  ASSERT_TRUE(store->add(key_of("a"), reply_of(std::string(2'000, 'a')), "extract", "p", kNoon));
  ASSERT_TRUE(store->add(key_of("b"), reply_of("of q"), "extract", "q", kNoon));
  ASSERT_TRUE(store->forget_replies("p"));
  EXPECT_THAT(bytes(), Not(HasSubstr("aaaaaaaa")));
  EXPECT_EQ(store->used("p", kNoon)->calls, 1);
  ASSERT_TRUE(store->add(key_of("c"), reply_of(std::string(2'000, 'c')), "extract", "p", kNoon));
  EXPECT_EQ(text_of(*store, "b"), "of q");
  EXPECT_EQ(text_of(*store, "c").size(), 2'000U);
}

TEST_F(SqliteReplyStoreTest, AFullDiskIsToldAndNothingHalfIsKept) {
  const auto store = open();
  ASSERT_TRUE(store->add(key_of("a"), reply_of("first"), "extract", "p", kNoon));
  disk_.limit_bytes(disk_.bytes());
  const auto added = store->add(key_of("b"), reply_of(std::string(50'000, 'b')), "extract", "p", kNoon);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, Code::kDiskFull);
  disk_.limit_bytes(std::nullopt);
  EXPECT_EQ(text_of(*store, "a"), "first");
  EXPECT_EQ(text_of(*store, "b"), "");
  EXPECT_EQ(store->used("p", kNoon)->calls, 1);
  ASSERT_TRUE(store->add(key_of("b"), reply_of("again"), "extract", "p", kNoon));
  EXPECT_EQ(text_of(*store, "b"), "again");
}

// What one client of the store knows, over lives that each end with a power cut.
struct PaidFor {
  std::map<std::string, std::map<std::string, std::string>> replies;  // profile → key → text, as acknowledged
  std::map<std::string, std::int64_t> calls;                          // of each profile
  std::string adding, forgetting;                                     // whose call got no answer

  void live(ReplyStore& store, const storage::PowerCutDisk& disk, Random& random) {
    while (!disk.is_off()) {
      const std::string profile = fmt::format("p{}", random.below(3));
      if (random.below(12) == 0) {
        if (!store.forget(profile)) {
          forgetting = profile;
          return;
        }
        replies.erase(profile);
        calls.erase(profile);
        continue;
      }
      const std::string key = fmt::format("key {}", number_++);
      const std::string text = profile + std::string(random.below(3'000), 'x') + key;
      if (!store.add(key_of(key), reply_of(text), "extract", profile, kNoon)) {
        adding = profile;
        return;
      }
      replies[profile][key] = text;
      ++calls[profile];
    }
  }

  // Afterwards it knows what became of the call that got no answer.
  void check(const ReplyStore& store) {
    for (int i = 0; i < 3; ++i) {
      const std::string profile = fmt::format("p{}", i);
      const std::int64_t stored = store.used(profile, kNoon)->calls;
      const bool gone = profile == forgetting && stored == 0;
      EXPECT_TRUE(gone || stored == calls[profile] || (profile == adding && stored == calls[profile] + 1))
          << profile << " " << stored << " of " << calls[profile];
      calls[profile] = stored;
      if (gone) replies.erase(profile);
      for (const auto& [key, text] : replies[profile]) {
        const auto found = store.find(key_of(key));
        ASSERT_TRUE(found && *found) << key;
        EXPECT_EQ((*found)->text, text);
      }
    }
    adding = forgetting = "";
  }

 private:
  int number_ = 0;
};

TEST(SqliteReplyStorePowerCut, NothingPaidIsLost) {
  std::size_t checked = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    SeededRandom random(seed);
    storage::PowerCutDisk disk;
    PaidFor known;
    for (int life = 0; life < 4; ++life) {
      {
        disk.power_off_after(100 + random.below(400));
        const auto store = open_sqlite_reply_store("/d/models.db", 1 << 20, disk.vfs());
        if (store) known.live(**store, disk, random);
      }
      disk.cut(random);
      const auto store = open_sqlite_reply_store("/d/models.db", 1 << 20, disk.vfs());
      ASSERT_TRUE(store) << store.error().message << store.error().cause;
      known.check(**store);
      for (const auto& [profile, replies] : known.replies) checked += replies.size();
    }
  }
  EXPECT_GT(checked, 1'000U);
}

}  // namespace
}  // namespace holdfast::models
