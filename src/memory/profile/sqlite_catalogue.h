// The catalogue in one SQLite file, on one connection: its rows are few, and its changes rare.
#pragma once

#include <memory>
#include <string>

#include "memory/profile/catalogue.h"

namespace holdfast::memory {

// Opens or creates the catalogue; its directory must exist. Schema migrations run here. kCorrupt, kNewerSchema, kIo,
// kDiskFull. `vfs`: a SQLite VFS by name, "" for the operating system's files.
[[nodiscard]] Result<std::unique_ptr<Catalogue>> open_sqlite_catalogue(const std::string& path,
                                                                       const std::string& vfs = {});

}  // namespace holdfast::memory
