// The few things done to database files from outside the engine. Paths are those given to Database::open; `vfs` is the
// same as there. Thread-safe.
#pragma once

#include <string>

#include "base/result.h"

namespace holdfast::storage {

// Overwrites a database and its side files with zeros, then deletes them, durably. Ok when there are none. No
// connection may be open. What a file system or a drive has copied elsewhere is out of reach.
[[nodiscard]] Result<> erase_database(const std::string& path, const std::string& vfs = {});

// Makes a directory, readable by its owner alone, and the ones it stands in, durably; ok when it is there. Only for the
// operating system's files.
[[nodiscard]] Result<> make_directory(const std::string& path);

}  // namespace holdfast::storage
