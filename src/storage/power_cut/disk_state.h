// The disk behind PowerCutDisk: files, what of them is durable, and faults. Knows nothing of SQLite's call tables.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"

namespace holdfast::storage::power_cut {

inline constexpr std::size_t kSector = 512;
inline constexpr std::size_t kShmLocks = 8;  // SQLITE_SHM_NLOCK

// Something done to a file since its last sync.
struct Change {
  bool truncation;
  std::uint64_t offset;  // of a truncation: the new size
  std::string bytes;
};

// SQLite's file locks: any number of readers, one writer who waits for them to leave.
struct FileLocks {
  int shared = 0;
  const void* reserved = nullptr;
  const void* pending = nullptr;
  const void* exclusive = nullptr;
};

struct SharedMemory {
  std::vector<std::unique_ptr<std::uint8_t[]>> regions;
  std::array<int, kShmLocks> shared{};
  std::array<const void*, kShmLocks> exclusive{};
  int users = 0;
};

struct Inode {
  std::string content;           // as read now
  std::string durable;           // as of the last sync
  std::vector<Change> unsynced;  // what leads from the one to the other
  FileLocks locks;
  std::shared_ptr<SharedMemory> memory;

  void write(std::uint64_t offset, std::string_view bytes);
  void truncate(std::uint64_t size);
  void sync();
  // What a power cut leaves.
  [[nodiscard]] std::string settle(Random& random) const;
};

using Directory = std::map<std::string, std::shared_ptr<Inode>>;

enum class Fault { kNone, kPowerOff, kFull, kFailed };

// One mutex for everything; callers hold it.
struct Disk {
  mutable std::mutex mutex;
  Directory now;      // the names as seen now
  Directory durable;  // the names as of the last sync of their directory
  std::uint64_t generation = 0;
  std::uint64_t changes = 0;
  std::optional<std::uint64_t> off_at;  // value of `changes` at which the power goes off
  std::optional<std::uint64_t> capacity;
  std::uint64_t writes_until_failure = 0;  // 0: none planned
  std::uint64_t syncs_until_failure = 0;

  [[nodiscard]] bool off() const { return off_at.has_value() && changes >= *off_at; }
  [[nodiscard]] std::uint64_t bytes() const;
  void sync_directory_of(const std::string& path);
  void cut(Random& random);

  // Counts a change and says what becomes of it.
  [[nodiscard]] Fault next_change();
  [[nodiscard]] Fault next_write(const Inode& inode, std::uint64_t end);
  [[nodiscard]] Fault next_sync();
};

}  // namespace holdfast::storage::power_cut
