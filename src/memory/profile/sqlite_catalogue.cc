#include "memory/profile/sqlite_catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

#include "memory/profile/sqlite_lists.h"
#include "storage/migrations.h"
#include "storage/sqlite.h"

namespace holdfast::memory {
namespace {

using sqlite::read_id;
using storage::Database;
using storage::Statement;
using storage::Transaction;

constexpr std::array<storage::Migration, 1> kMigrations = {{{1, R"(
  CREATE TABLE namespaces(
    id BLOB NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL);
  CREATE UNIQUE INDEX namespaces_by_name ON namespaces(account, name);
  CREATE UNIQUE INDEX namespaces_by_account ON namespaces(account, id);

  CREATE TABLE profiles(
    id BLOB NOT NULL PRIMARY KEY,
    namespace_id BLOB NOT NULL REFERENCES namespaces(id),
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    dirty INTEGER NOT NULL DEFAULT 0);
  CREATE UNIQUE INDEX profiles_by_name ON profiles(namespace_id, name);
  CREATE INDEX profiles_with_work ON profiles(id) WHERE dirty = 1;

  -- Profiles that are deleted, but whose files may still be there.
  CREATE TABLE condemned(id BLOB NOT NULL PRIMARY KEY) WITHOUT ROWID;

  CREATE TABLE tokens(
    id BLOB NOT NULL PRIMARY KEY,
    digest BLOB NOT NULL,
    scopes TEXT NOT NULL,
    namespace_name TEXT NOT NULL,
    profile_pattern TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER);
)"}}};

constexpr std::string_view kNamespaceColumns = "id, account, name, created_at, updated_at";
constexpr std::string_view kProfileColumns = "id, namespace_id, name, created_at";

std::unexpected<Error> no_namespace() { return fail(Code::kNamespaceNotFound, "namespace not found"); }

bool read_row(const Statement& row, NamespaceRecord& record) {
  const auto id = read_id(row.blob(0));
  if (!id) return false;
  record = {*id, std::string(row.text(1)), std::string(row.text(2)), row.integer(3), row.integer(4)};
  return true;
}

bool read_row(const Statement& row, ProfileRecord& record) {
  const auto id = read_id(row.blob(0)), namespace_id = read_id(row.blob(1));
  if (!id || !namespace_id) return false;
  record = {*id, *namespace_id, std::string(row.text(2)), row.integer(3)};
  return true;
}

bool read_row(const Statement& row, Id& record) {
  const auto id = read_id(row.blob(0));
  if (id) record = *id;
  return id.has_value();
}

bool read_row(const Statement& row, TokenRecord& record) {
  const auto id = read_id(row.blob(0));
  const auto digest = row.blob(1);
  if (!id || digest.size() != record.digest.size()) return false;
  record.id = *id;
  std::ranges::copy(digest, record.digest.begin());
  record.namespace_name = row.text(3);
  record.profile_pattern = row.text(4);
  record.created_at = row.integer(5);
  if (!row.is_null(6)) record.expires_at = row.integer(6);
  return sqlite::read_list(row.text(2), record.scopes);
}

class SqliteCatalogue final : public Catalogue {
 public:
  explicit SqliteCatalogue(Database database) : database_(std::move(database)) {}

  [[nodiscard]] Result<> create_namespace(const NamespaceRecord& record) override {
    const std::scoped_lock lock(mutex_);
    HOLDFAST_TRY(Transaction transaction, Transaction::begin(database_));
    HOLDFAST_TRY(const auto there, namespace_named(record.account, record.name));
    if (there) return fail(Code::kNamespaceExists, "Namespace name already exists");
    HOLDFAST_TRY(Statement insert,
                 database_.prepare("INSERT INTO namespaces(id, account, name, created_at, updated_at) "
                                   "VALUES (?, ?, ?, ?, ?)"));
    insert.bind_blob(1, record.id.bytes);
    insert.bind_text(2, record.account);
    insert.bind_text(3, record.name);
    insert.bind_int(4, record.created_at);
    insert.bind_int(5, record.updated_at);
    HOLDFAST_CHECK(insert.run());
    return transaction.commit();
  }

  [[nodiscard]] Result<NamespaceRecord> find_namespace(std::string_view account, std::string_view name) const override {
    const std::scoped_lock lock(mutex_);
    HOLDFAST_TRY(auto found, namespace_named(account, name));
    if (!found) return no_namespace();
    return *std::move(found);
  }

  [[nodiscard]] Result<std::vector<NamespaceRecord>> list_namespaces(std::string_view account,
                                                                     const NamespaceQuery& query) const override {
    const bool by_id = query.order == NamespaceQuery::Order::kId;
    std::optional<Id> after_id;
    if (by_id && !query.after.empty() && !(after_id = Id::parse(query.after)))
      return fail(Code::kInvalid, "The cursor is not one that this list has given.", "/cursor");

    const std::scoped_lock lock(mutex_);
    const std::string_view column = by_id ? "id" : "name";
    HOLDFAST_TRY(Statement rows,
                 database_.prepare(fmt::format("SELECT {} FROM namespaces WHERE account = ?{} ORDER BY {} {} LIMIT ?3",
                                               kNamespaceColumns,
                                               query.after.empty() ? ""
                                               : query.descending  ? fmt::format(" AND {} < ?2", column)
                                                                   : fmt::format(" AND {} > ?2", column),
                                               column, query.descending ? "DESC" : "ASC")));
    rows.bind_text(1, account);
    if (after_id)
      rows.bind_blob(2, after_id->bytes);
    else
      rows.bind_text(2, query.after);
    rows.bind_int(3, static_cast<std::int64_t>(query.limit));
    return all<NamespaceRecord>(rows);
  }

  [[nodiscard]] Result<> delete_namespace(std::string_view account, std::string_view name) override {
    const std::scoped_lock lock(mutex_);
    HOLDFAST_TRY(Transaction transaction, Transaction::begin(database_));
    HOLDFAST_TRY(const auto found, namespace_named(account, name));
    if (!found) return no_namespace();
    HOLDFAST_CHECK(
        run_for("INSERT OR IGNORE INTO condemned(id) SELECT id FROM profiles WHERE namespace_id = ?", found->id));
    HOLDFAST_CHECK(run_for("DELETE FROM profiles WHERE namespace_id = ?", found->id));
    HOLDFAST_CHECK(run_for("DELETE FROM namespaces WHERE id = ?", found->id));
    return transaction.commit();
  }

  [[nodiscard]] Result<std::optional<ProfileRecord>> find_profile(const Id& namespace_id,
                                                                  std::string_view name) const override {
    const std::scoped_lock lock(mutex_);
    return profile_named(namespace_id, name);
  }

  [[nodiscard]] Result<ProfileRecord> ensure_profile(const ProfileRecord& record) override {
    const std::scoped_lock lock(mutex_);
    HOLDFAST_TRY(auto known, profile_named(record.namespace_id, record.name));
    if (known) return *std::move(known);  // most often, and then nothing needs to be written
    HOLDFAST_TRY(Transaction transaction, Transaction::begin(database_));
    HOLDFAST_TRY(auto made_meanwhile, profile_named(record.namespace_id, record.name));
    if (made_meanwhile) return *std::move(made_meanwhile);
    HOLDFAST_TRY(Statement owner, database_.prepare("SELECT 1 FROM namespaces WHERE id = ?"));
    owner.bind_blob(1, record.namespace_id.bytes);
    HOLDFAST_TRY(const bool owned, owner.step());
    if (!owned) return no_namespace();
    owner.reset();
    HOLDFAST_TRY(Statement insert,
                 database_.prepare("INSERT INTO profiles(id, namespace_id, name, created_at) VALUES (?, ?, ?, ?)"));
    insert.bind_blob(1, record.id.bytes);
    insert.bind_blob(2, record.namespace_id.bytes);
    insert.bind_text(3, record.name);
    insert.bind_int(4, record.created_at);
    HOLDFAST_CHECK(insert.run());
    HOLDFAST_CHECK(transaction.commit());
    return record;
  }

  [[nodiscard]] Result<std::vector<ProfileRecord>> list_profiles(const Id& namespace_id, std::string_view after,
                                                                 std::size_t limit) const override {
    const std::scoped_lock lock(mutex_);
    HOLDFAST_TRY(Statement rows,
                 database_.prepare(fmt::format("SELECT {} FROM profiles WHERE namespace_id = ? AND name > ? "
                                               "ORDER BY name LIMIT ?",
                                               kProfileColumns)));
    rows.bind_blob(1, namespace_id.bytes);
    rows.bind_text(2, after);
    rows.bind_int(3, static_cast<std::int64_t>(limit));
    return all<ProfileRecord>(rows);
  }

  [[nodiscard]] Result<bool> delete_profile(const Id& namespace_id, std::string_view name) override {
    const std::scoped_lock lock(mutex_);
    HOLDFAST_TRY(Transaction transaction, Transaction::begin(database_));
    HOLDFAST_TRY(const auto found, profile_named(namespace_id, name));
    if (!found) return false;
    HOLDFAST_CHECK(run_for("INSERT OR IGNORE INTO condemned(id) VALUES (?)", found->id));
    HOLDFAST_CHECK(run_for("DELETE FROM profiles WHERE id = ?", found->id));
    HOLDFAST_CHECK(transaction.commit());
    return true;
  }

  // Where nothing changes, nothing is written and no disk is waited for.
  [[nodiscard]] Result<> mark_dirty(const Id& profile) override {
    const std::scoped_lock lock(mutex_);
    return run_for("UPDATE profiles SET dirty = 1 WHERE id = ? AND dirty = 0", profile);
  }

  [[nodiscard]] Result<> mark_clean(const Id& profile) override {
    const std::scoped_lock lock(mutex_);
    return run_for("UPDATE profiles SET dirty = 0 WHERE id = ? AND dirty = 1", profile);
  }

  [[nodiscard]] Result<std::vector<ProfileRecord>> dirty_profiles() const override {
    const std::scoped_lock lock(mutex_);
    HOLDFAST_TRY(Statement rows, database_.prepare(fmt::format("SELECT {} FROM profiles WHERE dirty = 1 ORDER BY id",
                                                               kProfileColumns)));
    return all<ProfileRecord>(rows);
  }

  [[nodiscard]] Result<std::vector<Id>> condemned(std::size_t limit) const override {
    const std::scoped_lock lock(mutex_);
    HOLDFAST_TRY(Statement rows, database_.prepare("SELECT id FROM condemned ORDER BY id LIMIT ?"));
    rows.bind_int(1, static_cast<std::int64_t>(limit));
    return all<Id>(rows);
  }

  [[nodiscard]] Result<> release(const Id& profile) override {
    const std::scoped_lock lock(mutex_);
    return run_for("DELETE FROM condemned WHERE id = ?", profile);
  }

  [[nodiscard]] Result<> add_token(const TokenRecord& record) override {
    const std::scoped_lock lock(mutex_);
    HOLDFAST_TRY(
        Statement insert,
        database_.prepare("INSERT INTO tokens(id, digest, scopes, namespace_name, profile_pattern, created_at, "
                          "expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)"));
    insert.bind_blob(1, record.id.bytes);
    insert.bind_blob(2, record.digest);
    insert.bind_text(3, sqlite::write_list(record.scopes));
    insert.bind_text(4, record.namespace_name);
    insert.bind_text(5, record.profile_pattern);
    insert.bind_int(6, record.created_at);
    if (record.expires_at)
      insert.bind_int(7, *record.expires_at);
    else
      insert.bind_null(7);
    return insert.run();
  }

  [[nodiscard]] Result<std::vector<TokenRecord>> list_tokens() const override {
    const std::scoped_lock lock(mutex_);
    HOLDFAST_TRY(Statement rows, database_.prepare("SELECT id, digest, scopes, namespace_name, profile_pattern, "
                                                   "created_at, expires_at FROM tokens ORDER BY id"));
    return all<TokenRecord>(rows);
  }

  [[nodiscard]] Result<> revoke_token(const Id& id) override {
    const std::scoped_lock lock(mutex_);
    HOLDFAST_CHECK(run_for("DELETE FROM tokens WHERE id = ?", id));
    if (database_.changes() == 0) return fail(Code::kTokenNotFound, "token not found");
    return {};
  }

 private:
  Result<> run_for(std::string_view sql, const Id& id) {
    HOLDFAST_TRY(Statement statement, database_.prepare(sql));
    statement.bind_blob(1, id.bytes);
    return statement.run();
  }

  template <typename Record>
  Result<std::vector<Record>> all(Statement& rows) const {
    std::vector<Record> records;
    for (;;) {
      HOLDFAST_TRY(const bool more, rows.step());
      if (!more) return records;
      if (!read_row(rows, records.emplace_back()))
        return fail(
            Code::kCorrupt,
            fmt::format("The catalogue {} holds a row that no version of Holdfast has written; it was left as it "
                        "is. Stop the server, keep a copy of the file, and put a backup in its place.",
                        database_.path()));
    }
  }

  template <typename Record>
  Result<std::optional<Record>> first(Statement& rows) const {
    HOLDFAST_TRY(std::vector<Record> records, all<Record>(rows));
    if (records.empty()) return std::nullopt;
    return std::move(records.front());
  }

  Result<std::optional<NamespaceRecord>> namespace_named(std::string_view account, std::string_view name) const {
    HOLDFAST_TRY(Statement rows, database_.prepare(fmt::format(
                                     "SELECT {} FROM namespaces WHERE account = ? AND name = ?", kNamespaceColumns)));
    rows.bind_text(1, account);
    rows.bind_text(2, name);
    return first<NamespaceRecord>(rows);
  }

  Result<std::optional<ProfileRecord>> profile_named(const Id& namespace_id, std::string_view name) const {
    HOLDFAST_TRY(Statement rows, database_.prepare(fmt::format(
                                     "SELECT {} FROM profiles WHERE namespace_id = ? AND name = ?", kProfileColumns)));
    rows.bind_blob(1, namespace_id.bytes);
    rows.bind_text(2, name);
    return first<ProfileRecord>(rows);
  }

  mutable std::mutex mutex_;
  mutable Database database_;
};

}  // namespace

Result<std::unique_ptr<Catalogue>> open_sqlite_catalogue(const std::string& path, const std::string& vfs) {
  constexpr int kCacheKib = 2'048;
  HOLDFAST_TRY(Database database, Database::open(path, {.vfs = vfs, .cache_kib = kCacheKib}));
  HOLDFAST_CHECK(storage::migrate(database, kMigrations));
  return std::make_unique<SqliteCatalogue>(std::move(database));
}

}  // namespace holdfast::memory
