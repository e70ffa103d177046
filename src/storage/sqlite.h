// SQLite, as values and Results.
//
// One place for everything about the engine that the rest must not know: pragmas, error codes, the life of statements.
// Every database is in WAL mode with synchronous=FULL: a commit that returned ok is on the disk. Freed content is
// overwritten (secure_delete), temporary data stays in memory, and nothing is memory-mapped.
//
// Thread-safety: a Database, and all its statements, belong to one thread at a time; the owner brings the mutex.
// Different Databases are independent, also on one file.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3_stmt;

namespace holdfast::storage {

struct OpenOptions {
  bool create = true;  // make the file when there is none; its directory must exist
  bool read_only = false;
  std::string vfs;              // "" for the operating system's files
  int busy_timeout_ms = 5'000;  // how long a lock of another connection is waited for
  int cache_kib = 256;          // page cache; ten thousand profiles may be open
};

namespace detail {
struct Connection;
}

// A prepared statement on loan from its Database: going out of scope resets it and gives it back for the next prepare
// of the same text. Must not outlive the Database. Movable.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;
  ~Statement();

  // Parameters count from 1. Values are copied. A bad position is reported by the next step.
  void bind_text(int position, std::string_view text);
  void bind_blob(int position, std::span<const std::uint8_t> bytes);
  void bind_int(int position, std::int64_t value);
  void bind_null(int position);

  // True when a row is there to be read, false at the end. After an error or the end, `reset` starts over.
  [[nodiscard]] Result<bool> step();
  // Steps to the end, past any rows, then resets: for statements that change something.
  [[nodiscard]] Result<> run();
  void reset();  // bindings stay

  // Columns count from 0. Views are valid until the next step or reset. NULL reads as empty, or 0.
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] std::span<const std::uint8_t> blob(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] bool is_null(int column) const;

 private:
  friend class Database;
  Statement(detail::Connection* connection, sqlite3_stmt* handle) : connection_(connection), handle_(handle) {}
  void note(int code);

  detail::Connection* connection_;
  sqlite3_stmt* handle_;
  int bind_error_ = 0;
};

// One connection. Movable.
class Database {
 public:
  // Opens a file and applies the pragmas. kCorrupt when it is damaged or no database, kIo when it cannot be opened.
  [[nodiscard]] static Result<Database> open(const std::string& path, const OpenOptions& options = {});

  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  // Runs one or more statements and ignores their rows.
  [[nodiscard]] Result<> exec(const std::string& sql);
  // Prepared once for each text, then reused: give it constant texts with parameters, never values.
  [[nodiscard]] Result<Statement> prepare(std::string_view sql);
  // First column of the first row; 0 when there is none.
  [[nodiscard]] Result<std::int64_t> query_integer(std::string_view sql);

  [[nodiscard]] std::int64_t changes() const;  // rows changed by the last INSERT, UPDATE or DELETE
  [[nodiscard]] bool in_transaction() const;
  [[nodiscard]] const std::string& path() const;
  [[nodiscard]] std::int64_t bytes_on_disk() const;  // of the file and its write-ahead log

  // Copies the write-ahead log into the database and empties it. kOverloaded when a reader stayed in its way for as
  // long as the busy time-out.
  [[nodiscard]] Result<> checkpoint_truncate();
  // Gives back the page cache and the idle statements.
  void release_memory();

 private:
  explicit Database(std::unique_ptr<detail::Connection> connection);
  std::unique_ptr<detail::Connection> connection_;
};

// All or nothing; rolled back unless committed. One at a time on a connection.
class Transaction {
 public:
  enum class Kind {
    kWrite,  // takes the write lock at once, so that no later statement fails for want of it
    kRead,   // one snapshot for every read in it, taken by the first
  };
  [[nodiscard]] static Result<Transaction> begin(Database& database, Kind kind = Kind::kWrite);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  // After an error nothing was committed, with one exception: when the disk failed (kIo) in the middle of a commit and
  // the process ends before another commit succeeds, it may be found committed.
  [[nodiscard]] Result<> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

// Must be called instead of sqlite3_initialize by whoever registers a VFS before the first open. Idempotent.
void initialise_sqlite();

}  // namespace holdfast::storage
