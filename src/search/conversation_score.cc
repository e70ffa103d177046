// ConversationIndex: the signals standardised and summed, and the best picked.
#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "search/conversation_index.h"
#include "search/conversation_signals.h"
#include "search/feature_weights.h"

namespace holdfast::search {
namespace {

constexpr float kLeftOut = -std::numeric_limits<float>::infinity();

// Where a signal is made of candidates alone: so many messages stand for themselves, of more a sample stands for all.
// Measured on four of LoCoMo's conversations (419 to 663 messages), recall@10: a sample of 240 gives .848 to .850,
// depending on where its first run begins, all of them .850; of the four together (2,080 messages) 240 give .844,
// 480 .845.
constexpr std::size_t kWithoutSample = 700;
constexpr std::size_t kSampleMessages = 240;
constexpr std::size_t kSampleRun = 6;

// Turns a raw value into weight · (value − mean) / deviation.
struct Standard {
  float scale = 0;
  float offset = 0;
  [[nodiscard]] float operator()(float value) const { return scale * value + offset; }
};

// `sum` and `squares` over `count` values. A signal that says the same of every message says nothing.
Standard standardise(double sum, double squares, std::size_t count, float weight) {
  const double mean = sum / static_cast<double>(count);
  const double variance = squares / static_cast<double>(count) - mean * mean;
  if (!(variance > 1e-9 * mean * mean)) return {};
  const double scale = static_cast<double>(weight) / std::sqrt(variance);
  return {static_cast<float>(scale), static_cast<float>(-scale * mean)};
}

}  // namespace

ConversationScoring ConversationScoring::dialogue() {
  ConversationScoring scoring;
  scoring.window = {.previous = .7f, .next = .3f, .before_previous = .3f};
  scoring.weights = {.window = .3f, .session = .1f, .session_best = .45f};
  return scoring;
}

ConversationScoring ConversationScoring::chat() {
  ConversationScoring scoring;
  scoring.window = {.previous = .3f, .next = .5f, .before_previous = .2f};
  scoring.pieces = true;
  scoring.weights = {.window = .15f, .piece = .15f, .block = .1f, .session_best = .1f};
  return scoring;
}

// One query over one index.
class ConversationQuery {
 public:
  ConversationQuery(const ConversationIndex& index, std::span<const QueryTerm> terms,
                    const ConversationScoring& scoring, ConversationScratch& scratch)
      : index_(index),
        scoring_(scoring),
        scratch_(scratch),
        signals_(index, terms, scoring, scratch),
        features_(scoring),
        count_(index.size()) {}

  void score() {
    make_room();
    if (count_ == 0) return;
    const SignalWeights& weights = scoring_.weights;
    if (scoring_.pieces) {
      signals_.by_pieces(scoring_.window, scratch_.window_);
    } else {
      signals_.by_window(scoring_.window, scratch_.window_);
    }
    window_ = standardise_messages(scratch_.window_, weights.window);
    if (weights.own != 0) {
      signals_.by_message(scratch_.own_);
      own_ = standardise_messages(scratch_.own_, weights.own);
    }
    if (weights.piece != 0) {
      signals_.by_pieces({}, scratch_.piece_);
      piece_ = standardise_messages(scratch_.piece_, weights.piece);
    }
    score_sessions();
    if (weights.block != 0) score_blocks();
    for (const ExternalSignal& signal : scoring_.external) external_.push_back(standardise_external(signal));
    sum();
    if (scoring_.candidate_signal != nullptr) score_candidates();
  }

  [[nodiscard]] bool matched(DocId doc) const { return scratch_.window_[doc] > 0; }

  [[nodiscard]] Hit hit(DocId doc) const {
    Hit hit{.doc = doc, .score = scratch_.final_[doc], .matched = matched(doc), .parts = {}};
    const std::uint32_t session = index_.places_[doc].session;
    hit.parts.window = window_(scratch_.window_[doc]);
    if (scoring_.weights.own != 0) hit.parts.own = own_(scratch_.own_[doc]);
    if (scoring_.weights.piece != 0) hit.parts.piece = piece_(scratch_.piece_[doc]);
    if (scoring_.weights.session != 0) hit.parts.session = session_(scratch_.session_[session]);
    if (scoring_.weights.session_best != 0)
      hit.parts.session_best = scratch_.session_part_[session] - hit.parts.session;
    if (scoring_.weights.block != 0) hit.parts.block = scratch_.block_part_[scratch_.block_of_[doc]];
    hit.parts.external = external(doc);
    hit.parts.features = features_(index_.features_[doc]);
    if (const auto at = std::ranges::find(scratch_.candidates_, doc); at != scratch_.candidates_.end())
      hit.parts.candidate =
          scratch_.candidate_values_[static_cast<std::size_t>(at - scratch_.candidates_.begin())].score;
    return hit;
  }

 private:
  void make_room() {
    const std::size_t messages = index_.nodes_.size();
    const std::size_t sessions = index_.sessions_.size();
    const auto at_least = [](auto& values, std::size_t size) {
      if (values.size() < size) values.resize(size);
    };
    for (Scores* scores : {&scratch_.window_, &scratch_.own_, &scratch_.piece_}) scores->start(messages);
    for (Scores* scores : {&scratch_.session_, &scratch_.session_best_}) scores->start(sessions);
    at_least(scratch_.norm_, messages);
    at_least(scratch_.frequency_, std::max(messages, sessions));
    at_least(scratch_.seen_, messages);
    if (scoring_.pieces || scoring_.weights.piece != 0) {
      at_least(scratch_.piece_frequency_, index_.slots_);
      at_least(scratch_.piece_score_, index_.slots_);
    }
    scratch_.final_.assign(messages, kLeftOut);
    scratch_.candidates_.clear();
  }

  void score_sessions() {
    const SignalWeights& weights = scoring_.weights;
    if (weights.session == 0 && weights.session_best == 0) return;
    const auto& sessions = index_.sessions_;
    const auto size_of = [&](std::uint32_t session) { return sessions[session].messages.size(); };
    if (weights.session != 0) {
      signals_.by_group(
          index_.live_sessions_, [this](DocId doc) { return index_.places_[doc].session; },
          [&](std::uint32_t session) { return sessions[session].length; }, scratch_.session_);
      session_ = standardise_groups(scratch_.session_, size_of, weights.session);
    }
    if (weights.session_best != 0) {
      for (const DocId doc : scratch_.window_.touched())
        scratch_.session_best_.raise(index_.places_[doc].session, scratch_.window_[doc]);
      session_best_ = standardise_groups(scratch_.session_best_, size_of, weights.session_best);
    }
    scratch_.session_part_.resize(sessions.size());
    for (std::uint32_t session = 0; session < sessions.size(); ++session)
      scratch_.session_part_[session] =
          session_(scratch_.session_[session]) + session_best_(scratch_.session_best_[session]);
  }

  // Blocks depend on all the messages before, so they are cut anew for each query: cheaper than moving them all with
  // every message that is inserted or removed.
  void score_blocks() {
    scratch_.block_of_.resize(index_.nodes_.size());
    scratch_.block_sizes_.clear();
    scratch_.block_lengths_.clear();
    for (const auto& session : index_.sessions_)
      for (std::size_t at = 0; at < session.messages.size(); ++at) {
        if (at % kBlockMessages == 0) {
          scratch_.block_sizes_.push_back(0);
          scratch_.block_lengths_.push_back(0);
        }
        const DocId doc = session.messages[at];
        scratch_.block_of_[doc] = static_cast<std::uint32_t>(scratch_.block_sizes_.size() - 1);
        ++scratch_.block_sizes_.back();
        scratch_.block_lengths_.back() += index_.nodes_[doc].length;
      }
    const std::size_t blocks = scratch_.block_sizes_.size();
    scratch_.block_.start(blocks);
    signals_.by_group(
        blocks, [this](DocId doc) { return scratch_.block_of_[doc]; },
        [this](std::uint32_t block) { return scratch_.block_lengths_[block]; }, scratch_.block_);
    const Standard standard = standardise_groups(
        scratch_.block_, [this](std::uint32_t block) { return scratch_.block_sizes_[block]; }, scoring_.weights.block);
    scratch_.block_part_.resize(blocks);
    for (std::uint32_t block = 0; block < blocks; ++block)
      scratch_.block_part_[block] = standard(scratch_.block_[block]);
  }

  [[nodiscard]] Standard standardise_messages(const Scores& scores, float weight) const {
    return standardise_groups(scores, [](DocId) { return 1; }, weight);
  }

  // Over all messages, each with the value of its group; those of untouched groups are 0.
  template <typename SizeOf>
  [[nodiscard]] Standard standardise_groups(const Scores& scores, SizeOf size_of, float weight) const {
    double sum = 0;
    double squares = 0;
    for (const std::uint32_t group : scores.touched()) {
      const double value = static_cast<double>(scores[group]);
      const auto size = static_cast<double>(size_of(group));
      sum += size * value;
      squares += size * value * value;
    }
    return standardise(sum, squares, count_, weight);
  }

  [[nodiscard]] Standard standardise_external(const ExternalSignal& signal) const {
    if (signal.weight == 0 || signal.values.size() < index_.nodes_.size()) return {};
    double sum = 0;
    double squares = 0;
    for (DocId doc = 0; doc < index_.nodes_.size(); ++doc) {
      if (!index_.contains(doc)) continue;
      const auto value = static_cast<double>(signal.values[doc]);
      sum += value;
      squares += value * value;
    }
    return standardise(sum, squares, count_, signal.weight);
  }

  [[nodiscard]] float external(DocId doc) const {
    float sum = 0;
    for (std::size_t at = 0; at < external_.size(); ++at)
      if (external_[at].scale != 0) sum += external_[at](scoring_.external[at].values[doc]);
    return sum;
  }

  void sum() {
    const bool sessions = scoring_.weights.session != 0 || scoring_.weights.session_best != 0;
    const bool blocks = scoring_.weights.block != 0;
    const float base = window_.offset + own_.offset + piece_.offset;
    std::span<float> final = scratch_.final_;
    for (DocId doc = 0; doc < final.size(); ++doc) {
      if (index_.nodes_[doc].pieces == 0 || (scoring_.only_matched && !matched(doc))) continue;
      float score = base + window_.scale * scratch_.window_[doc];
      if (sessions) score += scratch_.session_part_[index_.places_[doc].session];
      if (blocks) score += scratch_.block_part_[scratch_.block_of_[doc]];
      if (features_.any()) score += features_(index_.features_[doc]);
      if (!external_.empty()) score += external(doc);
      final[doc] = score;
    }
    for (const auto& [scores, standard] : {std::pair(&scratch_.own_, own_), std::pair(&scratch_.piece_, piece_)})
      for (const DocId doc : scores->touched()) final[doc] += standard.scale * (*scores)[doc];
  }

  void score_candidates() {
    std::vector<DocId>& candidates = scratch_.candidates_;
    pick(scoring_.candidates);
    if (candidates.empty()) return;
    take_sample();
    scratch_.candidate_values_.assign(candidates.size(), {});
    scoring_.candidate_signal->score(candidates, scratch_.sample_, scratch_.candidate_values_);
    for (std::size_t at = 0; at < candidates.size(); ++at)
      scratch_.final_[candidates[at]] += scratch_.candidate_values_[at].score;
    if (scoring_.weights.session_best != 0) raise_sessions();
  }

  // The best by what is known so far: score descending, then the larger DocId.
  void pick(std::size_t count) {
    std::vector<DocId>& best = scratch_.candidates_;
    const std::span<const float> scores = scratch_.final_;
    for (DocId doc = 0; doc < scores.size(); ++doc)
      if (scores[doc] != kLeftOut) best.push_back(doc);
    const auto before = [&](DocId a, DocId b) { return scores[a] != scores[b] ? scores[a] > scores[b] : a > b; };
    const auto kept = static_cast<std::ptrdiff_t>(std::min(count, best.size()));
    std::nth_element(best.begin(), best.begin() + kept, best.end(), before);
    best.resize(static_cast<std::size_t>(kept));
    std::ranges::sort(best, before);
  }

  // Runs of neighbours, so that windows over them are whole but at their ends.
  void take_sample() {
    scratch_.sample_.clear();
    const bool all = count_ <= kWithoutSample;
    const std::size_t stride = all ? count_ : count_ / (kSampleMessages / kSampleRun);
    const std::size_t run = all ? count_ : kSampleRun;
    std::size_t place = 0;  // of the message among all, conversation by conversation
    for (const std::uint32_t number : sessions_by_age()) {
      const auto& session = index_.sessions_[number];
      // Skips what is between the runs without touching each message.
      for (std::size_t at = 0; at < session.messages.size();) {
        const std::size_t within = (place + at) % stride;
        if (within < run) {
          scratch_.sample_.push_back(session.messages[at]);
          ++at;
        } else {
          at += stride - within;
        }
      }
      place += session.messages.size();
    }
  }

  // Their numbers say which was heard of first, which is another one once a profile is opened again.
  std::span<const std::uint32_t> sessions_by_age() {
    std::vector<std::uint32_t>& order = scratch_.session_order_;
    order.clear();
    for (std::uint32_t session = 0; session < index_.sessions_.size(); ++session)
      if (!index_.sessions_[session].messages.empty()) order.push_back(session);
    std::ranges::sort(order, {}, [this](std::uint32_t number) {
      const auto& session = index_.sessions_[number];
      return std::tuple(index_.places_[session.messages.front()].time, index_.places_[session.messages.back()].time,
                        session.messages.size(), session.length, number);
    });
    return order;
  }

  void raise_sessions() {
    const Standard plain = standardise_messages(scratch_.window_, 1);
    Scores& best = scratch_.session_best_;
    std::vector<float>& part = scratch_.session_part_;
    const auto& sessions = index_.sessions_;
    scratch_.session_match_.assign(sessions.size(), 0);
    for (std::uint32_t session = 0; session < sessions.size(); ++session)
      scratch_.session_match_[session] = plain(best[session]);
    for (std::size_t at = 0; at < scratch_.candidates_.size(); ++at) {
      const DocId doc = scratch_.candidates_[at];
      float& match = scratch_.session_match_[index_.places_[doc].session];
      match = std::max(match, plain(scratch_.window_[doc]) + scratch_.candidate_values_[at].match);
    }
    double sum = 0;
    double squares = 0;
    for (std::uint32_t session = 0; session < sessions.size(); ++session) {
      const auto value = static_cast<double>(scratch_.session_match_[session]);
      const auto size = static_cast<double>(sessions[session].messages.size());
      sum += size * value;
      squares += size * value * value;
    }
    const Standard raised = standardise(sum, squares, count_, scoring_.weights.session_best);
    for (std::uint32_t session = 0; session < sessions.size(); ++session) {
      const float change = raised(scratch_.session_match_[session]) - session_best_(best[session]);
      part[session] += change;
      for (const DocId doc : sessions[session].messages)
        if (scratch_.final_[doc] != kLeftOut) scratch_.final_[doc] += change;
    }
  }

  const ConversationIndex& index_;
  const ConversationScoring& scoring_;
  ConversationScratch& scratch_;
  ConversationSignals signals_;
  const FeatureWeights features_;
  const std::size_t count_;
  Standard window_, own_, piece_, session_, session_best_;
  std::vector<Standard> external_;
};

void ConversationIndex::score(std::span<const QueryTerm> terms, const ConversationScoring& scoring,
                              ConversationScratch& scratch) const {
  ConversationQuery(*this, terms, scoring, scratch).score();
}

std::vector<Hit> ConversationIndex::search(std::span<const QueryTerm> terms, const ConversationScoring& scoring,
                                           std::size_t k, ConversationScratch& scratch) const {
  ConversationQuery query(*this, terms, scoring, scratch);
  query.score();
  const std::span<const float> scores = scratch.scores();
  const auto before = [&](DocId a, DocId b) {
    if (scores[a] != scores[b]) return scores[a] > scores[b];
    if (places_[a].time != places_[b].time) return places_[a].time > places_[b].time;
    return a > b;
  };
  std::vector<DocId> best;  // a heap with the worst on top
  k = std::min(k, live_);
  if (k == 0) return {};
  best.reserve(k);
  for (DocId doc = 0; doc < scores.size(); ++doc) {
    if (scores[doc] == kLeftOut) continue;
    if (best.size() < k) {
      best.push_back(doc);
      std::push_heap(best.begin(), best.end(), before);
    } else if (scores[doc] >= scores[best.front()] && before(doc, best.front())) {
      std::pop_heap(best.begin(), best.end(), before);
      best.back() = doc;
      std::push_heap(best.begin(), best.end(), before);
    }
  }
  std::sort_heap(best.begin(), best.end(), before);
  std::vector<Hit> hits;
  hits.reserve(best.size());
  for (const DocId doc : best) hits.push_back(query.hit(doc));
  return hits;
}

}  // namespace holdfast::search
