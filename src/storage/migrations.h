// Schema versions of a database file.
//
// A file says its version in PRAGMA user_version. Opening it brings it up to the newest version this program knows, in
// one transaction: a crash leaves the old version or the new one. There is no way back; a file that a newer program has
// written is refused rather than guessed at.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "storage/sqlite.h"

namespace holdfast::storage {

// Takes a schema from version `version - 1` to `version`. Once released, a migration never changes.
struct Migration {
  int version;
  std::string_view sql;
};

// `migrations` are numbered 1, 2, 3, … without gaps. Two processes may call this at once on one file. Costs one read
// when there is nothing to do. kNewerSchema; else the errors of Database.
[[nodiscard]] Result<> migrate(Database& database, std::span<const Migration> migrations);

}  // namespace holdfast::storage
