#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <string>

#include "base/id.h"
#include "storage/files.h"
#include "storage/migrations.h"
#include "storage/power_cut/power_cut_disk.h"
#include "storage/sqlite.h"

namespace holdfast::storage {
namespace {

using testing::HasSubstr;

class SqliteTest : public testing::Test {
 protected:
  Database open(int busy_timeout_ms = 0) {
    auto database = Database::open("/data/test.db", {.vfs = disk_.vfs(), .busy_timeout_ms = busy_timeout_ms});
    EXPECT_TRUE(database) << database.error().cause;
    return *std::move(database);
  }
  PowerCutDisk disk_;
};

TEST_F(SqliteTest, IsSafeByDefault) {
  Database database = open();
  auto mode = database.prepare("PRAGMA journal_mode");
  ASSERT_TRUE(mode && *mode->step());
  EXPECT_EQ(mode->text(0), "wal");
  EXPECT_EQ(*database.query_integer("PRAGMA synchronous"), 2);
  EXPECT_EQ(*database.query_integer("PRAGMA secure_delete"), 1);
  EXPECT_EQ(*database.query_integer("PRAGMA temp_store"), 2);
}

TEST_F(SqliteTest, BindsAndReads) {
  Database database = open();
  ASSERT_TRUE(database.exec("CREATE TABLE t(a, b, c, d)"));
  auto insert = database.prepare("INSERT INTO t VALUES (?, ?, ?, ?)");
  ASSERT_TRUE(insert);
  const std::array<std::uint8_t, 3> bytes = {0, 255, 0};
  insert->bind_text(1, std::string("with\0zero", 9));
  insert->bind_blob(2, bytes);
  insert->bind_int(3, -5);
  insert->bind_null(4);
  ASSERT_TRUE(insert->run());
  insert->bind_text(1, {});
  insert->bind_blob(2, {});
  ASSERT_TRUE(insert->run());
  EXPECT_EQ(database.changes(), 1);

  auto select = database.prepare("SELECT a, b, c, d, typeof(a), typeof(b) FROM t ORDER BY rowid");
  ASSERT_TRUE(select && *select->step());
  EXPECT_EQ(select->text(0), std::string("with\0zero", 9));
  EXPECT_TRUE(std::ranges::equal(select->blob(1), bytes));
  EXPECT_EQ(select->integer(2), -5);
  EXPECT_TRUE(select->is_null(3));
  ASSERT_TRUE(*select->step());
  EXPECT_EQ(select->text(0), "");
  EXPECT_EQ(select->text(4), "text");
  EXPECT_EQ(select->text(5), "blob");
  EXPECT_FALSE(*select->step());
}

TEST_F(SqliteTest, ReusesStatementsWithoutTheirBindings) {
  Database database = open();
  for (int round = 0; round < 2; ++round) {
    auto one = database.prepare("SELECT ?");
    auto other = database.prepare("SELECT ?");  // at the same time, so another
    ASSERT_TRUE(one && other);
    ASSERT_TRUE(*one->step() && *other->step());
    EXPECT_TRUE(one->is_null(0) && other->is_null(0));
    one->reset();
    one->bind_int(1, 7);
    ASSERT_TRUE(*one->step());
    EXPECT_EQ(one->integer(0), 7);
  }
  auto wrong = database.prepare("SELECT ?");
  wrong->bind_int(2, 1);
  EXPECT_FALSE(wrong->step());
}

TEST_F(SqliteTest, RollsBackUnlessCommitted) {
  Database database = open();
  ASSERT_TRUE(database.exec("CREATE TABLE t(x)"));
  {
    auto transaction = Transaction::begin(database);
    ASSERT_TRUE(transaction && database.exec("INSERT INTO t VALUES (1)"));
  }
  EXPECT_FALSE(database.in_transaction());
  EXPECT_EQ(*database.query_integer("SELECT count(*) FROM t"), 0);
  auto transaction = Transaction::begin(database);
  ASSERT_TRUE(transaction && database.exec("INSERT INTO t VALUES (1)") && transaction->commit());
  EXPECT_EQ(*database.query_integer("SELECT count(*) FROM t"), 1);
}

TEST_F(SqliteTest, ASnapshotStaysAsItWas) {
  Database writer = open(), reader = open();
  ASSERT_TRUE(writer.exec("CREATE TABLE t(x)"));
  auto snapshot = Transaction::begin(reader, Transaction::Kind::kRead);
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(*reader.query_integer("SELECT count(*) FROM t"), 0);
  ASSERT_TRUE(writer.exec("INSERT INTO t VALUES (1)"));
  EXPECT_EQ(*reader.query_integer("SELECT count(*) FROM t"), 0);
  EXPECT_EQ(writer.checkpoint_truncate().error().code, Code::kOverloaded);
  ASSERT_TRUE(snapshot->commit());
  EXPECT_EQ(*reader.query_integer("SELECT count(*) FROM t"), 1);
  EXPECT_TRUE(writer.checkpoint_truncate());
  EXPECT_EQ(disk_.contents("/data/test.db-wal"), "");
}

TEST_F(SqliteTest, MapsErrors) {
  Database first = open(), second = open();
  ASSERT_TRUE(first.exec("CREATE TABLE t(x INTEGER PRIMARY KEY)"));
  auto transaction = Transaction::begin(first);
  ASSERT_TRUE(transaction);
  EXPECT_EQ(Transaction::begin(second).error().code, Code::kOverloaded);

  const auto refused = first.exec("SELECT * FROM nowhere");
  EXPECT_EQ(refused.error().code, Code::kInternal);
  EXPECT_THAT(refused.error().cause, HasSubstr("no such table: nowhere"));

  const auto missing = Database::open("/data/none.db", {.create = false, .vfs = disk_.vfs()});
  EXPECT_EQ(missing.error().code, Code::kIo);

  disk_.put("/data/bad.db", std::string(8'192, 'z'));
  const auto bad = Database::open("/data/bad.db", {.vfs = disk_.vfs()});
  EXPECT_EQ(bad.error().code, Code::kCorrupt);
  EXPECT_THAT(bad.error().message, HasSubstr("/data/bad.db is damaged"));
  EXPECT_EQ(disk_.contents("/data/bad.db"), std::string(8'192, 'z'));
}

TEST_F(SqliteTest, ReadOnlyDoesNotWrite) {
  {
    ASSERT_TRUE(open().exec("CREATE TABLE t(x)"));
  }
  auto database = Database::open("/data/test.db", {.read_only = true, .vfs = disk_.vfs()});
  ASSERT_TRUE(database);
  EXPECT_EQ(*database->query_integer("SELECT count(*) FROM t"), 0);
  EXPECT_EQ(database->exec("INSERT INTO t VALUES (1)").error().code, Code::kIo);
}

constexpr std::array<Migration, 2> kMigrations = {{
    {1, "CREATE TABLE t(x); INSERT INTO t VALUES (1)"},
    {2, "ALTER TABLE t ADD COLUMN y; UPDATE t SET y = x + 1"},
}};

TEST_F(SqliteTest, MigratesOnceAndInSteps) {
  Database database = open();
  ASSERT_TRUE(migrate(database, std::span(kMigrations).first(1)));
  ASSERT_TRUE(migrate(database, kMigrations));
  ASSERT_TRUE(migrate(database, kMigrations));
  EXPECT_EQ(*database.query_integer("SELECT sum(y) FROM t"), 2);
  EXPECT_EQ(*database.query_integer("PRAGMA user_version"), 2);

  const auto newer = migrate(database, std::span(kMigrations).first(1));
  EXPECT_EQ(newer.error().code, Code::kNewerSchema);
  EXPECT_THAT(newer.error().message, HasSubstr("/data/test.db was written by a newer version"));
}

TEST_F(SqliteTest, AFailedMigrationLeavesTheOldVersion) {
  Database database = open();
  const std::array<Migration, 2> bad = {{kMigrations[0], {2, "CREATE TABLE u(x); NONSENSE"}}};
  EXPECT_FALSE(migrate(database, bad));
  EXPECT_EQ(*database.query_integer("PRAGMA user_version"), 0);
  EXPECT_EQ(*database.query_integer("SELECT count(*) FROM sqlite_schema"), 0);
  EXPECT_TRUE(migrate(database, kMigrations));
}

TEST_F(SqliteTest, ErasesDatabases) {
  {
    Database database = open();
    ASSERT_TRUE(database.exec("CREATE TABLE t(x)"));
    EXPECT_EQ(database.bytes_on_disk(), static_cast<std::int64_t>(disk_.bytes()));
  }
  ASSERT_TRUE(erase_database("/data/test.db", disk_.vfs()));
  EXPECT_TRUE(disk_.files().empty());
  EXPECT_TRUE(erase_database("/data/test.db", disk_.vfs()));
  SeededRandom random(1);
  disk_.cut(random);
  EXPECT_TRUE(disk_.files().empty());
}

TEST(Files, WorkOnTheSystemsDisk) {
  namespace fs = std::filesystem;
  SystemRandom random;
  const fs::path root = fs::temp_directory_path() / Id::ulid(0, random).to_string();
  const std::string directory = root / "a" / "b";
  ASSERT_TRUE(make_directory(directory));
  ASSERT_TRUE(make_directory(directory));
  EXPECT_EQ(fs::status(directory).permissions(), fs::perms::owner_all);
  const std::string path = directory + "/test.db";
  {
    auto database = Database::open(path);
    ASSERT_TRUE(database && database->exec("CREATE TABLE t(x)"));
    EXPECT_GT(database->bytes_on_disk(), 4'000);
  }
  EXPECT_FALSE(make_directory(path));
  EXPECT_TRUE(erase_database(path));
  EXPECT_TRUE(fs::is_empty(directory));
  fs::remove_all(root);
}

}  // namespace
}  // namespace holdfast::storage
