#include "memory/recall/channels/messages.h"

#include <algorithm>
#include <unordered_map>

#include "memory/profile/message_cues.h"
#include "memory/recall/weights.h"

namespace holdfast::memory {
namespace {

// For an overview: what the user said, picked one by one so that no session is heard too often; asked for a summary,
// each with the reply to it.
std::vector<search::DocId> spread(const search::ConversationIndex& messages, std::vector<search::DocId> found,
                                  std::span<const float> scores, bool with_replies, std::size_t breadth) {
  std::erase_if(found, [&](search::DocId doc) { return (messages.features(doc).flags & bit(MessageCue::kUser)) == 0; });
  std::unordered_map<std::uint32_t, float> heard;
  std::vector<search::DocId> picked;
  while (!found.empty() && picked.size() < std::min(breadth, weights::kSpreadPicks)) {
    const auto worth = [&](search::DocId doc) { return scores[doc] - heard[messages.session(doc)]; };
    auto best = found.begin();
    for (auto it = found.begin(); it != found.end(); ++it) {
      if (worth(*it) > worth(*best)) best = it;
    }
    const search::DocId doc = *best;
    found.erase(best);
    heard[messages.session(doc)] += weights::kSpread;
    picked.push_back(doc);
    if (!with_replies) continue;
    const search::DocId reply = messages.next(doc);
    if (reply != search::kNoDoc && (messages.features(reply).flags & bit(MessageCue::kUser)) == 0)
      picked.push_back(reply);
  }
  return picked;
}

}  // namespace

double MessagesChannel::weight() const { return weights::kMessagesWeight; }

RankedHits MessagesChannel::run(const RecallView& view, const AnalysedQuery& query, std::size_t breadth) const {
  const search::ConversationIndex& messages = view.index.messages();
  const std::vector<float>& scores = view.evidence.scores;
  std::vector<search::DocId> found;
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
  if (query.overview && view.evidence.only_chat) {
    found = spread(messages, std::move(found), scores, !query.in_order, breadth);
  }
  RankedHits ranked;
  ranked.reserve(found.size());
  for (const search::DocId doc : found) {
    ranked.push_back({.key = {RecallCandidate::Kind::kMessage, view.index.message_at(doc)}, .score = scores[doc]});
  }
  return ranked;
}

}  // namespace holdfast::memory
