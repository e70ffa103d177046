#include "storage/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace holdfast::storage {
namespace {

constexpr std::size_t kMaxIdleStatements = 32;
constexpr int kRetryAfterFullDiskSeconds = 30;

Error make_error(const std::string& path, int code, std::string cause, bool disk_is_full) {
  Error error;
  error.cause = fmt::format("sqlite {}: {}", code, cause);
  const int primary = code & 0xFF;
  if (primary == SQLITE_FULL || disk_is_full) {
    error.code = Code::kDiskFull;
    error.message = fmt::format(
        "The disk that holds {} is full. Nothing that was stored before is lost, and nothing of this request was "
        "stored: "
        "free some space and try again.",
        path);
    error.retry_after_seconds = kRetryAfterFullDiskSeconds;
  } else if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB || code == SQLITE_IOERR_CORRUPTFS) {
    error.code = Code::kCorrupt;
    error.message = fmt::format(
        "The database file {} is damaged and was left as it is. Stop the server, keep a copy of the file, and put a "
        "backup in its place; 'sqlite3 {} .recover' may save rows from it.",
        path, path);
  } else if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED) {
    error.code = Code::kOverloaded;
    error.message = fmt::format("The database {} is busy: another process may be using it. Try again.", path);
    error.retry_after_seconds = 1;
  } else if (primary == SQLITE_IOERR) {
    error.code = Code::kIo;
    error.message = fmt::format("Reading or writing {} failed: look at the disk and the system's log.", path);
  } else if (primary == SQLITE_CANTOPEN || primary == SQLITE_READONLY || primary == SQLITE_PERM ||
             primary == SQLITE_AUTH) {
    error.code = Code::kIo;
    error.message = fmt::format(
        "The file {} cannot be opened for what is asked of it: check that its directory exists, who owns both, and how "
        "many files the process may have open.",
        path);
  } else {
    error.code = Code::kInternal;
    error.message = fmt::format("The database {} refused an operation.", path);
  }
  return error;
}

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

}  // namespace

namespace detail {

struct Connection {
  sqlite3* handle = nullptr;
  std::string path;
  std::unordered_map<std::string, sqlite3_stmt*, TextHash, std::equal_to<>> idle;

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    drop_idle();
    sqlite3_close(handle);
  }

  void drop_idle() {
    for (const auto& [sql, statement] : idle) sqlite3_finalize(statement);
    idle.clear();
  }

  [[nodiscard]] std::unexpected<Error> error(int code) const {
    // SQLite reports a full disk as an I/O error where it is the shared memory file that does not fit.
    const bool full = (code & 0xFF) == SQLITE_IOERR && handle != nullptr && sqlite3_system_errno(handle) == ENOSPC;
    const char* words = handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle);
    return std::unexpected(make_error(path, code, words, full));
  }
};

}  // namespace detail

void initialise_sqlite() {
  static std::once_flag once;
  std::call_once(once, [] {
    // Counting every allocation takes a global lock, and a first page cache of 20 pages for each connection would be
    // nearly a gigabyte for ten thousand profiles.
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
    sqlite3_config(SQLITE_CONFIG_PAGECACHE, nullptr, 0, 0);
    sqlite3_initialize();
  });
}

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_),
      handle_(std::exchange(other.handle_, nullptr)),
      bind_error_(std::exchange(other.bind_error_, 0)) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(connection_, other.connection_);
  std::swap(handle_, other.handle_);
  std::swap(bind_error_, other.bind_error_);
  return *this;
}

Statement::~Statement() {
  if (handle_ == nullptr) return;
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
  auto& idle = connection_->idle;
  if (idle.size() >= kMaxIdleStatements || !idle.try_emplace(sqlite3_sql(handle_), handle_).second)
    sqlite3_finalize(handle_);
}

void Statement::note(int code) {
  if (code != SQLITE_OK && bind_error_ == 0) bind_error_ = code;
}

void Statement::bind_text(int position, std::string_view text) {
  // A null pointer would bind NULL, which an empty text is not.
  const char* data = text.data() == nullptr ? "" : text.data();
  note(sqlite3_bind_text64(handle_, position, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::bind_blob(int position, std::span<const std::uint8_t> bytes) {
  if (bytes.empty())
    note(sqlite3_bind_zeroblob(handle_, position, 0));
  else
    note(sqlite3_bind_blob64(handle_, position, bytes.data(), bytes.size(), SQLITE_TRANSIENT));
}

void Statement::bind_int(int position, std::int64_t value) { note(sqlite3_bind_int64(handle_, position, value)); }

void Statement::bind_null(int position) { note(sqlite3_bind_null(handle_, position)); }

Result<bool> Statement::step() {
  if (bind_error_ != 0) return connection_->error(std::exchange(bind_error_, 0));
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  auto error = connection_->error(code);
  sqlite3_reset(handle_);
  return error;
}

Result<> Statement::run() {
  for (;;) {
    HOLDFAST_TRY(const bool row, step());
    if (!row) break;
  }
  reset();
  return {};
}

void Statement::reset() { sqlite3_reset(handle_); }

std::string_view Statement::text(int column) const {
  const auto* data = sqlite3_column_text(handle_, column);
  if (data == nullptr) return {};
  return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::span<const std::uint8_t> Statement::blob(int column) const {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(handle_, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_, column); }

bool Statement::is_null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }

Database::Database(std::unique_ptr<detail::Connection> connection) : connection_(std::move(connection)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const std::string& path, const OpenOptions& options) {
  initialise_sqlite();
  auto connection = std::make_unique<detail::Connection>();
  connection->path = path;
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (options.create && !options.read_only) flags |= SQLITE_OPEN_CREATE;
  const int code =
      sqlite3_open_v2(path.c_str(), &connection->handle, flags, options.vfs.empty() ? nullptr : options.vfs.c_str());
  if (code != SQLITE_OK) return connection->error(code);
  sqlite3_busy_timeout(connection->handle, options.busy_timeout_ms);

  Database database(std::move(connection));
  // journal_size_limit gives back the space of a log that one large batch has blown up.
  HOLDFAST_CHECK(
      database.exec(fmt::format("PRAGMA cache_size=-{}; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; "
                                "PRAGMA secure_delete=ON; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                                "PRAGMA journal_size_limit=1048576",
                                std::max(options.cache_kib, 16))));
  if (!options.read_only) HOLDFAST_CHECK(database.exec("PRAGMA journal_mode=WAL"));
  return database;
}

Result<> Database::exec(const std::string& sql) {
  const int code = sqlite3_exec(connection_->handle, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return connection_->error(code);
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  if (const auto found = connection_->idle.find(sql); found != connection_->idle.end()) {
    sqlite3_stmt* handle = found->second;
    connection_->idle.erase(found);
    return Statement(connection_.get(), handle);
  }
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v3(connection_->handle, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  if (code != SQLITE_OK) return connection_->error(code);
  return Statement(connection_.get(), handle);
}

Result<std::int64_t> Database::query_integer(std::string_view sql) {
  HOLDFAST_TRY(Statement statement, prepare(sql));
  HOLDFAST_TRY(const bool row, statement.step());
  return row ? statement.integer(0) : 0;
}

std::int64_t Database::changes() const { return sqlite3_changes64(connection_->handle); }

bool Database::in_transaction() const { return sqlite3_get_autocommit(connection_->handle) == 0; }

const std::string& Database::path() const { return connection_->path; }

std::int64_t Database::bytes_on_disk() const {
  std::int64_t sum = 0;
  for (const int which : {SQLITE_FCNTL_FILE_POINTER, SQLITE_FCNTL_JOURNAL_POINTER}) {
    sqlite3_file* file = nullptr;
    if (sqlite3_file_control(connection_->handle, "main", which, static_cast<void*>(&file)) != SQLITE_OK) continue;
    sqlite3_int64 bytes = 0;
    const bool is_open = file != nullptr && file->pMethods != nullptr;
    if (is_open && file->pMethods->xFileSize(file, &bytes) == SQLITE_OK) sum += bytes;
  }
  return sum;
}

Result<> Database::checkpoint_truncate() {
  const int code =
      sqlite3_wal_checkpoint_v2(connection_->handle, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if (code != SQLITE_OK) return connection_->error(code);
  return {};
}

void Database::release_memory() {
  connection_->drop_idle();
  sqlite3_db_release_memory(connection_->handle);
}

Result<Transaction> Transaction::begin(Database& database, Kind kind) {
  HOLDFAST_TRY(Statement statement, database.prepare(kind == Kind::kWrite ? "BEGIN IMMEDIATE" : "BEGIN"));
  HOLDFAST_CHECK(statement.run());
  return Transaction(database);
}

Transaction::~Transaction() {
  // Some errors have rolled back already. A rollback that fails leaves the file as it was, too: the next writer finds
  // no commit record.
  if (database_ != nullptr && database_->in_transaction()) (void)database_->exec("ROLLBACK");
}

Result<> Transaction::commit() {
  HOLDFAST_TRY(Statement statement, database_->prepare("COMMIT"));
  HOLDFAST_CHECK(statement.run());
  database_ = nullptr;
  return {};
}

}  // namespace holdfast::storage
