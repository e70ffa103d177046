// Batches to rows.
#include <fmt/format.h>

#include <string>
#include <utility>

#include "memory/profile/sqlite_lists.h"
#include "memory/profile/sqlite_profile_rows.h"
#include "memory/profile/sqlite_profile_schema.h"

namespace holdfast::memory::sqlite {
namespace {

using storage::Database;
using storage::Statement;

// Numbers the rows of one kind in one batch.
class RowNumbers {
 public:
  explicit RowNumbers(Commit commit) : next_(first_row_of(commit)) {}
  std::int64_t next() { return next_++; }

 private:
  std::int64_t next_;
};

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

}  // namespace

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

}  // namespace holdfast::memory::sqlite
