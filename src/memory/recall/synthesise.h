// The answer, in the words of those who said it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "memory/recall/answer_ranking.h"
#include "memory/recall/candidates.h"
#include "memory/recall/query.h"
#include "memory/recall/statements.h"
#include "memory/recall/temporal.h"

namespace holdfast::memory {

struct AnswerMaterial {
  const RecallRequest& request;
  const AnalysedQuery& query;
  std::span<const RecallCandidate> candidates;
  std::span<const AnswerStatement> statements;
  std::span<const TemporalFact> facts;
};

// Of ranked statements, whether or not they are likely to answer: short names the answer alone where it can be told by
// its form (a date, a number, a name), medium gives the sentences that hold it and says when it was said, long lists
// the facts around it. What no longer holds is named as such. Secrets are redacted. "" for no statements.
[[nodiscard]] std::string compose_answer(const AnswerMaterial& material, const RankedStatements& ranked);

// Whether the ranked statements are to be given as an answer at all.
[[nodiscard]] bool is_answered(const AnalysedQuery& query, const RankedStatements& ranked,
                               std::span<const AnswerStatement> statements);

}  // namespace holdfast::memory
