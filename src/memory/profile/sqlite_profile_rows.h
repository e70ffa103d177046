// The tables of a profile's log, and rows to and from values. Part of the SQLite store.
//
// Messages, memories, jobs and vectors are numbered by the commit that last touched them and their place in its batch,
// so that a table lies in the order of commits: what changed since a commit is the end of the table, and no index over
// commits is needed. Replacing a row moves it there.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "memory/profile/profile_store.h"
#include "storage/migrations.h"
#include "storage/sqlite.h"

namespace holdfast::memory::sqlite {

[[nodiscard]] std::span<const storage::Migration> profile_migrations();

// The most rows of one kind in one batch.
inline constexpr std::size_t kMaxRowsOfKind = std::size_t{1} << 20;

// Applies a batch, deletions first, as commit `commit`, inside a transaction of the caller. Returns how many rows
// whose text waits for a purge were deleted.
[[nodiscard]] Result<std::int64_t> write_batch(storage::Database& database, const Batch& batch, Commit commit);

// Visits what changed after `since`, in the order that ProfileStore::read promises, inside a transaction of the caller.
[[nodiscard]] Result<> visit_changes(storage::Database& database, Commit since, ChangeVisitor& visitor);

[[nodiscard]] Result<std::vector<Message>> read_messages(storage::Database& database, std::span<const Id> ids);

}  // namespace holdfast::memory::sqlite
