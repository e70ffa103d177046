#include "search/conversation_signals.h"

#include <algorithm>
#include <limits>

namespace holdfast::search {
namespace {

constexpr std::size_t kWhole = std::numeric_limits<std::size_t>::max();

}  // namespace

ConversationSignals::ConversationSignals(const ConversationIndex& index, std::span<const QueryTerm> terms,
                                         const ConversationScoring& scoring, ConversationScratch& scratch)
    : index_(index), scoring_(scoring), scratch_(scratch) {
  for (const QueryTerm& query : terms.first(std::min(terms.size(), kMaxQueryTerms))) {
    const std::size_t frequency = index.document_frequency(query.term);
    if (frequency == 0 || !(query.weight > 0)) continue;
    terms_.push_back({index.terms_[query.term].view(), query.weight,
                      query.weight * inverse_document_frequency(index.size(), frequency) * (scoring.k1 + 1)});
  }
}

// Calls use(message, share) for the messages in whose window `node` is.
template <typename Use>
void ConversationSignals::each_window_around(const Node& node, const Window& window, Use use) const {
  if (node.next != kNoDoc) {
    use(node.next, window.previous);
    const DocId second = index_.nodes_[node.next].next;
    if (second != kNoDoc) use(second, window.before_previous);
  }
  if (node.previous != kNoDoc) use(node.previous, window.next);
}

// The length that a message's neighbours add to it, their lengths being cut to `cut`.
float ConversationSignals::length_around(const Node& node, const Window& window, std::size_t cut) const {
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
float ConversationSignals::average_length(std::uint64_t own, const Window& window,
                                          std::uint64_t Lengths::* length) const {
  const auto& totals = index_.totals_;
  const auto all = static_cast<double>(totals.all.*length);
  const auto first = static_cast<double>(totals.first.*length);
  const auto last = static_cast<double>(totals.last.*length);
  const auto second_last = static_cast<double>(totals.second_last.*length);
  const double sum = static_cast<double>(own) + static_cast<double>(window.previous) * (all - last) +
                     static_cast<double>(window.next) * (all - first) +
                     static_cast<double>(window.before_previous) * (all - last - second_last);
  return static_cast<float>(sum / static_cast<double>(index_.size()));
}

void ConversationSignals::by_message(Scores& out) {
  const Norm norm_of = norm(average_length(index_.totals_.all.whole, {}, &Lengths::whole));
  for (const Term& term : terms_)
    each_posting(term, [&](const Posting& posting, const Node& node, auto) {
      const auto frequency = static_cast<float>(posting.frequency);
      out.add(posting.doc, term.factor * frequency / (frequency + norm_of(static_cast<float>(node.length))));
    });
}

void ConversationSignals::by_window(const Window& window, Scores& out) {
  const Norm norm_of = norm(average_length(index_.totals_.all.whole, window, &Lengths::whole));
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

void ConversationSignals::by_pieces(const Window& window, Scores& out) {
  constexpr std::uint8_t kByTerm = 1;    // reached by the term at hand
  constexpr std::uint8_t kBySignal = 2;  // touched by any term
  const Norm norm_of = norm(average_length(index_.totals_.all.piece, window, &Lengths::head));
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

}  // namespace holdfast::search
