// A disk that can lose its power: a SQLite VFS for tests, with its files in memory.
//
// kill -9 cannot show a missing fsync, since the page cache outlives the process. This disk remembers, for every file,
// what was last synced, and every write since. `cut` then does what a power cut may do:
//   - of a file, all that was written is kept by luck; or else each unsynced write or truncation is kept, dropped, or
//     torn at 512-byte sectors, independently of the others;
//   - a file whose directory was not synced since it was created or deleted may be there or not;
//   - what was only in memory is gone: shared memory (the WAL index) and locks;
//   - every handle from before answers with I/O errors for ever, as the process of that time is dead.
// After the cut the same name opens what is left on the disk.
//
// A directory is synced when SQLite's unix VFS would do it: at the first sync of a journal or a write-ahead log, and at
// a delete that asks for it. Sectors that a write does not touch are never harmed (SQLite calls it powersafe overwrite,
// and assumes it of the real VFS, too).
//
// It also injects faults: a disk that is full, or that fails to write or to sync. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"

namespace holdfast::storage {

class PowerCutDisk {
 public:
  // Registers the VFS under a name of its own; every connection must be closed before the destructor. Also seeds
  // SQLite's own generator, so that one history of calls leaves the same bytes each time.
  PowerCutDisk();
  ~PowerCutDisk();
  PowerCutDisk(const PowerCutDisk&) = delete;
  PowerCutDisk& operator=(const PowerCutDisk&) = delete;

  [[nodiscard]] const std::string& vfs() const;  // for OpenOptions::vfs

  // The power is off and on again. Deterministic for one history of calls and one state of `random`.
  void cut(Random& random);
  // The power goes off by itself after that many more changes (writes, truncations, syncs, deletions): from then on
  // everything fails, until `cut`.
  void power_off_after(std::uint64_t changes);
  [[nodiscard]] bool is_off() const;
  [[nodiscard]] std::uint64_t changes() const;  // so far

  // All files together may hold no more than this; a write that would exceed it finds the disk full.
  void limit_bytes(std::optional<std::uint64_t> bytes);
  [[nodiscard]] std::uint64_t bytes() const;
  // The n-th write, or sync, from now (1: the next) fails, once. A failed sync has synced nothing.
  void fail_write(std::uint64_t n);
  void fail_sync(std::uint64_t n);

  // What a process would read now.
  [[nodiscard]] std::vector<std::string> files() const;  // sorted
  [[nodiscard]] std::optional<std::string> contents(const std::string& path) const;
  // Writes a whole file, durably.
  void put(const std::string& path, std::string_view bytes);

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::storage
