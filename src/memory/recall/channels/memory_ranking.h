// How the channels that search memories themselves make a ranking of what they found.
#pragma once

#include <cstddef>
#include <vector>

#include "memory/recall/channels/channel.h"

namespace holdfast::memory {

struct ScoredMemory {
  search::DocId doc = 0;
  float score = 0;  // ≥ 0; of any scale
};

// A memory's share of the best score, more for one of the type that the question asks for, and what the strongest of
// the messages it was read from speaks for the question; one that was given without messages is its own evidence.
// Superseded ones only in a question about the past. Ties go to the newer. At most `breadth`.
[[nodiscard]] RankedHits rank_memories(const RecallView& view, const AnalysedQuery& query,
                                       std::vector<ScoredMemory> found, std::size_t breadth);

}  // namespace holdfast::memory
