#include "storage/migrations.h"

#include <fmt/format.h>

#include <cassert>
#include <string>

namespace holdfast::storage {
namespace {

Result<int> schema_version(Database& database, int newest) {
  HOLDFAST_TRY(const std::int64_t version, database.query_integer("PRAGMA user_version"));
  if (version < 0 || version > newest)
    return fail(Code::kNewerSchema,
                fmt::format("{} was written by a newer version of Holdfast (its schema is {}, this program knows up to "
                            "{}). Run that version or a later one; the file was left as it is.",
                            database.path(), version, newest));
  return static_cast<int>(version);
}

}  // namespace

Result<> migrate(Database& database, std::span<const Migration> migrations) {
  const int newest = static_cast<int>(migrations.size());
  for (int i = 0; i < newest; ++i) assert(migrations[static_cast<std::size_t>(i)].version == i + 1);

  HOLDFAST_TRY(const int before, schema_version(database, newest));
  if (before == newest) return {};
  HOLDFAST_TRY(Transaction transaction, Transaction::begin(database));
  // Again, now that the lock is held: another process may have been here first.
  HOLDFAST_TRY(const int current, schema_version(database, newest));
  for (const Migration& migration : migrations.subspan(static_cast<std::size_t>(current)))
    HOLDFAST_CHECK(database.exec(std::string(migration.sql)));
  HOLDFAST_CHECK(database.exec(fmt::format("PRAGMA user_version={}", newest)));
  return transaction.commit();
}

}  // namespace holdfast::storage
