// Rows to what changed.
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
