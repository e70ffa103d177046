// What the candidates say, cut into statements that can stand in an answer.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "memory/recall/candidates.h"
#include "memory/recall/query.h"

namespace holdfast::memory {

struct AnswerStatement {
  std::size_t candidate = 0;       // index among the candidates
  std::string text;                // dates absolute
  std::vector<std::string> terms;  // sorted, each once; a memory's keywords and questions among them
  bool asks = false;               // it is a question itself
  bool source = false;             // what the candidate was read from, not what was made of it
};

// A memory is one statement. A message is one while it is short; of a long one, without its code and what it quotes,
// those groups of sentences that cover most of the question. Of the first `pool` candidates, in their order.
[[nodiscard]] std::vector<AnswerStatement> statements_of(const AnalysedQuery& query,
                                                         std::span<const RecallCandidate> candidates, std::size_t pool);

inline constexpr double kSynonymCover = .8;  // of a word, when only a synonym is there

// What of a question terms cover.
class QuestionWords {
 public:
  explicit QuestionWords(const std::vector<WeightedTerm>& asked);

  // The share of the question's words, weighed by rarity, that the terms (in any order) have; a synonym counts less
  // than the word. 0 for a question without terms.
  [[nodiscard]] double coverage(std::span<const std::string> terms) const;

 private:
  struct Asked {
    std::size_t word;
    double cover;
  };
  std::unordered_map<std::string_view, Asked> terms_;  // views of the asked terms
  std::vector<double> rarity_;                         // of each word
  double all_ = 0;
};

// A day that a text names, or a range of them.
struct StatementDate {
  std::size_t begin = 0;  // in bytes, in the text
  std::chrono::year_month_day first;
  std::chrono::year_month_day last;
};

// The days of a text, in order; the same one said twice in a row ("1 July (2026-07-01)") counts once.
[[nodiscard]] std::vector<StatementDate> dates_in(std::string_view text, TimeMs said_at);

// The first day that the statement names (the first and the last one of a range).
[[nodiscard]] std::optional<std::pair<std::chrono::year_month_day, std::chrono::year_month_day>> dated(
    const AnswerStatement& statement, TimeMs said_at);

}  // namespace holdfast::memory
