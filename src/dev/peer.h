// The obvious alternative to an index of our own: SQLite's FTS5, in process, over the same messages.
//
// Porter stemming over unicode61, words of a question joined with OR, BM25 order: what a memory made of one SQLite
// table would do. Commits are as durable as Holdfast's (write-ahead log, synchronous=FULL).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "dev/dialogue.h"
#include "storage/sqlite.h"

namespace holdfast::dev {

class Fts5 {
 public:
  [[nodiscard]] static Result<Fts5> make(const std::string& path);
  // In one transaction.
  [[nodiscard]] Result<> insert(const Session& session);
  // Rows of the best `limit`, best first.
  [[nodiscard]] Result<std::vector<std::int64_t>> search(const std::string& match, std::size_t limit);
  // The words as a query: "a" OR "b".
  [[nodiscard]] static std::string any_of(const std::vector<std::string>& words);

 private:
  explicit Fts5(storage::Database database) : database_(std::move(database)) {}
  storage::Database database_;
};

}  // namespace holdfast::dev
