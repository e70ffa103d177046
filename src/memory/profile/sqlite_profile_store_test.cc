// What is SQLite's own about the store: its file, and a disk that fails. The rest: profile_store_contract_test.cc.
#include "memory/profile/sqlite_profile_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "memory/profile/log_testing.h"
#include "storage/power_cut/power_cut_disk.h"
#include "storage/sqlite.h"

namespace holdfast::memory {
namespace {

using testing::HasSubstr;

class SqliteProfileStoreTest : public testing::Test {
 protected:
  std::unique_ptr<ProfileStore> open() {
    auto store = stores_.open(kProfile);
    EXPECT_TRUE(store) << store.error().message << store.error().cause;
    return *std::move(store);
  }
  Error open_error() {
    auto store = stores_.open(kProfile);
    return store ? Error{.message = "it opened"} : store.error();
  }
  void change(const std::string& sql) {
    auto database = storage::Database::open(path_, {.vfs = disk_.vfs()});
    ASSERT_TRUE(database && database->exec(sql));
  }
  static Model whole(const ProfileStore& store) {
    Model model;
    EXPECT_EQ(store.read(0, model), store.head());
    return model;
  }

  const Id kProfile = BatchMaker::id(1'000);
  storage::PowerCutDisk disk_;
  SqliteProfileStores stores_{"/d", disk_.vfs()};
  const std::string path_ = stores_.path(kProfile);
};

TEST_F(SqliteProfileStoreTest, RefusesANewerSchema) {
  open();
  change("PRAGMA user_version = 999");
  const auto before = disk_.contents(path_);
  const Error error = open_error();
  EXPECT_EQ(error.code, Code::kNewerSchema);
  EXPECT_THAT(error.message, HasSubstr(path_ + " was written by a newer version of Holdfast"));
  EXPECT_EQ(disk_.contents(path_), before);
}

TEST_F(SqliteProfileStoreTest, RefusesADamagedFile) {
  BatchMaker maker(1);
  {
    auto store = open();
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(store->append(maker.next(), i));
  }
  const std::string good = *disk_.contents(path_);

  disk_.put(path_, "this is no database " + good.substr(20));
  EXPECT_EQ(open_error().code, Code::kCorrupt);
  EXPECT_THAT(open_error().message, HasSubstr(path_ + " is damaged"));

  std::string holed = good;  // its first page is whole, so that it opens
  for (std::size_t at = 4'096; at < holed.size(); ++at) holed[at] = static_cast<char>(0x5A);
  disk_.put(path_, holed);
  auto store = stores_.open(kProfile);
  Model model;
  const Error error = store ? (*store)->read(0, model).error() : store.error();
  EXPECT_EQ(error.code, Code::kCorrupt);
  EXPECT_THAT(error.message, HasSubstr(path_ + " is damaged"));
}

TEST_F(SqliteProfileStoreTest, RefusesRowsThatMakeNoSense) {
  BatchMaker maker(1);
  Batch batch;
  batch.messages = {maker.message()};
  batch.memories = {maker.memory()};
  ASSERT_TRUE(open()->append(batch, 0));
  for (const auto& [bad, good] :
       {std::pair("UPDATE messages SET role = role + 9", "UPDATE messages SET role = role - 9"),
        std::pair("UPDATE messages SET id = x'00'", "UPDATE messages SET id = zeroblob(16)"),
        std::pair("UPDATE memories SET sources = '[7]'", "UPDATE memories SET sources = ''"),
        std::pair("UPDATE memories SET keywords = '{'", "UPDATE memories SET keywords = ''")}) {
    change(bad);
    Model model;
    const auto result = open()->read(0, model);
    ASSERT_FALSE(result) << bad;
    EXPECT_EQ(result.error().code, Code::kCorrupt);
    EXPECT_THAT(result.error().message, HasSubstr(path_));
    change(good);
    EXPECT_TRUE(open()->read(0, model)) << good;
  }
}

TEST_F(SqliteProfileStoreTest, AFullDiskLeavesTheOldHead) {
  auto store = open();
  BatchMaker maker(3);
  Model expected;
  Commit head = 0;
  int refused = 0;
  for (int i = 0; i < 60; ++i) {
    const Batch batch = maker.next();
    if (maker.random().below(2) == 0) disk_.limit_bytes(disk_.bytes() + maker.random().below(30'000));
    auto result = store->append(batch, head);
    if (!result) {
      ++refused;
      EXPECT_EQ(result.error().code, Code::kDiskFull) << result.error().cause;
      EXPECT_THAT(result.error().message, HasSubstr("is full"));
      EXPECT_GT(result.error().retry_after_seconds, 0);
      EXPECT_EQ(store->head(), head);
      EXPECT_EQ(whole(*store), expected);
      disk_.limit_bytes(std::nullopt);
      result = store->append(batch, head);
    }
    ASSERT_TRUE(result);
    head = *result;
    expected.apply(batch);
  }
  EXPECT_GT(refused, 5);
  store.reset();  // the log of writes goes, and with it the room that a purge could write to
  store = open();
  disk_.limit_bytes(disk_.bytes());
  EXPECT_EQ(store->purge().error().code, Code::kDiskFull);
  EXPECT_EQ(store->needs_purge(), true);
  disk_.limit_bytes(std::nullopt);
  EXPECT_TRUE(store->purge());
  store.reset();
  EXPECT_EQ(whole(*open()), expected);
}

TEST_F(SqliteProfileStoreTest, AFailingDiskLeavesTheOldHead) {
  auto store = open();
  BatchMaker maker(4);
  Model expected;
  Commit head = 0;
  for (int i = 0; i < 60; ++i) {
    const Batch batch = maker.next();
    i % 2 == 0 ? disk_.fail_write(1 + maker.random().below(4)) : disk_.fail_sync(1);
    auto result = store->append(batch, head);
    if (!result) {
      EXPECT_EQ(result.error().code, Code::kIo);
      EXPECT_EQ(store->head(), head);
      EXPECT_EQ(whole(*store), expected);
      result = store->append(batch, head);
    }
    ASSERT_TRUE(result);
    head = *result;
    expected.apply(batch);
  }
  store.reset();
  EXPECT_EQ(whole(*open()), expected);
}

// Appends and purges until the power goes off, in the middle of anything. What was acknowledged is there; what was
// under way is there whole or not at all.
TEST_F(SqliteProfileStoreTest, APowerCutLosesNothingAcknowledged) {
  std::int64_t commits = 0, found_more = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    BatchMaker maker(seed);
    Random& random = maker.random();
    Model acknowledged;
    Commit head = 0;
    ASSERT_TRUE(stores_.destroy(kProfile));
    for (int cuts = 0; cuts < 3; ++cuts) {
      disk_.power_off_after(random.below(300));
      std::optional<Batch> under_way;
      if (auto store = stores_.open(kProfile)) {
        while (!under_way) {
          const Batch batch = maker.next();
          const auto result = (*store)->append(batch, head);
          if (!result) {
            ASSERT_TRUE(disk_.is_off()) << result.error().message << result.error().cause;
            under_way = batch;
            break;
          }
          acknowledged.apply(batch);
          head = *result;
          ++commits;
          if (random.below(10) == 0 && !(*store)->purge()) break;
        }
      }
      disk_.cut(random);

      auto store = open();
      const Model found = whole(*store);
      if (under_way && store->head() == head + 1) {
        acknowledged.apply(*under_way);
        ++head;
        ++found_more;
      }
      ASSERT_EQ(store->head(), head) << "seed " << seed;
      ASSERT_EQ(found, acknowledged) << "seed " << seed;
    }
  }
  EXPECT_GT(commits, 1'000);
  EXPECT_GT(found_more, 0);
}

}  // namespace
}  // namespace holdfast::memory
