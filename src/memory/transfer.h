// Everything a profile holds, as rows that leave and come back unchanged.
//
// Rows are sorted by (kind, id): memories, messages, tombstones. No vectors, no commit numbers, no jobs: what can be
// made again is not carried. JSON Lines are made and read by api/transfer_json.h.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "memory/profile/profile.h"

namespace holdfast::memory {

struct ExportedMemory {
  Memory memory;
  std::optional<Id> supersedes;  // follows from the others' superseded_by; for readers only, ignored on import

  bool operator==(const ExportedMemory&) const = default;
};

using TransferRow = std::variant<ExportedMemory, Message, Tombstone>;

// One export: the ids are those of the moment it was made, rows are read as they are when pulled; what was deleted
// meanwhile is left out. Not thread-safe.
class Exporter {
 public:
  explicit Exporter(std::shared_ptr<Profile> profile);  // null: an empty profile

  // The next rows, at most a few hundred; empty at the end. Blocks on the disk: call it on the storage pool.
  [[nodiscard]] Result<std::vector<TransferRow>> next();

 private:
  std::shared_ptr<Profile> profile_;
  std::vector<Id> memories_, messages_, tombstones_;
  std::size_t at_memory_ = 0, at_message_ = 0, at_tombstone_ = 0;
};

struct ImportCounts {
  std::size_t messages = 0, memories = 0, tombstones = 0;  // that were new
  std::size_t skipped = 0;                                 // there already, or buried here
};

// One import: merges, and is idempotent. Rows may come in any order; supersession within topics is settled in finish().
// A row that is here already keeps what is here, gains sources and a successor it lacked. A tombstone wins over rows
// of either side: what lies under it goes in finish(). Each add() is committed when it returns; a broken-off import
// leaves a prefix, to be sent again whole.
class Importer {
 public:
  explicit Importer(std::shared_ptr<Profile> profile);

  // kInvalid when an id does not follow from its row's content.
  [[nodiscard]] Task<Result<>> add(std::vector<TransferRow> rows);
  [[nodiscard]] Task<Result<ImportCounts>> finish();

 private:
  std::shared_ptr<Profile> profile_;
  ImportCounts counts_;
  std::set<std::string> topics_;  // of the memories that came in
  std::set<Id> buried_;           // tombstones, and forgotten messages that memories came in with
};

}  // namespace holdfast::memory
