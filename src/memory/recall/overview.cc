#include "memory/recall/overview.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "memory/profile/message_cues.h"
#include "memory/recall/evidence.h"
#include "memory/recall/weights.h"

namespace holdfast::memory {
namespace {

bool by_user(const search::ConversationIndex& messages, search::DocId doc) {
  return (messages.features(doc).flags & bit(MessageCue::kUser)) != 0;
}

void standardise(std::vector<float>& values) {
  double sum = 0;
  double squares = 0;
  for (const float value : values) {
    sum += static_cast<double>(value);
    squares += static_cast<double>(value) * static_cast<double>(value);
  }
  const auto count = static_cast<double>(values.size());
  const double mean = sum / count;
  const double deviation = std::sqrt(std::max(1e-12, squares / count - mean * mean));
  for (float& value : values) value = static_cast<float>((static_cast<double>(value) - mean) / deviation);
}

}  // namespace

std::vector<search::DocId> overview(const ProfileIndex& index, const AnalysedQuery& query,
                                    std::span<const float> scores, std::size_t breadth) {
  const search::ConversationIndex& messages = index.messages();
  std::vector<search::DocId> docs;
  std::vector<float> worth;
  for (std::uint32_t session = 0; session < index.sessions(); ++session) {
    const std::span<const search::DocId> in_session = messages.session_messages(session);
    for (const search::DocId doc : in_session) {
      if (scores[doc] == kNoEvidence || !by_user(messages, doc)) continue;
      docs.push_back(doc);
      worth.push_back(scores[doc]);
    }
  }
  if (docs.empty()) return {};
  standardise(worth);
  std::unordered_map<search::DocId, std::size_t> rows;
  for (std::size_t row = 0; row < docs.size(); ++row) rows[docs[row]] = row;
  for (std::uint32_t session = 0; session < index.sessions(); ++session) {
    const std::span<const search::DocId> in_session = messages.session_messages(session);
    for (std::size_t place = 0; place < in_session.size(); ++place) {
      if (const auto row = rows.find(in_session[place]); row != rows.end())
        worth[row->second] = weights::kOverviewRelevance * worth[row->second] -
                             weights::kOverviewEarly * std::log1p(static_cast<float>(place) / 2);
    }
  }

  std::vector<search::DocId> picked;
  std::unordered_map<std::uint32_t, float> heard;
  std::vector<bool> taken(docs.size());
  const std::size_t picks = std::min({breadth, weights::kOverviewPicks, docs.size()});
  for (std::size_t pick = 0; pick < picks; ++pick) {
    std::size_t best = docs.size();
    float most = 0;
    for (std::size_t row = 0; row < docs.size(); ++row) {
      if (taken[row]) continue;
      const float left = worth[row] - heard[messages.session(docs[row])];
      if (best == docs.size() || left > most || (left == most && docs[row] > docs[best])) {
        best = row;
        most = left;
      }
    }
    taken[best] = true;
    heard[messages.session(docs[best])] += weights::kOverviewSpread;
    picked.push_back(docs[best]);
    if (query.in_order) continue;
    const search::DocId reply = messages.next(docs[best]);
    if (reply != search::kNoDoc && !by_user(messages, reply)) picked.push_back(reply);
  }
  return picked;
}

}  // namespace holdfast::memory
