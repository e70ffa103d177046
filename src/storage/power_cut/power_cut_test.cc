// That the disk loses what it should, and that SQLite with our pragmas survives it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "base/hash.h"
#include "storage/power_cut/disk_state.h"
#include "storage/power_cut/power_cut_disk.h"
#include "storage/sqlite.h"

namespace holdfast::storage {
namespace {

constexpr int kSeeds = 100;
constexpr std::int64_t kRowsOfCommit = 3;

struct Outcome {
  bool lost = false;  // an acknowledged commit is gone
  bool torn = false;  // a commit is there in part, or the database is damaged
  std::int64_t commits = 0;
};

Result<> write_commit(Database& database, std::int64_t number) {
  HOLDFAST_TRY(Transaction transaction, Transaction::begin(database));
  for (std::int64_t i = 0; i < kRowsOfCommit; ++i) {
    HOLDFAST_TRY(Statement insert, database.prepare("INSERT INTO rows(commit_no, body) VALUES (?, ?)"));
    insert.bind_int(1, number);
    insert.bind_text(2, std::string(static_cast<std::size_t>(200 + 900 * i), 'x'));
    HOLDFAST_CHECK(insert.run());
  }
  return transaction.commit();
}

// Commits until the power goes off. Returns the last commit that was acknowledged.
Result<std::int64_t> work(const PowerCutDisk& disk, const std::string& pragmas, Random& random, std::int64_t last) {
  HOLDFAST_TRY(Database database, Database::open("/data/test.db", {.vfs = disk.vfs()}));
  HOLDFAST_CHECK(database.exec(pragmas));
  HOLDFAST_CHECK(database.exec("CREATE TABLE IF NOT EXISTS rows(commit_no INTEGER, body TEXT)"));
  for (;;) {
    if (!write_commit(database, last + 1)) return last;
    ++last;
    if (random.below(8) == 0 && !database.checkpoint_truncate()) return last;
  }
}

Result<Outcome> look(const PowerCutDisk& disk, std::int64_t acknowledged) {
  Outcome outcome;
  HOLDFAST_TRY(Database database, Database::open("/data/test.db", {.vfs = disk.vfs()}));
  HOLDFAST_TRY(Statement check, database.prepare("PRAGMA integrity_check"));
  HOLDFAST_TRY(const bool row, check.step());
  outcome.torn = !row || check.text(0) != "ok";
  if (outcome.torn) return outcome;
  HOLDFAST_TRY(const auto tables, database.query_integer("SELECT count(*) FROM sqlite_schema WHERE name='rows'"));
  if (tables > 0) {
    HOLDFAST_TRY(outcome.commits, database.query_integer("SELECT max(commit_no) FROM rows"));
    HOLDFAST_TRY(const auto rows, database.query_integer("SELECT count(*) FROM rows"));
    outcome.torn = rows != outcome.commits * kRowsOfCommit;
  }
  outcome.lost = outcome.commits < acknowledged;
  return outcome;
}

// Several cuts, one after the other, on one disk.
Outcome survive(std::uint64_t seed, const std::string& pragmas) {
  SeededRandom random(seed);
  PowerCutDisk disk;
  Outcome outcome;
  std::int64_t acknowledged = 0;
  for (int cuts = 0; cuts < 4 && !outcome.lost && !outcome.torn; ++cuts) {
    disk.power_off_after(random.below(400));
    const auto last = work(disk, pragmas, random, acknowledged);
    if (last) acknowledged = *last;
    disk.cut(random);
    const auto found = look(disk, acknowledged);
    if (!found) {
      outcome.torn = true;
      return outcome;
    }
    outcome = *found;
    acknowledged = outcome.commits;
  }
  return outcome;
}

TEST(PowerCut, FullSyncKeepsEveryAcknowledgedCommit) {
  std::int64_t commits = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Outcome outcome = survive(seed, "PRAGMA synchronous=FULL");
    EXPECT_FALSE(outcome.lost) << "seed " << seed;
    EXPECT_FALSE(outcome.torn) << "seed " << seed;
    commits += outcome.commits;
  }
  EXPECT_GT(commits, 1'000);  // it did have something to lose
}

TEST(PowerCut, CatchesAMissingSync) {
  int lost = 0, torn = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Outcome outcome = survive(seed, "PRAGMA synchronous=OFF");
    lost += outcome.lost ? 1 : 0;
    torn += outcome.torn ? 1 : 0;
  }
  EXPECT_GT(lost, kSeeds / 4);
  EXPECT_GT(torn, 0);
}

// NORMAL syncs only at checkpoints: the database stays whole, the newest commits may go.
TEST(PowerCut, NormalSyncLosesCommitsButNeverTears) {
  int lost = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Outcome outcome = survive(seed, "PRAGMA synchronous=NORMAL");
    lost += outcome.lost ? 1 : 0;
    EXPECT_FALSE(outcome.torn) << "seed " << seed;
  }
  EXPECT_GT(lost, kSeeds / 4);
}

TEST(PowerCut, IsTheSameForTheSameSeed) {
  const auto files_after = [](std::uint64_t seed) {
    SeededRandom random(seed);
    PowerCutDisk disk;
    disk.power_off_after(60);
    EXPECT_TRUE(work(disk, "PRAGMA synchronous=OFF", random, 0).has_value());
    disk.cut(random);
    Sha256 all;
    for (const std::string& name : disk.files()) all.add_field(name).add_field(*disk.contents(name));
    return to_hex(all.finish());
  };
  EXPECT_EQ(files_after(7), files_after(7));
  EXPECT_NE(files_after(7), files_after(8));
}

TEST(PowerCut, OldHandlesAreDead) {
  SeededRandom random(1);
  PowerCutDisk disk;
  auto before = Database::open("/data/test.db", {.vfs = disk.vfs()});
  ASSERT_TRUE(before && before->exec("CREATE TABLE t(x)"));
  disk.cut(random);
  const auto result = before->exec("INSERT INTO t VALUES (1)");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kIo);
  auto after = Database::open("/data/test.db", {.vfs = disk.vfs()});
  ASSERT_TRUE(after);
  EXPECT_TRUE(after->exec("INSERT INTO t VALUES (1)"));
}

TEST(PowerCut, TearsAtSectors) {
  bool torn = false;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    power_cut::Inode inode;
    inode.write(0, std::string(2'048, 'a'));
    inode.sync();
    inode.write(100, std::string(1'500, 'b'));
    SeededRandom random(seed);
    const std::string left = inode.settle(random);
    ASSERT_EQ(left.size(), 2'048U);
    for (std::size_t at = 0; at < left.size(); ++at) {
      const bool touched = at >= 100 && at < 1'600;
      const std::size_t first_of_sector = std::max<std::size_t>(at / power_cut::kSector * power_cut::kSector, 100);
      ASSERT_EQ(left[at], touched ? left[first_of_sector] : 'a') << at;
    }
    torn |= left.contains('a') && left[100] != left[1'599];
  }
  EXPECT_TRUE(torn);
}

TEST(PowerCut, UnsyncedNamesMayVanishOrComeBack) {
  bool vanished = false, stayed = false, came_back = false, stayed_away = false;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    power_cut::Disk disk;
    disk.now["/d/made"] = std::make_shared<power_cut::Inode>();
    disk.durable["/d/deleted"] = std::make_shared<power_cut::Inode>();
    SeededRandom random(seed);
    disk.cut(random);
    (disk.now.contains("/d/made") ? stayed : vanished) = true;
    (disk.now.contains("/d/deleted") ? came_back : stayed_away) = true;

    disk.now.erase("/d/made");
    disk.now["/d/other"] = std::make_shared<power_cut::Inode>();
    disk.sync_directory_of("/d/other");
    disk.cut(random);
    EXPECT_FALSE(disk.now.contains("/d/made"));
    EXPECT_TRUE(disk.now.contains("/d/other"));
  }
  EXPECT_TRUE(vanished && stayed && came_back && stayed_away);
}

TEST(PowerCut, InjectsFaults) {
  PowerCutDisk disk;
  auto database = Database::open("/data/test.db", {.vfs = disk.vfs()});
  ASSERT_TRUE(database && database->exec("CREATE TABLE rows(commit_no INTEGER, body TEXT)"));
  ASSERT_TRUE(write_commit(*database, 1));

  disk.limit_bytes(disk.bytes() + 5'000);
  auto result = write_commit(*database, 2);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kDiskFull);
  EXPECT_GT(result.error().retry_after_seconds, 0);
  EXPECT_EQ(*database->query_integer("SELECT max(commit_no) FROM rows"), 1);
  disk.limit_bytes(std::nullopt);
  EXPECT_TRUE(write_commit(*database, 2));

  for (const bool sync : {false, true}) {
    sync ? disk.fail_sync(1) : disk.fail_write(1);
    result = write_commit(*database, 3);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::kIo);
    EXPECT_EQ(*database->query_integer("SELECT max(commit_no) FROM rows"), 2);
  }
  EXPECT_TRUE(write_commit(*database, 3));
}

}  // namespace
}  // namespace holdfast::storage
