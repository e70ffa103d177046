#include "storage/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include "storage/sqlite.h"

namespace holdfast::storage {
namespace {

sqlite3_vfs* find_vfs(const std::string& name) {
  initialise_sqlite();
  return sqlite3_vfs_find(name.empty() ? nullptr : name.c_str());
}

// A file opened through a VFS, so that a test's disk is treated as the real one.
class VfsFile {
 public:
  static std::unique_ptr<VfsFile> open(sqlite3_vfs* vfs, const std::string& path, int flags) {
    auto file = std::make_unique<VfsFile>(vfs, path);
    int exists = 0;
    if (vfs->xAccess(vfs, file->name(), SQLITE_ACCESS_EXISTS, &exists) != SQLITE_OK || exists == 0) return nullptr;
    if (vfs->xOpen(vfs, file->name(), file->handle(), flags, nullptr) != SQLITE_OK) return nullptr;
    return file;
  }

  VfsFile(sqlite3_vfs* vfs, const std::string& path)
      : memory_(static_cast<std::size_t>(vfs->szOsFile) / sizeof(std::max_align_t) + 1),
        // The VFS looks for URI parameters behind the name's terminating zero.
        name_(sqlite3_create_filename(path.c_str(), "", "", 0, nullptr), &sqlite3_free_filename) {}
  ~VfsFile() {
    if (handle()->pMethods != nullptr) handle()->pMethods->xClose(handle());
  }
  VfsFile(const VfsFile&) = delete;
  VfsFile& operator=(const VfsFile&) = delete;

  sqlite3_file* handle() { return reinterpret_cast<sqlite3_file*>(memory_.data()); }
  const char* name() const { return name_.get(); }

  int overwrite_with_zeros() {
    static constexpr std::array<char, 65'536> kZeros{};
    sqlite3_int64 bytes = 0;
    if (const int code = handle()->pMethods->xFileSize(handle(), &bytes); code != SQLITE_OK) return code;
    for (std::int64_t at = 0; at < bytes; at += std::ssize(kZeros)) {
      const int amount = static_cast<int>(std::min<std::int64_t>(bytes - at, std::ssize(kZeros)));
      if (const int code = handle()->pMethods->xWrite(handle(), kZeros.data(), amount, at); code != SQLITE_OK)
        return code;
    }
    return handle()->pMethods->xSync(handle(), SQLITE_SYNC_FULL);
  }

 private:
  std::vector<std::max_align_t> memory_;
  std::unique_ptr<const char, decltype(&sqlite3_free_filename)> name_;
};

struct SideFile {
  const char* suffix;
  int type;
};
// The log goes first: a log without its database is no database, a database without its log may be an old one.
constexpr SideFile kLog = {"-wal", SQLITE_OPEN_WAL};
constexpr SideFile kJournal = {"-journal", SQLITE_OPEN_MAIN_JOURNAL};
constexpr SideFile kMain = {"", SQLITE_OPEN_MAIN_DB};

std::unexpected<Error> io_error(const std::string& what, const std::string& path, std::string cause) {
  return fail(Code::kIo, fmt::format("{} {} failed: look at the disk and who owns it.", what, path), {},
              std::move(cause));
}

Result<> sync_directory(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return io_error("Opening", path, std::error_code(errno, std::generic_category()).message());
  const int code = ::fsync(descriptor);
  const int error = errno;
  ::close(descriptor);
  if (code != 0) return io_error("Syncing", path, std::error_code(error, std::generic_category()).message());
  return {};
}

}  // namespace

Result<> erase_database(const std::string& path, const std::string& vfs_name) {
  sqlite3_vfs* vfs = find_vfs(vfs_name);
  if (vfs == nullptr) return fail(Code::kInternal, fmt::format("There is no SQLite VFS named {}.", vfs_name));
  for (const SideFile& side : {kLog, kJournal, kMain}) {
    const std::string name = path + side.suffix;
    if (const auto file = VfsFile::open(vfs, name, SQLITE_OPEN_READWRITE | side.type)) {
      if (const int code = file->overwrite_with_zeros(); code != SQLITE_OK)
        return io_error("Overwriting", name, sqlite3_errstr(code));
    }
    const int code = vfs->xDelete(vfs, name.c_str(), 1);
    if (code != SQLITE_OK && code != SQLITE_IOERR_DELETE_NOENT) return io_error("Deleting", name, sqlite3_errstr(code));
  }
  vfs->xDelete(vfs, (path + "-shm").c_str(), 0);
  return {};
}

Result<> make_directory(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path whole = fs::absolute(path, error).lexically_normal();
  std::vector<fs::path> missing;
  for (fs::path at = whole; !at.empty() && !fs::exists(at, error); at = at.parent_path()) missing.push_back(at);
  for (auto at = missing.rbegin(); at != missing.rend(); ++at) {
    fs::create_directory(*at, error);
    if (error) return io_error("Making the directory", at->string(), error.message());
    fs::permissions(*at, fs::perms::owner_all, error);
    HOLDFAST_CHECK(sync_directory(at->parent_path().string()));
  }
  if (!fs::is_directory(whole, error)) return io_error("Making the directory", path, "there is a file of that name");
  return {};
}

}  // namespace holdfast::storage
