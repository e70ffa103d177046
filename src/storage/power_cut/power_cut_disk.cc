#include "storage/power_cut/power_cut_disk.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>
#include <utility>

#include "storage/power_cut/disk_state.h"
#include "storage/sqlite.h"

namespace holdfast::storage {

using power_cut::Disk;
using power_cut::Fault;
using power_cut::FileLocks;
using power_cut::Inode;
using power_cut::SharedMemory;

struct PowerCutDisk::State {
  Disk disk;
  std::string name;
  sqlite3_vfs vfs{};
  SeededRandom random{0};
};

namespace {

// What SQLite allocates for an open file, and what stands behind it.
struct OpenFile {
  Disk* disk = nullptr;
  std::shared_ptr<Inode> inode;
  std::uint64_t generation = 0;
  std::string path;
  bool delete_on_close = false;
  bool sync_directory = false;  // with its first sync
  int lock = SQLITE_LOCK_NONE;
  std::shared_ptr<SharedMemory> memory;
  unsigned shm_shared = 0;  // bit masks of the locks held
  unsigned shm_exclusive = 0;

  // A handle of a process that died in a power cut.
  [[nodiscard]] bool dead() const { return generation != disk->generation || disk->off(); }
};

struct Handle {
  sqlite3_file base;
  OpenFile* file;
};

OpenFile& file_of(sqlite3_file* handle) { return *reinterpret_cast<Handle*>(handle)->file; }

int code_of(Fault fault, int when_failed) {
  switch (fault) {
    case Fault::kNone:
      return SQLITE_OK;
    case Fault::kFull:
      return SQLITE_FULL;
    case Fault::kPowerOff:
    case Fault::kFailed:
      break;
  }
  return when_failed;
}

void unlock_to(OpenFile& file, int level) {
  FileLocks& locks = file.inode->locks;
  if (file.lock <= level) return;
  if (locks.reserved == &file) locks.reserved = nullptr;
  if (locks.pending == &file) locks.pending = nullptr;
  if (locks.exclusive == &file) locks.exclusive = nullptr;
  if (level == SQLITE_LOCK_NONE) --locks.shared;
  file.lock = level;
}

void unmap(OpenFile& file) {
  if (file.memory == nullptr) return;
  for (unsigned i = 0; i < power_cut::kShmLocks; ++i) {
    if ((file.shm_shared >> i & 1U) != 0) --file.memory->shared[i];
    if ((file.shm_exclusive >> i & 1U) != 0) file.memory->exclusive[i] = nullptr;
  }
  file.shm_shared = file.shm_exclusive = 0;
  if (--file.memory->users == 0 && file.inode->memory == file.memory) file.inode->memory.reset();
  file.memory.reset();
}

int close_file(sqlite3_file* handle) {
  const std::unique_ptr<OpenFile> file(std::exchange(reinterpret_cast<Handle*>(handle)->file, nullptr));
  const std::scoped_lock lock(file->disk->mutex);
  unmap(*file);
  unlock_to(*file, SQLITE_LOCK_NONE);
  if (file->delete_on_close && !file->dead()) file->disk->now.erase(file->path);
  return SQLITE_OK;
}

int read_file(sqlite3_file* handle, void* out, int amount, sqlite3_int64 offset) {
  OpenFile& file = file_of(handle);
  const std::scoped_lock lock(file.disk->mutex);
  if (file.dead()) return SQLITE_IOERR_READ;
  const std::string& content = file.inode->content;
  const std::size_t from = std::min(static_cast<std::size_t>(offset), content.size());
  const std::size_t got = std::min(static_cast<std::size_t>(amount), content.size() - from);
  std::memcpy(out, content.data() + from, got);
  if (got == static_cast<std::size_t>(amount)) return SQLITE_OK;
  std::memset(static_cast<char*>(out) + got, 0, static_cast<std::size_t>(amount) - got);
  return SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* handle, const void* bytes, int amount, sqlite3_int64 offset) {
  OpenFile& file = file_of(handle);
  const std::scoped_lock lock(file.disk->mutex);
  if (file.dead()) return SQLITE_IOERR_WRITE;
  const auto at = static_cast<std::uint64_t>(offset);
  const auto size = static_cast<std::size_t>(amount);
  const Fault fault = file.disk->next_write(*file.inode, at + size);
  if (fault == Fault::kNone) file.inode->write(at, {static_cast<const char*>(bytes), size});
  return code_of(fault, SQLITE_IOERR_WRITE);
}

int truncate_file(sqlite3_file* handle, sqlite3_int64 size) {
  OpenFile& file = file_of(handle);
  const std::scoped_lock lock(file.disk->mutex);
  if (file.dead()) return SQLITE_IOERR_TRUNCATE;
  const Fault fault = file.disk->next_change();
  if (fault == Fault::kNone) file.inode->truncate(static_cast<std::uint64_t>(size));
  return code_of(fault, SQLITE_IOERR_TRUNCATE);
}

int sync_file(sqlite3_file* handle, int) {
  OpenFile& file = file_of(handle);
  const std::scoped_lock lock(file.disk->mutex);
  if (file.dead()) return SQLITE_IOERR_FSYNC;
  const Fault fault = file.disk->next_sync();
  if (fault != Fault::kNone) return code_of(fault, SQLITE_IOERR_FSYNC);
  file.inode->sync();
  if (std::exchange(file.sync_directory, false)) file.disk->sync_directory_of(file.path);
  return SQLITE_OK;
}

int file_size(sqlite3_file* handle, sqlite3_int64* size) {
  OpenFile& file = file_of(handle);
  const std::scoped_lock lock(file.disk->mutex);
  if (file.dead()) return SQLITE_IOERR_FSTAT;
  *size = static_cast<sqlite3_int64>(file.inode->content.size());
  return SQLITE_OK;
}

int lock_file(sqlite3_file* handle, int level) {
  OpenFile& file = file_of(handle);
  const std::scoped_lock lock(file.disk->mutex);
  if (file.dead()) return SQLITE_IOERR_LOCK;
  if (file.lock >= level) return SQLITE_OK;
  FileLocks& locks = file.inode->locks;
  if (level == SQLITE_LOCK_SHARED) {
    if (locks.pending != nullptr || locks.exclusive != nullptr) return SQLITE_BUSY;
    ++locks.shared;
  } else if (level == SQLITE_LOCK_RESERVED) {
    if (locks.reserved != nullptr) return SQLITE_BUSY;
    locks.reserved = &file;
  } else {
    if (locks.pending != nullptr && locks.pending != &file) return SQLITE_BUSY;
    if (locks.reserved != nullptr && locks.reserved != &file) return SQLITE_BUSY;
    locks.pending = &file;
    file.lock = SQLITE_LOCK_PENDING;
    if (locks.shared > 1) return SQLITE_BUSY;
    locks.exclusive = &file;
  }
  file.lock = level;
  return SQLITE_OK;
}

int unlock_file(sqlite3_file* handle, int level) {
  OpenFile& file = file_of(handle);
  const std::scoped_lock lock(file.disk->mutex);
  unlock_to(file, level);
  return SQLITE_OK;
}

int check_reserved_lock(sqlite3_file* handle, int* out) {
  OpenFile& file = file_of(handle);
  const std::scoped_lock lock(file.disk->mutex);
  if (file.dead()) return SQLITE_IOERR_CHECKRESERVEDLOCK;
  *out = file.inode->locks.reserved != nullptr ? 1 : 0;
  return SQLITE_OK;
}

int file_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return 4096; }
int device_characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

int shm_map(sqlite3_file* handle, int region, int region_size, int extend, void volatile** out) {
  OpenFile& file = file_of(handle);
  const std::scoped_lock lock(file.disk->mutex);
  if (file.dead()) return SQLITE_IOERR_SHMMAP;
  if (file.memory == nullptr) {
    if (file.inode->memory == nullptr) file.inode->memory = std::make_shared<SharedMemory>();
    file.memory = file.inode->memory;
    ++file.memory->users;
  }
  auto& regions = file.memory->regions;
  const auto index = static_cast<std::size_t>(region);
  *out = nullptr;
  if (index >= regions.size() && extend == 0) return SQLITE_OK;
  while (regions.size() <= index)
    regions.push_back(std::make_unique<std::uint8_t[]>(static_cast<std::size_t>(region_size)));
  *out = regions[index].get();
  return SQLITE_OK;
}

int shm_lock(sqlite3_file* handle, int offset, int n, int flags) {
  OpenFile& file = file_of(handle);
  const std::scoped_lock lock(file.disk->mutex);
  if (file.memory == nullptr || file.dead()) return SQLITE_IOERR_SHMLOCK;
  SharedMemory& memory = *file.memory;
  const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  const auto first = static_cast<unsigned>(offset);
  const unsigned end = first + static_cast<unsigned>(n);
  const unsigned mask = (1U << end) - (1U << first);

  if ((flags & SQLITE_SHM_UNLOCK) != 0) {
    for (unsigned i = first; i < end; ++i) {
      if ((file.shm_shared >> i & 1U) != 0) --memory.shared[i];
      if ((file.shm_exclusive >> i & 1U) != 0) memory.exclusive[i] = nullptr;
    }
    file.shm_shared &= ~mask;
    file.shm_exclusive &= ~mask;
    return SQLITE_OK;
  }
  for (unsigned i = first; i < end; ++i) {
    if (memory.exclusive[i] != nullptr && memory.exclusive[i] != &file) return SQLITE_BUSY;
    const int others = memory.shared[i] - static_cast<int>(file.shm_shared >> i & 1U);
    if (exclusive && others > 0) return SQLITE_BUSY;
  }
  for (unsigned i = first; i < end; ++i) {
    if (exclusive)
      memory.exclusive[i] = &file;
    else if ((file.shm_shared >> i & 1U) == 0)
      ++memory.shared[i];
  }
  (exclusive ? file.shm_exclusive : file.shm_shared) |= mask;
  return SQLITE_OK;
}

void shm_barrier(sqlite3_file* handle) { const std::scoped_lock lock(file_of(handle).disk->mutex); }

int shm_unmap(sqlite3_file* handle, int) {
  OpenFile& file = file_of(handle);
  const std::scoped_lock lock(file.disk->mutex);
  unmap(file);
  return SQLITE_OK;
}

const sqlite3_io_methods kFileMethods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_reserved_lock,
    .xFileControl = file_control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = device_characteristics,
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

PowerCutDisk::State& state_of(sqlite3_vfs* vfs) { return *static_cast<PowerCutDisk::State*>(vfs->pAppData); }

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* handle, int flags, int* out_flags) {
  Disk& disk = state_of(vfs).disk;
  const std::scoped_lock lock(disk.mutex);
  handle->pMethods = nullptr;
  if (disk.off()) return SQLITE_CANTOPEN;
  auto file = std::make_unique<OpenFile>();
  file->disk = &disk;
  file->generation = disk.generation;
  if (name == nullptr) {
    file->inode = std::make_shared<Inode>();
  } else {
    file->path = name;
    const auto found = disk.now.find(file->path);
    if (found != disk.now.end())
      file->inode = found->second;
    else if ((flags & SQLITE_OPEN_CREATE) != 0)
      file->inode = disk.now[file->path] = std::make_shared<Inode>();
    else
      return SQLITE_CANTOPEN;
  }
  constexpr int kJournals = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
  file->sync_directory = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & kJournals) != 0;
  file->delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
  if (out_flags != nullptr) *out_flags = flags;
  reinterpret_cast<Handle*>(handle)->file = file.release();
  handle->pMethods = &kFileMethods;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int sync_directory) {
  Disk& disk = state_of(vfs).disk;
  const std::scoped_lock lock(disk.mutex);
  if (const Fault fault = disk.next_change(); fault != Fault::kNone) return code_of(fault, SQLITE_IOERR_DELETE);
  if (disk.now.erase(name) == 0) return SQLITE_IOERR_DELETE_NOENT;
  if (sync_directory != 0) disk.sync_directory_of(name);
  return SQLITE_OK;
}

int access_file(sqlite3_vfs* vfs, const char* name, int flags, int* out) {
  Disk& disk = state_of(vfs).disk;
  const std::scoped_lock lock(disk.mutex);
  if (disk.off()) return SQLITE_IOERR_ACCESS;
  const auto found = disk.now.find(name);
  // As in the unix VFS, an empty file does not count as being there.
  *out = found != disk.now.end() && (flags != SQLITE_ACCESS_EXISTS || !found->second->content.empty()) ? 1 : 0;
  return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}

int randomness(sqlite3_vfs* vfs, int size, char* out) {
  PowerCutDisk::State& state = state_of(vfs);
  const std::scoped_lock lock(state.disk.mutex);
  state.random.fill({reinterpret_cast<std::uint8_t*>(out), static_cast<std::size_t>(size)});
  return size;
}

sqlite3_vfs* system_vfs() { return sqlite3_vfs_find(nullptr); }
int sleep_us(sqlite3_vfs*, int microseconds) { return system_vfs()->xSleep(system_vfs(), microseconds); }
int current_time(sqlite3_vfs*, double* out) { return system_vfs()->xCurrentTime(system_vfs(), out); }
int current_time_ms(sqlite3_vfs*, sqlite3_int64* out) { return system_vfs()->xCurrentTimeInt64(system_vfs(), out); }
int last_error(sqlite3_vfs*, int, char*) { return 0; }

}  // namespace

PowerCutDisk::PowerCutDisk() : state_(std::make_unique<State>()) {
  static std::atomic<std::uint64_t> counter{0};
  initialise_sqlite();
  state_->name = fmt::format("power-cut-{}", counter.fetch_add(1));
  sqlite3_vfs& vfs = state_->vfs;
  vfs.iVersion = 2;
  vfs.szOsFile = sizeof(Handle);
  vfs.mxPathname = 512;
  vfs.zName = state_->name.c_str();
  vfs.pAppData = state_.get();
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  vfs.xAccess = access_file;
  vfs.xFullPathname = full_path;
  vfs.xRandomness = randomness;
  vfs.xSleep = sleep_us;
  vfs.xCurrentTime = current_time;
  vfs.xGetLastError = last_error;
  vfs.xCurrentTimeInt64 = current_time_ms;
  sqlite3_vfs_register(&vfs, 0);
  // SQLite salts its journals from a generator of its own, of the whole process.
  sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, 1, nullptr);
}

PowerCutDisk::~PowerCutDisk() { sqlite3_vfs_unregister(&state_->vfs); }

const std::string& PowerCutDisk::vfs() const { return state_->name; }

void PowerCutDisk::cut(Random& random) {
  const std::scoped_lock lock(state_->disk.mutex);
  state_->disk.cut(random);
}

void PowerCutDisk::power_off_after(std::uint64_t changes) {
  const std::scoped_lock lock(state_->disk.mutex);
  state_->disk.off_at = state_->disk.changes + changes;
}

bool PowerCutDisk::is_off() const {
  const std::scoped_lock lock(state_->disk.mutex);
  return state_->disk.off();
}

std::uint64_t PowerCutDisk::changes() const {
  const std::scoped_lock lock(state_->disk.mutex);
  return state_->disk.changes;
}

void PowerCutDisk::limit_bytes(std::optional<std::uint64_t> bytes) {
  const std::scoped_lock lock(state_->disk.mutex);
  state_->disk.capacity = bytes;
}

std::uint64_t PowerCutDisk::bytes() const {
  const std::scoped_lock lock(state_->disk.mutex);
  return state_->disk.bytes();
}

void PowerCutDisk::fail_write(std::uint64_t n) {
  const std::scoped_lock lock(state_->disk.mutex);
  state_->disk.writes_until_failure = n;
}

void PowerCutDisk::fail_sync(std::uint64_t n) {
  const std::scoped_lock lock(state_->disk.mutex);
  state_->disk.syncs_until_failure = n;
}

std::vector<std::string> PowerCutDisk::files() const {
  const std::scoped_lock lock(state_->disk.mutex);
  std::vector<std::string> names;
  for (const auto& [name, inode] : state_->disk.now) names.push_back(name);
  return names;
}

std::optional<std::string> PowerCutDisk::contents(const std::string& path) const {
  const std::scoped_lock lock(state_->disk.mutex);
  const auto found = state_->disk.now.find(path);
  if (found == state_->disk.now.end()) return std::nullopt;
  return found->second->content;
}

void PowerCutDisk::put(const std::string& path, std::string_view bytes) {
  const std::scoped_lock lock(state_->disk.mutex);
  auto inode = std::make_shared<Inode>();
  inode->content = inode->durable = bytes;
  state_->disk.now[path] = inode;
  state_->disk.durable[path] = inode;
}

}  // namespace holdfast::storage
