#include "memory/profile/sqlite_profile_schema.h"

#include <fmt/format.h>

#include <array>

namespace holdfast::memory::sqlite {
namespace {

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

}  // namespace

std::span<const storage::Migration> profile_migrations() { return kMigrations; }

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

std::unexpected<Error> bad_row(const storage::Database& database, Kind kind) {
  return fail(Code::kCorrupt,
              fmt::format("The database file {} holds a row of {} that no version of Holdfast has written; it was left "
                          "as it is. Stop the server, keep a copy of the file, and put a backup in its place.",
                          database.path(), table_of(kind)));
}

}  // namespace holdfast::memory::sqlite
