#include "memory/recall/channels/messages.h"

#include <algorithm>

#include "memory/recall/overview.h"
#include "memory/recall/spread.h"
#include "memory/recall/weights.h"

namespace holdfast::memory {

double MessagesChannel::weight() const { return weights::kMessagesWeight; }

RankedHits MessagesChannel::run(const RecallView& view, const AnalysedQuery& query, std::size_t breadth) const {
  const search::ConversationIndex& messages = view.index.messages();
  const std::vector<float>& scores = view.evidence.scores;
  std::vector<search::DocId> found;
  if (query.overview && view.evidence.only_chat) {
    found = overview(view.index, query, scores, breadth);
    RankedHits ranked;
    for (const search::DocId doc : found)
      ranked.push_back({.key = {RecallCandidate::Kind::kMessage, view.index.message_at(doc)}, .score = scores[doc]});
    return ranked;
  }
  for (search::DocId doc = 0; doc < scores.size(); ++doc) {
    if (scores[doc] != kNoEvidence) found.push_back(doc);
  }
  const std::size_t kept = std::min(breadth, found.size());
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(kept), found.end(),
                    [&](search::DocId a, search::DocId b) {
                      if (scores[a] != scores[b]) return scores[a] > scores[b];
                      const std::int32_t day_a = messages.features(a).day;
                      const std::int32_t day_b = messages.features(b).day;
                      return day_a != day_b ? day_a > day_b : a > b;
                    });
  found.resize(kept);
  if (query.several) spread_over_sessions(view.index, scores, found);
  RankedHits ranked;
  ranked.reserve(found.size());
  for (const search::DocId doc : found) {
    ranked.push_back({.key = {RecallCandidate::Kind::kMessage, view.index.message_at(doc)}, .score = scores[doc]});
  }
  return ranked;
}

}  // namespace holdfast::memory
