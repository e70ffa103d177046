#include "memory/profile/sqlite_profile_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <utility>

#include "memory/profile/sqlite_profile_rows.h"
#include "storage/files.h"
#include "storage/migrations.h"
#include "storage/sqlite.h"

namespace holdfast::memory {
namespace {

using storage::Database;
using storage::Statement;
using storage::Transaction;

// What SQLite allocates for the reading connection alone, and with the writing one; measured with malloc statistics.
constexpr std::size_t kReadingConnection = 56 * 1024;
constexpr std::size_t kBothConnections = 75 * 1024;

class SqliteProfileStore final : public ProfileStore {
 public:
  static Result<std::unique_ptr<ProfileStore>> open(const std::string& path, const std::string& vfs) {
    HOLDFAST_TRY(Database reader, Database::open(path, {.vfs = vfs}));
    HOLDFAST_CHECK(storage::migrate(reader, sqlite::profile_migrations()));
    HOLDFAST_TRY(const Commit head, stored_head(reader));
    return std::unique_ptr<ProfileStore>(new SqliteProfileStore(std::move(reader), vfs, head));
  }

  [[nodiscard]] Commit head() const override { return head_.load(); }

  [[nodiscard]] Result<Commit> read(Commit since, ChangeVisitor& visitor) const override {
    const std::scoped_lock lock(reader_mutex_);
    HOLDFAST_TRY(Transaction snapshot, Transaction::begin(reader_, Transaction::Kind::kRead));
    HOLDFAST_TRY(const Commit head, stored_head(reader_));
    HOLDFAST_CHECK(sqlite::visit_changes(reader_, since, visitor));
    HOLDFAST_CHECK(snapshot.commit());
    advance_to(head);
    // A whole read is done once, when a profile is opened: it need not keep what it took.
    if (since == 0) reader_.release_memory();
    return head;
  }

  [[nodiscard]] Result<Commit> append(const Batch& batch, Commit expected_head) override {
    if (batch.empty()) return head();
    for (const std::size_t rows :
         {batch.messages.size(), batch.memories.size(), batch.jobs.size(), batch.vectors.size()})
      if (rows > sqlite::kMaxRowsOfKind)
        return fail(Code::kInvalid, fmt::format("A commit holds at most {} rows of a kind.", sqlite::kMaxRowsOfKind));
    HOLDFAST_TRY(Database * database, writer());
    HOLDFAST_TRY(Transaction transaction, Transaction::begin(*database));
    HOLDFAST_TRY(const Commit head, stored_head(*database));
    advance_to(head);
    if (head != expected_head)
      return fail(Code::kConflict,
                  fmt::format("The log is at commit {}, not {}: another writer was there first.", head, expected_head));
    const Commit commit = head + 1;
    HOLDFAST_TRY(const std::int64_t removed, sqlite::write_batch(*database, batch, commit));
    HOLDFAST_TRY(Statement log, database->prepare("UPDATE log SET head = ?, unpurged = unpurged + ?"));
    log.bind_int(1, commit);
    log.bind_int(2, removed);
    HOLDFAST_CHECK(log.run());
    HOLDFAST_CHECK(transaction.commit());
    advance_to(commit);
    bytes_.store(database->bytes_on_disk());
    return commit;
  }

  [[nodiscard]] Result<std::vector<Message>> messages(std::span<const Id> ids) const override {
    const std::scoped_lock lock(reader_mutex_);
    HOLDFAST_TRY(Transaction snapshot, Transaction::begin(reader_, Transaction::Kind::kRead));
    HOLDFAST_TRY(std::vector<Message> found, sqlite::read_messages(reader_, ids));
    HOLDFAST_CHECK(snapshot.commit());
    return found;
  }

  [[nodiscard]] Result<std::int64_t> purge() override {
    HOLDFAST_TRY(Database * database, writer());
    HOLDFAST_TRY(const std::int64_t unpurged, database->query_integer("SELECT unpurged FROM log"));
    if (unpurged == 0) return 0;
    // secure_delete zeroes what is freed, but a page that was balanced keeps copies of moved cells in its gaps. Only
    // writing every page anew is sure. The count goes last: a crash before it purges once more.
    database->release_memory();
    HOLDFAST_CHECK(database->exec("VACUUM"));
    HOLDFAST_CHECK(database->checkpoint_truncate());
    HOLDFAST_TRY(Statement log, database->prepare("UPDATE log SET unpurged = unpurged - ?"));
    log.bind_int(1, unpurged);
    HOLDFAST_CHECK(log.run());
    database->release_memory();
    bytes_.store(database->bytes_on_disk());
    return unpurged;
  }

  [[nodiscard]] Result<bool> needs_purge() const override {
    const std::scoped_lock lock(reader_mutex_);
    HOLDFAST_TRY(const std::int64_t unpurged, reader_.query_integer("SELECT unpurged FROM log"));
    return unpurged > 0;
  }

  [[nodiscard]] StoreSize size() const override {
    // A database and its log for each connection, and the shared memory that a process maps once.
    const bool writing = writing_.load();
    return {.bytes_on_disk = bytes_.load(),
            .open_files = (writing ? 4 : 2) + 1,
            .memory_bytes = writing ? kBothConnections : kReadingConnection};
  }

 private:
  SqliteProfileStore(Database reader, std::string vfs, Commit head)
      : reader_(std::move(reader)), vfs_(std::move(vfs)), head_(head), bytes_(reader_.bytes_on_disk()) {}

  static Result<Commit> stored_head(Database& database) { return database.query_integer("SELECT head FROM log"); }

  // A reader may have seen the commit of another process first.
  void advance_to(Commit commit) const {
    Commit known = head_.load();
    while (known < commit && !head_.compare_exchange_weak(known, commit)) {
    }
  }

  Result<Database*> writer() {
    if (!writer_) {
      HOLDFAST_TRY(writer_, Database::open(reader_.path(), {.create = false, .vfs = vfs_}));
      writing_.store(true);
    }
    return &*writer_;
  }

  mutable std::mutex reader_mutex_;
  mutable Database reader_;
  std::optional<Database> writer_;  // of the write turn
  const std::string vfs_;
  mutable std::atomic<Commit> head_;  // the newest that was seen
  std::atomic<std::int64_t> bytes_;
  std::atomic<bool> writing_ = false;
};

}  // namespace

SqliteProfileStores::SqliteProfileStores(std::string directory, std::string vfs)
    : directory_(std::move(directory)), vfs_(std::move(vfs)) {}

std::string SqliteProfileStores::path(const Id& profile) const {
  return fmt::format("{}/{}.db", directory_, profile.to_string());
}

Result<std::unique_ptr<ProfileStore>> SqliteProfileStores::open(const Id& profile) {
  return SqliteProfileStore::open(path(profile), vfs_);
}

Result<> SqliteProfileStores::destroy(const Id& profile) { return storage::erase_database(path(profile), vfs_); }

}  // namespace holdfast::memory
