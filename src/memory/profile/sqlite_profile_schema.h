// The tables of a profile's log: their schema, and how rows are numbered. Part of the SQLite store.
#pragma once

#include <cstdint>
#include <expected>

#include "base/result.h"
#include "memory/profile/sqlite_profile_rows.h"

namespace holdfast::memory::sqlite {

// The numbers are stored.
enum class Kind : std::int64_t {
  kMessage = 1,
  kMemory = 2,
  kTombstone = 3,
  kJob = 4,
  kMessageVectors = 5,
  kMemoryVectors = 6
};

[[nodiscard]] Kind vectors_of(OwnerKind kind);
[[nodiscard]] const char* table_of(Kind kind);

constexpr std::int64_t first_row_of(Commit commit) { return commit * static_cast<std::int64_t>(kMaxRowsOfKind); }

// For a row that cannot be read.
[[nodiscard]] std::unexpected<Error> bad_row(const storage::Database& database, Kind kind);

}  // namespace holdfast::memory::sqlite
