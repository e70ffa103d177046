#include "memory/recall/channels/full_text.h"

#include <vector>

#include "memory/recall/channels/memory_ranking.h"
#include "memory/recall/weights.h"

namespace holdfast::memory {

double FullTextChannel::weight() const { return weights::kFullTextWeight; }

RankedHits FullTextChannel::run(const RecallView& view, const AnalysedQuery& query, std::size_t breadth) const {
  thread_local search::Scores scores;
  const search::Bm25Options options{.field_weights = {weights::kContentWeight, weights::kSummaryWeight,
                                                      weights::kKeywordWeight, weights::kQueryWeight}};
  view.index.memories().bm25(query_terms(view.index, query), options, scores);
  std::vector<ScoredMemory> found;
  found.reserve(scores.touched().size());
  for (const search::DocId doc : scores.touched()) found.push_back({doc, scores[doc]});
  return rank_memories(view, query, std::move(found), breadth);
}

}  // namespace holdfast::memory
