// The signals of ConversationIndex, and their sum.
#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "search/conversation_index.h"

namespace holdfast::search {
namespace {

constexpr std::size_t kWhole = std::numeric_limits<std::size_t>::max();
constexpr float kLeftOut = -std::numeric_limits<float>::infinity();

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

// What a message's features add. The weights of 32 flags are summed beforehand for every value of each byte of the
// mask, so that a message costs at most four look-ups however many flags a query weighs.
class FeatureWeights {
 public:
  explicit FeatureWeights(const ConversationScoring& scoring) : scoring_(scoring) {
    for (std::size_t byte = 0; byte < sums_.size(); ++byte) {
      const std::span<const float> weights = std::span(scoring.flag_weights).subspan(byte * 8, 8);
      if (std::none_of(weights.begin(), weights.end(), [](float weight) { return weight != 0; })) continue;
      used_[used_bytes_++] = byte;
      for (std::size_t mask = 1; mask < 256; ++mask) {
        const auto lowest = static_cast<std::size_t>(std::countr_zero(mask));
        sums_[byte][mask] = sums_[byte][mask & (mask - 1)] + weights[lowest];
      }
    }
    counts_ = std::any_of(scoring.count_weights.begin(), scoring.count_weights.end(), [](float w) { return w != 0; });
    any_ = counts_ || used_bytes_ > 0 || !scoring.speakers.empty() || !scoring.days.empty();
  }

  [[nodiscard]] bool any() const { return any_; }

  [[nodiscard]] float operator()(const Features& features) const {
    float sum = 0;
    for (std::size_t at = 0; at < used_bytes_; ++at) sum += sums_[used_[at]][features.flags >> (used_[at] * 8) & 0xFF];
    if (counts_)
      for (std::size_t at = 0; at < kCounts; ++at)
        sum += scoring_.count_weights[at] * static_cast<float>(features.counts[at]);
    for (const SpeakerWeight& one : scoring_.speakers)
      if (one.speaker == features.speaker) sum += one.weight;
    if (features.day != kNoDay)
      for (const DayRange& range : scoring_.days)
        if (range.first <= features.day && features.day <= range.last) sum += range.weight;
    return sum;
  }

 private:
  const ConversationScoring& scoring_;
  std::array<std::array<float, 256>, 4> sums_ = {};
  std::array<std::size_t, 4> used_ = {};
  std::size_t used_bytes_ = 0;
  bool counts_ = false;
  bool any_ = false;
};

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
      : index_(index), scoring_(scoring), scratch_(scratch), features_(scoring), count_(index.size()) {
    for (const QueryTerm& query : terms.first(std::min(terms.size(), kMaxQueryTerms))) {
      const std::size_t frequency = index.document_frequency(query.term);
      if (frequency == 0 || !(query.weight > 0)) continue;
      terms_.push_back({index.terms_[query.term].view(), query.weight,
                        query.weight * inverse_document_frequency(count_, frequency) * (scoring.k1 + 1)});
    }
  }

  void score() {
    make_room();
    if (count_ == 0) return;
    const SignalWeights& weights = scoring_.weights;
    if (scoring_.pieces) {
      by_pieces(scoring_.window, scratch_.window_);
    } else {
      by_window(scratch_.window_);
    }
    window_ = standardise_messages(scratch_.window_, weights.window);
    if (weights.own != 0) {
      by_message(scratch_.own_);
      own_ = standardise_messages(scratch_.own_, weights.own);
    }
    if (weights.piece != 0) {
      by_pieces({}, scratch_.piece_);
      piece_ = standardise_messages(scratch_.piece_, weights.piece);
    }
    score_sessions();
    if (weights.block != 0) score_blocks();
    for (const ExternalSignal& signal : scoring_.external) external_.push_back(standardise_external(signal));
    sum();
  }

  [[nodiscard]] bool matched(DocId doc) const { return scratch_.window_[doc] > 0; }

  [[nodiscard]] Hit hit(DocId doc) const {
    Hit hit{.doc = doc, .score = scratch_.final_[doc], .matched = matched(doc), .parts = {}};
    const std::uint32_t session = index_.places_[doc].session;
    hit.parts.window = window_(scratch_.window_[doc]);
    if (scoring_.weights.own != 0) hit.parts.own = own_(scratch_.own_[doc]);
    if (scoring_.weights.piece != 0) hit.parts.piece = piece_(scratch_.piece_[doc]);
    if (scoring_.weights.session != 0) hit.parts.session = session_(scratch_.session_[session]);
    if (scoring_.weights.session_best != 0) hit.parts.session_best = session_best_(scratch_.session_best_[session]);
    if (scoring_.weights.block != 0) hit.parts.block = scratch_.block_part_[scratch_.block_of_[doc]];
    hit.parts.external = external(doc);
    hit.parts.features = features_(index_.features_[doc]);
    return hit;
  }

 private:
  using Posting = ConversationIndex::Posting;
  using Node = ConversationIndex::Node;

  struct Term {
    std::span<const Posting> postings;
    float weight;
    float factor;  // weight · idf of single messages · (k1 + 1)
  };

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
  }

  // Calls use(posting, node, the entries of its pieces) for the postings of messages that are not removed.
  template <typename Use>
  void each_posting(const Term& term, Use use) const {
    for (std::size_t at = 0; at < term.postings.size();) {
      const Posting& posting = term.postings[at];
      const Node& node = index_.nodes_[posting.doc];
      if (node.pieces != 0) use(posting, node, term.postings.subspan(at + 1, posting.pieces));
      at += 1u + posting.pieces;
    }
  }

  // Calls use(message, share) for the messages in whose window `node` is.
  template <typename Use>
  void each_window_around(const Node& node, const Window& window, Use use) const {
    if (node.next != kNoDoc) {
      use(node.next, window.previous);
      const DocId second = index_.nodes_[node.next].next;
      if (second != kNoDoc) use(second, window.before_previous);
    }
    if (node.previous != kNoDoc) use(node.previous, window.next);
  }

  // The length that a message's neighbours add to it, their lengths being cut to `cut`.
  [[nodiscard]] float length_around(const Node& node, const Window& window, std::size_t cut) const {
    const auto length = [this, cut](DocId doc) {
      return static_cast<float>(std::min<std::size_t>(index_.nodes_[doc].length, cut));
    };
    float sum = 0;
    if (node.previous != kNoDoc) {
      sum += window.previous * length(node.previous);
      const DocId second = index_.nodes_[node.previous].previous;
      if (second != kNoDoc) sum += window.before_previous * length(second);
    }
    if (node.next != kNoDoc) sum += window.next * length(node.next);
    return sum;
  }

  // Of own + neighbours' lengths over all messages.
  template <typename Member>
  [[nodiscard]] float average_length(std::uint64_t own, const Window& window, Member length) const {
    const auto& totals = index_.totals_;
    const auto all = static_cast<double>(totals.all.*length);
    const auto first = static_cast<double>(totals.first.*length);
    const auto last = static_cast<double>(totals.last.*length);
    const auto second_last = static_cast<double>(totals.second_last.*length);
    const double sum = static_cast<double>(own) + static_cast<double>(window.previous) * (all - last) +
                       static_cast<double>(window.next) * (all - first) +
                       static_cast<double>(window.before_previous) * (all - last - second_last);
    return static_cast<float>(sum / static_cast<double>(count_));
  }

  // k1 · (1 − b + b · length / average), as `fixed` + `per_term` · length.
  struct Norm {
    float fixed;
    float per_term;
    [[nodiscard]] float operator()(float length) const { return fixed + per_term * length; }
  };
  [[nodiscard]] Norm norm(float average) const {
    return {scoring_.k1 * (1 - scoring_.b), scoring_.k1 * scoring_.b / std::max(average, 1e-6f)};
  }

  void reach(std::uint32_t at, float frequency) {
    if (!(frequency > 0)) return;
    float& sum = scratch_.frequency_[at];
    if (sum == 0) scratch_.reached_.push_back(at);
    sum += frequency;
  }

  void by_message(Scores& out) {
    const Norm norm_of = norm(average_length(index_.totals_.all.whole, {}, &ConversationIndex::Lengths::whole));
    for (const Term& term : terms_)
      each_posting(term, [&](const Posting& posting, const Node& node, auto) {
        const auto frequency = static_cast<float>(posting.frequency);
        out.add(posting.doc, term.factor * frequency / (frequency + norm_of(static_cast<float>(node.length))));
      });
  }

  void by_window(Scores& out) {
    const Window& window = scoring_.window;
    const Norm norm_of = norm(average_length(index_.totals_.all.whole, window, &ConversationIndex::Lengths::whole));
    for (const Term& term : terms_) {
      scratch_.reached_.clear();
      each_posting(term, [&](const Posting& posting, const Node& node, auto) {
        const auto frequency = static_cast<float>(posting.frequency);
        reach(posting.doc, frequency);
        each_window_around(node, window, [&](DocId doc, float share) { reach(doc, share * frequency); });
      });
      for (const DocId doc : scratch_.reached_) {
        const float frequency = std::exchange(scratch_.frequency_[doc], 0.f);
        if (out[doc] == 0) {
          const Node& node = index_.nodes_[doc];
          scratch_.norm_[doc] = norm_of(static_cast<float>(node.length) + length_around(node, window, kWhole));
        }
        out.add(doc, term.factor * frequency / (frequency + scratch_.norm_[doc]));
      }
    }
  }

  // Every piece of a message with the beginnings of its neighbours; the best piece's score is the message's.
  void by_pieces(const Window& window, Scores& out) {
    constexpr std::uint8_t kByTerm = 1;    // reached by the term at hand
    constexpr std::uint8_t kBySignal = 2;  // touched by any term
    const Norm norm_of = norm(average_length(index_.totals_.all.piece, window, &ConversationIndex::Lengths::head));
    scratch_.touched_.clear();
    const auto mark = [this](DocId doc) {
      std::uint8_t& seen = scratch_.seen_[doc];
      if ((seen & kByTerm) != 0) return;
      seen |= kByTerm;
      scratch_.reached_.push_back(doc);
    };
    for (const Term& term : terms_) {
      scratch_.reached_.clear();
      each_posting(term, [&](const Posting& posting, const Node& node, std::span<const Posting> pieces) {
        mark(posting.doc);
        if (pieces.empty()) scratch_.piece_frequency_[node.first_slot] = static_cast<float>(posting.frequency);
        for (const Posting& piece : pieces)
          scratch_.piece_frequency_[node.first_slot + piece.doc] = static_cast<float>(piece.frequency);
        each_window_around(node, window, [&](DocId doc, float share) {
          const float frequency = share * static_cast<float>(posting.head);
          if (!(frequency > 0)) return;
          mark(doc);
          scratch_.frequency_[doc] += frequency;
        });
      });
      for (const DocId doc : scratch_.reached_) {
        const Node& node = index_.nodes_[doc];
        std::uint8_t& seen = scratch_.seen_[doc];
        if ((seen & kBySignal) == 0) {
          scratch_.norm_[doc] = length_around(node, window, kNeighbourTerms);
          scratch_.touched_.push_back(doc);
        }
        seen = kBySignal;
        const float around = std::exchange(scratch_.frequency_[doc], 0.f);
        for (std::size_t piece = 0; piece < node.pieces; ++piece) {
          const std::size_t slot = node.first_slot + piece;
          const float frequency = around + std::exchange(scratch_.piece_frequency_[slot], 0.f);
          if (!(frequency > 0)) continue;
          const std::size_t length = std::min(kPieceTerms, node.length - piece * kPieceStride);
          scratch_.piece_score_[slot] +=
              term.factor * frequency / (frequency + norm_of(static_cast<float>(length) + scratch_.norm_[doc]));
        }
      }
    }
    for (const DocId doc : scratch_.touched_) {
      const Node& node = index_.nodes_[doc];
      scratch_.seen_[doc] = 0;
      float best = 0;
      for (std::size_t slot = node.first_slot; slot < node.first_slot + std::size_t{node.pieces}; ++slot)
        best = std::max(best, std::exchange(scratch_.piece_score_[slot], 0.f));
      out.raise(doc, best);
    }
  }

  // BM25 over groups of messages, each group one document.
  template <typename GroupOf, typename LengthOf>
  void by_group(std::size_t groups, GroupOf group_of, LengthOf length_of, Scores& out) {
    const Norm norm_of =
        norm(static_cast<float>(static_cast<double>(index_.totals_.all.whole) / static_cast<double>(groups)));
    for (const Term& term : terms_) {
      scratch_.reached_.clear();
      each_posting(term, [&](const Posting& posting, const Node&, auto) {
        reach(group_of(posting.doc), static_cast<float>(posting.frequency));
      });
      const float factor =
          term.weight * inverse_document_frequency(groups, scratch_.reached_.size()) * (scoring_.k1 + 1);
      for (const std::uint32_t group : scratch_.reached_) {
        const float frequency = std::exchange(scratch_.frequency_[group], 0.f);
        out.add(group, factor * frequency / (frequency + norm_of(static_cast<float>(length_of(group)))));
      }
    }
  }

  void score_sessions() {
    const SignalWeights& weights = scoring_.weights;
    if (weights.session == 0 && weights.session_best == 0) return;
    const auto& sessions = index_.sessions_;
    const auto size_of = [&](std::uint32_t session) { return sessions[session].messages.size(); };
    if (weights.session != 0) {
      by_group(
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
    by_group(
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

  const ConversationIndex& index_;
  const ConversationScoring& scoring_;
  ConversationScratch& scratch_;
  const FeatureWeights features_;
  const std::size_t count_;
  std::vector<Term> terms_;
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
