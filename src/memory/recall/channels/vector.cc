#include "memory/recall/channels/vector.h"

#include <algorithm>
#include <vector>

#include "memory/recall/channels/memory_ranking.h"
#include "memory/recall/meaning.h"
#include "memory/recall/query_vectors.h"
#include "memory/recall/weights.h"
#include "search/vector_scan.h"

namespace holdfast::memory {
namespace {

// The best row of each document that has one, in order.
void raise_by(const search::VectorTable& table, std::span<const float> query, std::vector<float>& best) {
  if (table.size() == 0 || table.dimensions() != query.size()) return;
  std::vector<float> rows(table.scales().size());
  search::scan(query, table.values(), table.scales(), rows);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const search::DocId doc = table.docs()[row];
    if (doc < best.size()) best[doc] = std::max(best[doc], rows[row]);
  }
}

}  // namespace

double VectorChannel::weight() const {
  return asks_ == Asks::kQuestion ? weights::kVectorWeight : weights::kHydeWeight;
}

RankedHits VectorChannel::run(const RecallView& view, const AnalysedQuery& query, std::size_t breadth) const {
  if (!query.vectors) return {};
  const std::vector<float> asked = asks_ == Asks::kQuestion ? topic_vector(query) : query.vectors->hypothetical.pooled;
  if (asked.empty()) return {};
  constexpr float kNone = -2;
  std::vector<float> cosines(view.index.memories().end_doc(), kNone);
  const VectorTables& tables = tables_for(view.index, query);
  raise_by(tables.memory_contents(), asked, cosines);
  raise_by(tables.memory_queries(), asked, cosines);

  std::vector<ScoredMemory> hits;
  double sum = 0;
  float most = 0;
  for (search::DocId doc = 0; doc < cosines.size(); ++doc) {
    if (cosines[doc] == kNone || !view.index.memories().contains(doc)) continue;
    hits.push_back({doc, cosines[doc]});
    sum += static_cast<double>(cosines[doc]);
    most = std::max(most, cosines[doc]);
  }
  if (hits.empty()) return {};
  // What any two texts have in common says nothing.
  const auto mean = static_cast<float>(sum / static_cast<double>(hits.size()));
  for (ScoredMemory& hit : hits) hit.score = std::max(0.f, (hit.score - mean) / std::max(1e-3f, most - mean));
  return rank_memories(view, query, std::move(hits), breadth);
}

}  // namespace holdfast::memory
