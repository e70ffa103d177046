// Which statements answer a question, and whether any does: two learned heads over the cues of answer_cues.h. Their
// weights are heads/statement.inc and heads/answerable.inc.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "memory/recall/answer_cues.h"

namespace holdfast::memory {

struct RankedStatements {
  std::vector<std::size_t> order;  // indices of the statements, the likeliest first
  std::vector<double> likelihood;  // of each statement, against the likeliest: 0 to 1
  double answerable = 0;           // how likely the first ones answer at all
  bool under_topic = false;        // the first stands first under the very topic that was asked for
  bool on_topic = false;           // it names the thing asked for, or says all of the question's words
};

// `statements` are of `candidates`. Empty for no statements.
[[nodiscard]] RankedStatements rank_statements(const AnalysedQuery& query, std::span<const RecallCandidate> candidates,
                                               std::span<const AnswerStatement> statements);

// The steps of it, for those who fit the heads: the logits of the likelihoods; the order they give.
[[nodiscard]] std::vector<double> statement_logits(std::span<const StatementCues> cues);
[[nodiscard]] std::vector<std::size_t> likeliest_first(std::span<const double> logits);

}  // namespace holdfast::memory
