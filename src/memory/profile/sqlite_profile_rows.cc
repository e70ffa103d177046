#include "memory/profile/sqlite_profile_rows.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <utility>

#include "memory/profile/sqlite_lists.h"

namespace holdfast::memory::sqlite {
namespace {

using storage::Database;
using storage::Statement;

constexpr std::array<storage::Migration, 2> kMigrations = {{{1, R"(
  CREATE TABLE log(
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    head INTEGER NOT NULL,
    unpurged INTEGER NOT NULL);
  INSERT INTO log VALUES (1, 0, 0);

  CREATE TABLE messages(
    n INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    session_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    role INTEGER NOT NULL,
    timestamp INTEGER NOT NULL,
    name TEXT NOT NULL,
    content TEXT NOT NULL);
  CREATE UNIQUE INDEX messages_by_id ON messages(id);
  CREATE INDEX messages_in_order ON messages(session_id, position, id);

  CREATE TABLE memories(
    n INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    type INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    position INTEGER NOT NULL,
    superseded_by BLOB,
    session_id TEXT NOT NULL,
    name TEXT NOT NULL,
    topic_key TEXT NOT NULL,
    content TEXT NOT NULL,
    summary TEXT NOT NULL,
    keywords TEXT NOT NULL,
    queries TEXT NOT NULL,
    sources TEXT NOT NULL,
    derivations TEXT NOT NULL);
  CREATE UNIQUE INDEX memories_by_id ON memories(id);

  CREATE TABLE jobs(
    n INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    state INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    session_id TEXT NOT NULL,
    messages TEXT NOT NULL,
    detail TEXT NOT NULL);
  CREATE UNIQUE INDEX jobs_by_id ON jobs(id);

  CREATE TABLE tombstones(id BLOB PRIMARY KEY, commit_no INTEGER NOT NULL) WITHOUT ROWID;

  -- What is gone, so that a reader of an older commit can be told.
  CREATE TABLE deleted(
    kind INTEGER NOT NULL,
    id BLOB NOT NULL,
    commit_no INTEGER NOT NULL,
    PRIMARY KEY(kind, id)) WITHOUT ROWID;
)"},
                                                            {2, R"(
  CREATE TABLE vectors(
    n INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    owner BLOB NOT NULL,
    model TEXT NOT NULL,
    data BLOB NOT NULL);
  CREATE UNIQUE INDEX vectors_by_owner ON vectors(kind, owner);
)"}}};

// The numbers are stored.
enum class Kind : std::int64_t {
  kMessage = 1,
  kMemory = 2,
  kTombstone = 3,
  kJob = 4,
  kMessageVectors = 5,
  kMemoryVectors = 6
};

Kind vectors_of(OwnerKind kind) { return kind == OwnerKind::kMessage ? Kind::kMessageVectors : Kind::kMemoryVectors; }

const char* table_of(Kind kind) {
  switch (kind) {
    case Kind::kMessage:
      return "messages";
    case Kind::kMemory:
      return "memories";
    case Kind::kTombstone:
      return "tombstones";
    case Kind::kJob:
      return "jobs";
    case Kind::kMessageVectors:
    case Kind::kMemoryVectors:
      return "vectors";
  }
  return "";
}

constexpr std::int64_t first_row_of(Commit commit) { return commit * static_cast<std::int64_t>(kMaxRowsOfKind); }

// Numbers the rows of one kind in one batch.
class RowNumbers {
 public:
  explicit RowNumbers(Commit commit) : next_(first_row_of(commit)) {}
  std::int64_t next() { return next_++; }

 private:
  std::int64_t next_;
};

std::unexpected<Error> bad_row(const Database& database, Kind kind) {
  return fail(Code::kCorrupt,
              fmt::format("The database file {} holds a row of {} that no version of Holdfast has written; it was left "
                          "as it is. Stop the server, keep a copy of the file, and put a backup in its place.",
                          database.path(), table_of(kind)));
}

// --- writing ---------------------------------------------------------------------------------------------------------

// Each row by its id: what was there goes, and so does the mark that it was deleted.
class RowWriter {
 public:
  static Result<RowWriter> prepare(Database& database, Kind kind, std::string_view insert) {
    HOLDFAST_TRY(Statement row, database.prepare(insert));
    HOLDFAST_TRY(Statement undelete, database.prepare("DELETE FROM deleted WHERE kind = ? AND id = ?"));
    undelete.bind_int(1, static_cast<std::int64_t>(kind));
    return RowWriter(std::move(row), std::move(undelete));
  }

  Statement& row() { return row_; }
  Result<> run(const Id& id) {
    HOLDFAST_CHECK(row_.run());
    undelete_.bind_blob(2, id.bytes);
    return undelete_.run();
  }

 private:
  RowWriter(Statement row, Statement undelete) : row_(std::move(row)), undelete_(std::move(undelete)) {}
  Statement row_;
  Statement undelete_;
};

Result<> write(Database& database, const std::vector<Message>& messages, Commit commit) {
  if (messages.empty()) return {};
  HOLDFAST_TRY(RowWriter writer,
               RowWriter::prepare(database, Kind::kMessage,
                                  "INSERT OR REPLACE INTO messages(n, id, session_id, position, role, timestamp, name, "
                                  "content) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
  RowNumbers numbers(commit);
  for (const Message& message : messages) {
    Statement& row = writer.row();
    row.bind_int(1, numbers.next());
    row.bind_blob(2, message.id.bytes);
    row.bind_text(3, message.session_id);
    row.bind_int(4, message.position);
    row.bind_int(5, static_cast<std::int64_t>(message.role));
    row.bind_int(6, message.timestamp);
    row.bind_text(7, message.name);
    row.bind_text(8, message.content);
    HOLDFAST_CHECK(writer.run(message.id));
  }
  return {};
}

Result<> write(Database& database, const std::vector<Memory>& memories, Commit commit) {
  if (memories.empty()) return {};
  HOLDFAST_TRY(RowWriter writer,
               RowWriter::prepare(
                   database, Kind::kMemory,
                   "INSERT OR REPLACE INTO memories(n, id, type, created_at, updated_at, position, superseded_by, "
                   "session_id, name, topic_key, content, summary, keywords, queries, sources, derivations) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  RowNumbers numbers(commit);
  for (const Memory& memory : memories) {
    Statement& row = writer.row();
    row.bind_int(1, numbers.next());
    row.bind_blob(2, memory.id.bytes);
    row.bind_int(3, static_cast<std::int64_t>(memory.type));
    row.bind_int(4, memory.created_at);
    row.bind_int(5, memory.updated_at);
    row.bind_int(6, memory.position);
    if (memory.superseded_by)
      row.bind_blob(7, memory.superseded_by->bytes);
    else
      row.bind_null(7);
    row.bind_text(8, memory.session_id);
    row.bind_text(9, memory.name);
    row.bind_text(10, memory.topic_key);
    row.bind_text(11, memory.content);
    row.bind_text(12, memory.summary);
    row.bind_text(13, write_list(memory.keywords));
    row.bind_text(14, write_list(memory.queries));
    row.bind_text(15, write_list(memory.sources));
    row.bind_text(16, write_list(memory.derivations));
    HOLDFAST_CHECK(writer.run(memory.id));
  }
  return {};
}

Result<> write(Database& database, const std::vector<Tombstone>& tombstones, Commit commit) {
  if (tombstones.empty()) return {};
  HOLDFAST_TRY(RowWriter writer, RowWriter::prepare(database, Kind::kTombstone,
                                                    "INSERT OR REPLACE INTO tombstones(id, commit_no) VALUES (?, ?)"));
  for (const Tombstone& tombstone : tombstones) {
    writer.row().bind_blob(1, tombstone.hash.bytes);
    writer.row().bind_int(2, commit);
    HOLDFAST_CHECK(writer.run(tombstone.hash));
  }
  return {};
}

Result<> write(Database& database, const std::vector<Job>& jobs, Commit commit) {
  if (jobs.empty()) return {};
  HOLDFAST_TRY(RowWriter writer,
               RowWriter::prepare(database, Kind::kJob,
                                  "INSERT OR REPLACE INTO jobs(n, id, state, attempts, created_at, finished_at, "
                                  "session_id, messages, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  RowNumbers numbers(commit);
  for (const Job& job : jobs) {
    Statement& row = writer.row();
    row.bind_int(1, numbers.next());
    row.bind_blob(2, job.id.bytes);
    row.bind_int(3, static_cast<std::int64_t>(job.state));
    row.bind_int(4, job.attempts);
    row.bind_int(5, job.created_at);
    row.bind_int(6, job.finished_at);
    row.bind_text(7, job.session_id);
    row.bind_text(8, write_list(job.messages));
    row.bind_text(9, job.detail);
    HOLDFAST_CHECK(writer.run(job.id));
  }
  return {};
}

Result<> write(Database& database, const std::vector<VectorRow>& rows, Commit commit) {
  if (rows.empty()) return {};
  HOLDFAST_TRY(Statement row,
               database.prepare("INSERT OR REPLACE INTO vectors(n, kind, owner, model, data) VALUES (?, ?, ?, ?, ?)"));
  HOLDFAST_TRY(Statement undelete, database.prepare("DELETE FROM deleted WHERE kind = ? AND id = ?"));
  RowNumbers numbers(commit);
  for (const VectorRow& vectors : rows) {
    const auto kind = static_cast<std::int64_t>(vectors_of(vectors.key.kind));
    row.bind_int(1, numbers.next());
    row.bind_int(2, kind);
    row.bind_blob(3, vectors.key.owner.bytes);
    row.bind_text(4, vectors.model);
    row.bind_blob(5, std::span(reinterpret_cast<const std::uint8_t*>(vectors.data.data()), vectors.data.size()));
    HOLDFAST_CHECK(row.run());
    undelete.bind_int(1, kind);
    undelete.bind_blob(2, vectors.key.owner.bytes);
    HOLDFAST_CHECK(undelete.run());
  }
  return {};
}

Result<> remove_vectors(Database& database, const std::vector<VectorKey>& keys, Commit commit) {
  if (keys.empty()) return {};
  HOLDFAST_TRY(Statement remove, database.prepare("DELETE FROM vectors WHERE kind = ? AND owner = ?"));
  HOLDFAST_TRY(Statement mark,
               database.prepare("INSERT OR REPLACE INTO deleted(kind, id, commit_no) VALUES (?, ?, ?)"));
  mark.bind_int(3, commit);
  for (const VectorKey& key : keys) {
    const auto kind = static_cast<std::int64_t>(vectors_of(key.kind));
    remove.bind_int(1, kind);
    remove.bind_blob(2, key.owner.bytes);
    HOLDFAST_CHECK(remove.run());
    if (database.changes() == 0) continue;
    mark.bind_int(1, kind);
    mark.bind_blob(2, key.owner.bytes);
    HOLDFAST_CHECK(mark.run());
  }
  return {};
}

std::vector<VectorKey> keys_of(OwnerKind kind, const std::vector<Id>& owners) {
  std::vector<VectorKey> keys;
  keys.reserve(owners.size());
  for (const Id& owner : owners) keys.push_back({kind, owner});
  return keys;
}

Result<std::int64_t> remove(Database& database, Kind kind, const std::vector<Id>& ids, Commit commit) {
  std::int64_t removed = 0;
  if (ids.empty()) return removed;
  HOLDFAST_TRY(Statement remove, database.prepare(fmt::format("DELETE FROM {} WHERE id = ?", table_of(kind))));
  HOLDFAST_TRY(Statement mark,
               database.prepare("INSERT OR REPLACE INTO deleted(kind, id, commit_no) VALUES (?, ?, ?)"));
  mark.bind_int(1, static_cast<std::int64_t>(kind));
  mark.bind_int(3, commit);
  for (const Id& id : ids) {
    remove.bind_blob(1, id.bytes);
    HOLDFAST_CHECK(remove.run());
    if (database.changes() == 0) continue;
    mark.bind_blob(2, id.bytes);
    HOLDFAST_CHECK(mark.run());
    ++removed;
  }
  return removed;
}

// --- reading ---------------------------------------------------------------------------------------------------------

constexpr std::string_view kMessageColumns = "id, session_id, position, role, timestamp, name, content";
constexpr std::string_view kMemoryColumns =
    "id, type, created_at, updated_at, position, superseded_by, session_id, name, topic_key, content, summary, "
    "keywords, "
    "queries, sources, derivations";
constexpr std::string_view kJobColumns = "id, state, attempts, created_at, finished_at, session_id, messages, detail";

bool read_row(const Statement& row, Message& message) {
  const auto id = read_id(row.blob(0));
  const std::int64_t role = row.integer(3);
  if (!id || role < 0 || role > static_cast<std::int64_t>(Role::kAssistant)) return false;
  message.id = *id;
  message.session_id = row.text(1);
  message.position = row.integer(2);
  message.role = static_cast<Role>(role);
  message.timestamp = row.integer(4);
  message.name = row.text(5);
  message.content = row.text(6);
  return true;
}

bool read_row(const Statement& row, Memory& memory) {
  const auto id = read_id(row.blob(0));
  const std::int64_t type = row.integer(1);
  if (!id || type < 0 || type > static_cast<std::int64_t>(MemoryType::kTask)) return false;
  memory.id = *id;
  memory.type = static_cast<MemoryType>(type);
  memory.created_at = row.integer(2);
  memory.updated_at = row.integer(3);
  memory.position = row.integer(4);
  memory.superseded_by = read_id(row.blob(5));
  if (!row.is_null(5) && !memory.superseded_by) return false;
  memory.session_id = row.text(6);
  memory.name = row.text(7);
  memory.topic_key = row.text(8);
  memory.content = row.text(9);
  memory.summary = row.text(10);
  return read_list(row.text(11), memory.keywords) && read_list(row.text(12), memory.queries) &&
         read_list(row.text(13), memory.sources) && read_list(row.text(14), memory.derivations);
}

bool read_row(const Statement& row, Job& job) {
  const auto id = read_id(row.blob(0));
  const std::int64_t state = row.integer(1);
  if (!id || state < 0 || state > static_cast<std::int64_t>(Job::State::kFailed)) return false;
  job.id = *id;
  job.state = static_cast<Job::State>(state);
  job.attempts = static_cast<std::uint32_t>(row.integer(2));
  job.created_at = row.integer(3);
  job.finished_at = row.integer(4);
  job.session_id = row.text(5);
  job.detail = row.text(7);
  return read_list(row.text(6), job.messages);
}

bool read_row(const Statement& row, VectorRow& vectors) {
  const auto id = read_id(row.blob(1));
  const std::int64_t kind = row.integer(0);
  if (!id || (kind != static_cast<std::int64_t>(Kind::kMessageVectors) &&
              kind != static_cast<std::int64_t>(Kind::kMemoryVectors)))
    return false;
  vectors.key = {kind == static_cast<std::int64_t>(Kind::kMessageVectors) ? OwnerKind::kMessage : OwnerKind::kMemory,
                 *id};
  vectors.model = row.text(2);
  const auto data = row.blob(3);
  vectors.data.assign(data.begin(), data.end());
  return true;
}

bool read_row(const Statement& row, Tombstone& tombstone) {
  const auto id = read_id(row.blob(0));
  if (id) tombstone.hash = *id;
  return id.has_value();
}

// One value is used for every row, so that its strings keep their space.
template <typename Row, typename Visit>
Result<> visit_rows(Database& database, Kind kind, Statement& rows, Visit visit) {
  Row value;
  for (;;) {
    HOLDFAST_TRY(const bool more, rows.step());
    if (!more) return {};
    if (!read_row(rows, value)) return bad_row(database, kind);
    visit(value);
  }
}

// Everything is read through the index that has the order; what changed since is the end of the table, sorted. Left to
// itself the planner sorts the whole table, texts and all.
template <typename Row, typename Visit>
Result<> visit_numbered(Database& database, Kind kind, std::string_view columns, std::string_view index,
                        std::string_view order, Commit since, Visit visit) {
  const char* table = table_of(kind);
  if (since == 0) {
    HOLDFAST_TRY(Statement rows, database.prepare(fmt::format("SELECT {} FROM {} INDEXED BY {} ORDER BY {}", columns,
                                                              table, index, order)));
    return visit_rows<Row>(database, kind, rows, visit);
  }
  HOLDFAST_TRY(Statement rows, database.prepare(fmt::format("SELECT {} FROM {} NOT INDEXED WHERE n >= ? ORDER BY {}",
                                                            columns, table, order)));
  rows.bind_int(1, first_row_of(since + 1));
  return visit_rows<Row>(database, kind, rows, visit);
}

template <typename Visit>
Result<> visit_deleted(Database& database, Kind kind, Commit since, Visit visit) {
  if (since == 0) return {};
  HOLDFAST_TRY(Statement rows, database.prepare("SELECT id FROM deleted WHERE kind = ? AND commit_no > ? ORDER BY id"));
  rows.bind_int(1, static_cast<std::int64_t>(kind));
  rows.bind_int(2, since);
  return visit_rows<Tombstone>(database, kind, rows, [&](const Tombstone& row) { visit(row.hash); });
}

}  // namespace

std::span<const storage::Migration> profile_migrations() { return kMigrations; }

Result<std::int64_t> write_batch(Database& database, const Batch& batch, Commit commit) {
  std::int64_t removed = 0;
  for (const auto& [kind, ids] :
       {std::pair(Kind::kMessage, &batch.deleted_messages), std::pair(Kind::kMemory, &batch.deleted_memories),
        std::pair(Kind::kTombstone, &batch.deleted_tombstones), std::pair(Kind::kJob, &batch.deleted_jobs)}) {
    HOLDFAST_TRY(const std::int64_t count, remove(database, kind, *ids, commit));
    // Tombstones and jobs hold nothing that people said: every ingest ends a job, and none of them calls for a purge.
    if (kind == Kind::kMessage || kind == Kind::kMemory) removed += count;
  }
  HOLDFAST_CHECK(remove_vectors(database, keys_of(OwnerKind::kMessage, batch.deleted_messages), commit));
  HOLDFAST_CHECK(remove_vectors(database, keys_of(OwnerKind::kMemory, batch.deleted_memories), commit));
  HOLDFAST_CHECK(remove_vectors(database, batch.deleted_vectors, commit));
  HOLDFAST_CHECK(write(database, batch.messages, commit));
  HOLDFAST_CHECK(write(database, batch.memories, commit));
  HOLDFAST_CHECK(write(database, batch.tombstones, commit));
  HOLDFAST_CHECK(write(database, batch.jobs, commit));
  HOLDFAST_CHECK(write(database, batch.vectors, commit));
  return removed;
}

Result<> visit_changes(Database& database, Commit since, ChangeVisitor& visitor) {
  HOLDFAST_CHECK(visit_numbered<Message>(database, Kind::kMessage, kMessageColumns, "messages_in_order",
                                         "session_id, position, id", since,
                                         [&](const Message& row) { visitor.message(row); }));
  HOLDFAST_CHECK(visit_deleted(database, Kind::kMessage, since, [&](const Id& id) { visitor.deleted_message(id); }));

  HOLDFAST_CHECK(visit_numbered<Memory>(database, Kind::kMemory, kMemoryColumns, "memories_by_id", "id", since,
                                        [&](const Memory& row) { visitor.memory(row); }));
  HOLDFAST_CHECK(visit_deleted(database, Kind::kMemory, since, [&](const Id& id) { visitor.deleted_memory(id); }));

  HOLDFAST_TRY(Statement tombstones, database.prepare("SELECT id FROM tombstones WHERE commit_no > ? ORDER BY id"));
  tombstones.bind_int(1, since);
  HOLDFAST_CHECK(visit_rows<Tombstone>(database, Kind::kTombstone, tombstones,
                                       [&](const Tombstone& row) { visitor.tombstone(row); }));
  HOLDFAST_CHECK(
      visit_deleted(database, Kind::kTombstone, since, [&](const Id& id) { visitor.deleted_tombstone(id); }));

  HOLDFAST_CHECK(visit_numbered<Job>(database, Kind::kJob, kJobColumns, "jobs_by_id", "id", since,
                                     [&](const Job& row) { visitor.job(row); }));
  HOLDFAST_CHECK(visit_deleted(database, Kind::kJob, since, [&](const Id& id) { visitor.deleted_job(id); }));

  HOLDFAST_TRY(Statement vectors,
               database.prepare("SELECT kind, owner, model, data FROM vectors WHERE n >= ? ORDER BY n"));
  vectors.bind_int(1, first_row_of(since + 1));
  HOLDFAST_CHECK(visit_rows<VectorRow>(database, Kind::kMessageVectors, vectors,
                                       [&](const VectorRow& row) { visitor.vectors(row); }));
  HOLDFAST_CHECK(visit_deleted(database, Kind::kMessageVectors, since,
                               [&](const Id& id) { visitor.deleted_vectors({OwnerKind::kMessage, id}); }));
  return visit_deleted(database, Kind::kMemoryVectors, since,
                       [&](const Id& id) { visitor.deleted_vectors({OwnerKind::kMemory, id}); });
}

Result<std::vector<Message>> read_messages(Database& database, std::span<const Id> ids) {
  std::vector<Message> messages;
  messages.reserve(ids.size());
  HOLDFAST_TRY(Statement row, database.prepare(fmt::format("SELECT {} FROM messages WHERE id = ?", kMessageColumns)));
  for (const Id& id : ids) {
    row.reset();
    row.bind_blob(1, id.bytes);
    HOLDFAST_TRY(const bool found, row.step());
    if (found && !read_row(row, messages.emplace_back())) return bad_row(database, Kind::kMessage);
  }
  return messages;
}

}  // namespace holdfast::memory::sqlite
