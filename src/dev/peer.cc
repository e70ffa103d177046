#include "dev/peer.h"

namespace holdfast::dev {

Result<Fts5> Fts5::make(const std::string& path) {
  constexpr int kCacheKib = 64 * 1024;  // as much as it likes: it is the only one here
  HOLDFAST_TRY(storage::Database database, storage::Database::open(path, {.vfs = {}, .cache_kib = kCacheKib}));
  HOLDFAST_CHECK(database.exec("CREATE VIRTUAL TABLE messages USING fts5(content, tokenize = 'porter unicode61')"));
  return Fts5(std::move(database));
}

Result<> Fts5::insert(const Session& session) {
  HOLDFAST_TRY(storage::Transaction transaction, storage::Transaction::begin(database_));
  HOLDFAST_TRY(storage::Statement statement, database_.prepare("INSERT INTO messages (content) VALUES (?)"));
  for (const Line& line : session.lines) {
    statement.bind_text(1, line.text);
    HOLDFAST_CHECK(statement.run());
  }
  return transaction.commit();
}

Result<std::vector<std::int64_t>> Fts5::search(const std::string& match, std::size_t limit) {
  HOLDFAST_TRY(storage::Statement statement,
               database_.prepare("SELECT rowid FROM messages WHERE messages MATCH ? ORDER BY rank LIMIT ?"));
  statement.bind_text(1, match);
  statement.bind_int(2, static_cast<std::int64_t>(limit));
  std::vector<std::int64_t> rows;
  for (;;) {
    HOLDFAST_TRY(const bool more, statement.step());
    if (!more) return rows;
    rows.push_back(statement.integer(0));
  }
}

std::string Fts5::any_of(const std::vector<std::string>& words) {
  std::string match;
  for (const std::string& word : words) {
    if (word.find('"') != std::string::npos) continue;
    if (!match.empty()) match += " OR ";
    match += '"' + word + '"';
  }
  return match;
}

}  // namespace holdfast::dev
