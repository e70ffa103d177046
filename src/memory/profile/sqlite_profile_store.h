// The log of a profile in SQLite: one database file a profile, "<id>.db" in one directory.
//
// Two connections: one reads (and made the schema when the store was opened), one writes, opened at the first append.
// Reads see snapshots and do not wait for writes. They share one connection, though: a visitor must not call back into
// the store it is visited by. What is deleted leaves the tables with the commit that deletes it; until `purge` its
// bytes may survive in the write-ahead log and in gaps of pages. `purge` writes the file anew, which needs free disk,
// and for its duration memory, of the profile's size.
#pragma once

#include <memory>
#include <string>

#include "memory/profile/profile_store.h"

namespace holdfast::memory {

class SqliteProfileStores final : public ProfileStores {
 public:
  // The directory must exist (storage::make_directory) and belong to this process alone. `vfs`: a SQLite VFS by name,
  // "" for the operating system's files.
  explicit SqliteProfileStores(std::string directory, std::string vfs = {});

  [[nodiscard]] Result<std::unique_ptr<ProfileStore>> open(const Id& profile) override;
  [[nodiscard]] Result<> destroy(const Id& profile) override;

  [[nodiscard]] std::string path(const Id& profile) const;

 private:
  const std::string directory_;
  const std::string vfs_;
};

}  // namespace holdfast::memory
