// Two connections, as a profile's log has them: one reads, so that a question does not wait for an ingest's commits.
//
// The order of replies is one table; their texts stand on shelves, a table each, a profile's all on one. What a table
// frees is overwritten, but a page that was balanced keeps copies of moved rows in its gaps: to forget a profile, its
// shelf alone is written anew.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <mutex>
#include <utility>

#include "models/reply_store.h"
#include "storage/migrations.h"
#include "storage/sqlite.h"

namespace holdfast::models {
namespace {

using storage::Database;
using storage::Statement;
using storage::Transaction;

constexpr std::size_t kShelves = 32;
constexpr std::int64_t kDaysKept = 40;
constexpr std::size_t kRowBytes = 160;  // of a reply beside its text, about

constexpr std::string_view kShelfColumns =
    "(n INTEGER PRIMARY KEY, cut_off INTEGER NOT NULL, model TEXT NOT NULL, content TEXT NOT NULL)";

std::string first_schema() {
  std::string sql = R"(
    CREATE TABLE replies(
      n INTEGER PRIMARY KEY,
      key BLOB NOT NULL,
      profile TEXT NOT NULL,
      shelf INTEGER NOT NULL,
      bytes INTEGER NOT NULL);
    CREATE UNIQUE INDEX replies_by_key ON replies(key);
    CREATE INDEX replies_by_profile ON replies(profile);

    CREATE TABLE days(
      profile TEXT NOT NULL,
      day INTEGER NOT NULL,
      calls INTEGER NOT NULL,
      prompt_tokens INTEGER NOT NULL,
      completion_tokens INTEGER NOT NULL,
      cached_tokens INTEGER NOT NULL,
      PRIMARY KEY(profile, day)) WITHOUT ROWID;

    CREATE TABLE stages(
      profile TEXT NOT NULL,
      stage TEXT NOT NULL,
      model TEXT NOT NULL,
      calls INTEGER NOT NULL,
      prompt_tokens INTEGER NOT NULL,
      completion_tokens INTEGER NOT NULL,
      cached_tokens INTEGER NOT NULL,
      PRIMARY KEY(profile, stage, model)) WITHOUT ROWID;
  )";
  for (std::size_t shelf = 0; shelf < kShelves; ++shelf)
    sql += fmt::format("CREATE TABLE shelf_{}{};", shelf, kShelfColumns);
  return sql;
}

Result<> migrate(Database& database) {
  static const std::string first = first_schema();
  const std::array<storage::Migration, 1> migrations = {{{1, first}}};
  return storage::migrate(database, migrations);
}

std::int64_t day_number(TimeMs time) { return time / kDayMs - (time % kDayMs < 0 ? 1 : 0); }

std::size_t shelf_of(std::string_view profile) { return sha256(profile)[0] % kShelves; }

ChatUsage read_usage(const Statement& row, int first) {
  return {.prompt_tokens = row.integer(first),
          .completion_tokens = row.integer(first + 1),
          .cached_tokens = row.integer(first + 2)};
}

void bind_usage(Statement& statement, int first, const ChatUsage& usage) {
  statement.bind_int(first, usage.prompt_tokens);
  statement.bind_int(first + 1, usage.completion_tokens);
  statement.bind_int(first + 2, usage.cached_tokens);
}

constexpr std::string_view kAddUsage =
    " DO UPDATE SET calls = calls + 1, prompt_tokens = prompt_tokens + excluded.prompt_tokens, "
    "completion_tokens = completion_tokens + excluded.completion_tokens, "
    "cached_tokens = cached_tokens + excluded.cached_tokens";

class SqliteReplyStore final : public ReplyStore {
 public:
  static Result<std::unique_ptr<ReplyStore>> open(const std::string& file, std::size_t most_bytes,
                                                  const std::string& vfs) {
    HOLDFAST_TRY(Database reader, Database::open(file, {.vfs = vfs}));
    HOLDFAST_CHECK(migrate(reader));
    HOLDFAST_TRY(Database writer, Database::open(file, {.create = false, .vfs = vfs}));
    HOLDFAST_TRY(const std::int64_t held, writer.query_integer("SELECT sum(bytes) FROM replies"));
    HOLDFAST_TRY(const std::int64_t last, writer.query_integer("SELECT max(n) FROM replies"));
    auto store = std::make_unique<SqliteReplyStore>(std::move(reader), std::move(writer), most_bytes);
    store->held_ = held;
    store->next_ = last + 1;
    return std::unique_ptr<ReplyStore>(std::move(store));
  }

  SqliteReplyStore(Database reader, Database writer, std::size_t most_bytes)
      : reader_(std::move(reader)), writer_(std::move(writer)), most_bytes_(static_cast<std::int64_t>(most_bytes)) {}

  [[nodiscard]] Result<std::optional<ChatReply>> find(const Digest& key) const override {
    const std::scoped_lock lock(reader_mutex_);
    HOLDFAST_TRY(Transaction snapshot, Transaction::begin(reader_, Transaction::Kind::kRead));
    HOLDFAST_TRY(Statement place, reader_.prepare("SELECT n, shelf FROM replies WHERE key = ?"));
    place.bind_blob(1, key);
    HOLDFAST_TRY(const bool known, place.step());
    if (!known) return std::optional<ChatReply>();
    HOLDFAST_TRY(Statement text, reader_.prepare(fmt::format("SELECT cut_off, model, content FROM shelf_{} WHERE n = ?",
                                                             place.integer(1))));
    text.bind_int(1, place.integer(0));
    HOLDFAST_TRY(const bool found, text.step());
    if (!found) return std::optional<ChatReply>();
    return ChatReply{.text = std::string(text.text(2)),
                     .model = std::string(text.text(1)),
                     .cut_off = text.integer(0) != 0,
                     .remembered = true,
                     .usage = {}};
  }

  [[nodiscard]] Result<> add(const std::optional<Digest>& key, const ChatReply& reply, std::string_view stage,
                             std::string_view profile, TimeMs now) override {
    const std::scoped_lock lock(writer_mutex_);
    HOLDFAST_TRY(Transaction transaction, Transaction::begin(writer_));
    std::int64_t held = held_, next = next_;
    if (key) {
      HOLDFAST_TRY(const std::int64_t added, put(*key, reply, profile));
      held += added;
      if (added > 0) ++next;
      HOLDFAST_CHECK(make_room(held));
    }
    HOLDFAST_CHECK(count(reply, stage, profile, day_number(now)));
    HOLDFAST_CHECK(transaction.commit());
    held_ = held;
    next_ = next;
    return {};
  }

  [[nodiscard]] Result<DayUsage> used(std::string_view profile, TimeMs day) const override {
    const std::scoped_lock lock(reader_mutex_);
    HOLDFAST_TRY(Statement row,
                 reader_.prepare("SELECT calls, prompt_tokens, completion_tokens, cached_tokens FROM days "
                                 "WHERE profile = ? AND day = ?"));
    row.bind_text(1, profile);
    row.bind_int(2, day_number(day));
    HOLDFAST_TRY(const bool found, row.step());
    if (!found) return DayUsage{};
    return DayUsage{.calls = row.integer(0), .usage = read_usage(row, 1)};
  }

  [[nodiscard]] Result<std::vector<StageUsage>> usage(std::string_view profile) const override {
    const std::scoped_lock lock(reader_mutex_);
    HOLDFAST_TRY(Statement rows, reader_.prepare("SELECT stage, model, calls, prompt_tokens, completion_tokens, "
                                                 "cached_tokens FROM stages WHERE profile = ? ORDER BY stage, model"));
    rows.bind_text(1, profile);
    std::vector<StageUsage> all;
    for (;;) {
      HOLDFAST_TRY(const bool more, rows.step());
      if (!more) return all;
      all.push_back({.stage = std::string(rows.text(0)),
                     .model = std::string(rows.text(1)),
                     .calls = rows.integer(2),
                     .usage = read_usage(rows, 3)});
    }
  }

  [[nodiscard]] Result<> forget(std::string_view profile) override { return remove(profile, true); }
  [[nodiscard]] Result<> forget_replies(std::string_view profile) override { return remove(profile, false); }

 private:
  // What it takes; 0 when it is there already or larger than all there is room for.
  Result<std::int64_t> put(const Digest& key, const ChatReply& reply, std::string_view profile) {
    const auto bytes = static_cast<std::int64_t>(reply.text.size() + reply.model.size() + kRowBytes);
    if (bytes > most_bytes_) return 0;
    const std::size_t shelf = shelf_of(profile);
    HOLDFAST_TRY(Statement place, writer_.prepare("INSERT INTO replies(n, key, profile, shelf, bytes) "
                                                  "VALUES (?, ?, ?, ?, ?) ON CONFLICT(key) DO NOTHING"));
    place.bind_int(1, next_);
    place.bind_blob(2, key);
    place.bind_text(3, profile);
    place.bind_int(4, static_cast<std::int64_t>(shelf));
    place.bind_int(5, bytes);
    HOLDFAST_CHECK(place.run());
    if (writer_.changes() == 0) return 0;
    HOLDFAST_TRY(Statement text, writer_.prepare(fmt::format(
                                     "INSERT INTO shelf_{}(n, cut_off, model, content) VALUES (?, ?, ?, ?)", shelf)));
    text.bind_int(1, next_);
    text.bind_int(2, reply.cut_off ? 1 : 0);
    text.bind_text(3, reply.model);
    text.bind_text(4, reply.text);
    HOLDFAST_CHECK(text.run());
    return bytes;
  }

  Result<> make_room(std::int64_t& held) {
    while (held > most_bytes_) {
      HOLDFAST_TRY(Statement oldest, writer_.prepare("SELECT n, shelf, bytes FROM replies ORDER BY n LIMIT 1"));
      HOLDFAST_TRY(const bool found, oldest.step());
      if (!found) break;
      const std::int64_t n = oldest.integer(0), shelf = oldest.integer(1);
      held -= oldest.integer(2);
      oldest.reset();
      HOLDFAST_CHECK(run_with(fmt::format("DELETE FROM shelf_{} WHERE n = ?", shelf), n));
      HOLDFAST_CHECK(run_with("DELETE FROM replies WHERE n = ?", n));
    }
    return {};
  }

  Result<> count(const ChatReply& reply, std::string_view stage, std::string_view profile, std::int64_t day) {
    HOLDFAST_TRY(Statement stages,
                 writer_.prepare(fmt::format("INSERT INTO stages(profile, stage, model, calls, prompt_tokens, "
                                             "completion_tokens, cached_tokens) VALUES (?, ?, ?, 1, ?, ?, ?) "
                                             "ON CONFLICT(profile, stage, model){}",
                                             kAddUsage)));
    stages.bind_text(1, profile);
    stages.bind_text(2, stage);
    stages.bind_text(3, reply.model);
    bind_usage(stages, 4, reply.usage);
    HOLDFAST_CHECK(stages.run());
    HOLDFAST_TRY(Statement days,
                 writer_.prepare(fmt::format("INSERT INTO days(profile, day, calls, prompt_tokens, completion_tokens, "
                                             "cached_tokens) VALUES (?, ?, 1, ?, ?, ?) ON CONFLICT(profile, day){}",
                                             kAddUsage)));
    days.bind_text(1, profile);
    days.bind_int(2, day);
    bind_usage(days, 3, reply.usage);
    HOLDFAST_CHECK(days.run());
    HOLDFAST_TRY(Statement old, writer_.prepare("DELETE FROM days WHERE profile = ? AND day < ?"));
    old.bind_text(1, profile);
    old.bind_int(2, day - kDaysKept);
    return old.run();
  }

  Result<> remove(std::string_view profile, bool counts) {
    const std::scoped_lock lock(writer_mutex_);
    HOLDFAST_TRY(const bool known, is_known(profile));
    if (known) {
      HOLDFAST_TRY(Transaction transaction, Transaction::begin(writer_));
      HOLDFAST_TRY(const std::int64_t freed, take_out(profile));
      for (const std::string_view table : {"stages", "days"})
        if (counts) HOLDFAST_CHECK(run_with(fmt::format("DELETE FROM {} WHERE profile = ?", table), profile));
      HOLDFAST_CHECK(transaction.commit());
      held_ -= freed;
    }
    // Also when it is not known: an earlier attempt may have ended here.
    const std::scoped_lock no_reader(reader_mutex_);
    reader_.release_memory();
    writer_.release_memory();
    return writer_.checkpoint_truncate();
  }

  Result<bool> is_known(std::string_view profile) {
    HOLDFAST_TRY(Statement row, writer_.prepare("SELECT 1 FROM stages WHERE profile = ?"));
    row.bind_text(1, profile);
    return row.step();
  }

  // The bytes that it held.
  Result<std::int64_t> take_out(std::string_view profile) {
    std::int64_t freed = 0;
    {
      HOLDFAST_TRY(Statement sum, writer_.prepare("SELECT sum(bytes) FROM replies WHERE profile = ?"));
      sum.bind_text(1, profile);
      HOLDFAST_TRY([[maybe_unused]] const bool row, sum.step());
      freed = sum.integer(0);
    }
    const std::size_t shelf = shelf_of(profile);
    HOLDFAST_CHECK(run_with(
        fmt::format("DELETE FROM shelf_{} WHERE n IN (SELECT n FROM replies WHERE profile = ?)", shelf), profile));
    HOLDFAST_CHECK(run_with("DELETE FROM replies WHERE profile = ?", profile));
    // Rows in order are appended, which moves none; the pages of the old table are overwritten as it goes.
    HOLDFAST_CHECK(
        writer_.exec(fmt::format("CREATE TABLE anew{0}; INSERT INTO anew SELECT * FROM shelf_{1} ORDER BY n; "
                                 "DROP TABLE shelf_{1}; ALTER TABLE anew RENAME TO shelf_{1}",
                                 kShelfColumns, shelf)));
    return freed;
  }

  Result<> run_with(std::string_view sql, std::int64_t value) {
    HOLDFAST_TRY(Statement statement, writer_.prepare(sql));
    statement.bind_int(1, value);
    return statement.run();
  }
  Result<> run_with(std::string_view sql, std::string_view value) {
    HOLDFAST_TRY(Statement statement, writer_.prepare(sql));
    statement.bind_text(1, value);
    return statement.run();
  }

  mutable std::mutex reader_mutex_;
  mutable Database reader_;
  std::mutex writer_mutex_;  // before the reader's, where both are held
  Database writer_;
  const std::int64_t most_bytes_;
  std::int64_t held_ = 0;  // bytes of replies
  std::int64_t next_ = 1;  // number of the next reply
};

}  // namespace

Result<std::unique_ptr<ReplyStore>> open_sqlite_reply_store(const std::string& file, std::size_t most_bytes,
                                                            const std::string& vfs) {
  return SqliteReplyStore::open(file, most_bytes, vfs);
}

}  // namespace holdfast::models
