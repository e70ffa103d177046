// Temporal facts: what follows from dates by arithmetic, never by a model.
#pragma once

#include <string>
#include <vector>

#include "memory/recall/candidates.h"
#include "memory/recall/query.h"

namespace holdfast::memory {

struct TemporalFact {
  std::string text;            // "from 2026-03-02 to 2026-04-20: 49 days, 7 weeks"
  std::vector<Id> candidates;  // whose dates it was made from
};

// For questions of when and how long (between two things, since, until); empty for others.
[[nodiscard]] std::vector<TemporalFact> temporal_facts(const RecallRequest& request, const AnalysedQuery& query,
                                                       const std::vector<RecallCandidate>& candidates);

}  // namespace holdfast::memory
