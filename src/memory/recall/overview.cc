#include "memory/recall/overview.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "memory/profile/message_cues.h"
#include "memory/recall/channels/channel.h"
#include "memory/recall/evidence.h"
#include "memory/recall/meaning.h"
#include "memory/recall/query_vectors.h"
#include "memory/recall/weights.h"
#include "search/late_interaction.h"

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

// Late interaction of the topic with messages, in their order; what has no codes has the mean of the rest.
std::vector<float> late_values(const search::CodeTable& codes_of, const search::LateQuery& late,
                               std::span<const search::DocId> docs) {
  std::vector<std::span<const std::uint8_t>> documents;
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < docs.size(); ++row) {
    const std::span<const std::uint8_t> codes = codes_of.codes(docs[row]);
    if (codes.empty()) continue;
    documents.push_back(codes);
    rows.push_back(row);
  }
  std::vector<float> values(docs.size());
  if (late.size() == 0 || documents.empty()) return values;
  std::vector<float> products(documents.size() * late.size());
  search::max_products(late.tokens, late.dimensions, documents, products);
  float sum = 0;
  for (std::size_t at = 0; at < rows.size(); ++at) {
    float& value = values[rows[at]];
    for (std::size_t token = 0; token < late.size(); ++token)
      value += late.weights[token] * products[at * late.size() + token];
    sum += value;
  }
  const float mean = sum / static_cast<float>(rows.size());
  std::vector<bool> has(docs.size());
  for (const std::size_t row : rows) has[row] = true;
  for (std::size_t row = 0; row < docs.size(); ++row)
    if (!has[row]) values[row] = mean;
  return values;
}

// BM25 of the best piece of messages, in their order.
std::vector<float> piece_values(const ProfileIndex& index, const AnalysedQuery& query,
                                std::span<const search::DocId> docs) {
  thread_local search::ConversationScratch scratch;
  search::ConversationScoring scoring = search::ConversationScoring::chat();
  scoring.weights = {.piece = 1};
  index.messages().score(query_terms(index, query), scoring, scratch);
  std::vector<float> values;
  for (const search::DocId doc : docs) values.push_back(scratch.scores()[doc]);
  return values;
}

// What a message is worth by itself, in standard deviations over the user's messages.
std::vector<float> worth_of(const ProfileIndex& index, const AnalysedQuery& query, std::span<const float> scores,
                            std::span<const search::DocId> docs) {
  std::vector<float> worth(docs.size());
  const auto add = [&worth](std::vector<float> values, float weight) {
    standardise(values);
    for (std::size_t row = 0; row < worth.size(); ++row) worth[row] += weight * values[row];
  };
  std::vector<float> own;
  for (const search::DocId doc : docs) own.push_back(scores[doc]);
  const TopicMeaning topic = topic_meaning_of(index, query);
  if (topic.cosine.empty()) {
    add(std::move(own), weights::kOverviewByWords);
    return worth;
  }
  add(std::move(own), weights::kOverviewRelevance);
  std::vector<float> cosine;
  for (const search::DocId doc : docs) cosine.push_back(topic.cosine[doc]);
  add(std::move(cosine), weights::kOverviewCosine);
  add(late_values(tables_for(index, query).message_codes(), topic.late, docs), weights::kOverviewLate);
  add(piece_values(index, query, docs), weights::kOverviewPiece);
  return worth;
}

}  // namespace

std::vector<search::DocId> overview(const ProfileIndex& index, const AnalysedQuery& query,
                                    std::span<const float> scores, std::size_t breadth) {
  const search::ConversationIndex& messages = index.messages();
  std::vector<std::pair<search::DocId, float>> told;  // by the user, with its place in its session
  for (std::uint32_t session = 0; session < index.sessions(); ++session) {
    const std::span<const search::DocId> in_session = messages.session_messages(session);
    for (std::size_t place = 0; place < in_session.size(); ++place) {
      if (scores[in_session[place]] == kNoEvidence || !by_user(messages, in_session[place])) continue;
      told.emplace_back(in_session[place], static_cast<float>(place));
    }
  }
  if (told.empty()) return {};
  if (told.size() > weights::kOverviewCandidates) {
    const auto last = told.begin() + static_cast<std::ptrdiff_t>(weights::kOverviewCandidates);
    std::ranges::nth_element(told, last, [&scores](const auto& a, const auto& b) {
      return scores[a.first] != scores[b.first] ? scores[a.first] > scores[b.first] : a.first > b.first;
    });
    told.erase(last, told.end());
    std::ranges::sort(told);
  }
  std::vector<search::DocId> docs;
  for (const auto& [doc, place] : told) docs.push_back(doc);
  std::vector<float> worth = worth_of(index, query, scores, docs);
  for (std::size_t row = 0; row < docs.size(); ++row)
    worth[row] -= weights::kOverviewEarly * std::log1p(told[row].second / 2);

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
