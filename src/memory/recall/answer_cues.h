// What the heads of recall see: of a statement, whether it answers; of a question and all that was found for it,
// whether anything does. docs/memories.md says what each cue is worth.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "memory/heads/linear_head.h"
#include "memory/recall/candidates.h"
#include "memory/recall/query.h"
#include "memory/recall/statements.h"

namespace holdfast::memory {

// How far each of the question's words is met, 0 to 1: a word that is said wholly, another by the closest token.
struct WordsMet {
  std::vector<double> here;
  std::vector<double> around;  // or in the turns next to it
};

struct StatementCues {
  CueRow row;
  // What the cues of the question need again.
  double cover = 0;             // share of the question's words, by rarity
  double topic_rank = 0;        // 1 / rank in the channel; 0 when it was not found there
  std::size_t values = 0;       // of the sort asked for
  double value_near = 0;        // how near one of them stands to what is asked about
  double value_near_asked = 0;  // and to the detail asked for
  std::size_t names = 0;        // that the question does not say, where it asks "which …" of no other sort
  WordsMet met;                 // empty without an encoder
};

// Of every statement, in order.
[[nodiscard]] std::vector<StatementCues> statement_cues(const AnalysedQuery& query,
                                                        std::span<const RecallCandidate> candidates,
                                                        std::span<const AnswerStatement> statements);

// `order`: indices of the statements, the likeliest first, at least one; `logits` are parallel to `statements`: those
// of each statement's likelihood.
[[nodiscard]] CueRow question_cues(const AnalysedQuery& query, std::span<const RecallCandidate> candidates,
                                   std::span<const AnswerStatement> statements, std::span<const StatementCues> cues,
                                   std::span<const double> logits, std::span<const std::size_t> order);

}  // namespace holdfast::memory
