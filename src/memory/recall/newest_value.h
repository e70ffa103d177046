// The newest value of what is asked for before the ones it took the place of.
//
// "How many seats do we have?" finds "we have 12 seats" and, said later, "the seats have gone up to 15": the earlier
// one often fits the wording of the question better, for the later one is said in passing. Memories that are known to
// supersede each other are in order already (fuse.h); this puts in order what nothing but its wording tells: candidates
// that each say a value of the sort that is asked for, where the later one says that something has changed or speaks of
// the same thing as clearly. English.
#pragma once

#include <vector>

#include "memory/recall/candidates.h"
#include "memory/recall/query.h"

namespace holdfast::memory {

// Moves a later candidate of the first few directly before the earlier one whose value it replaces, with that one's
// score. Nothing for questions about the past, about what happened when, or whose answer has no form of its own.
void put_newest_first(const AnalysedQuery& query, std::vector<RecallCandidate>& candidates);

}  // namespace holdfast::memory
