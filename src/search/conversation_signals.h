// The raw signals of ConversationIndex: BM25 of a message alone, in its window, by pieces, and of groups of messages. A
// part of conversation_score.cc, which standardises and sums them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "search/conversation_index.h"

namespace holdfast::search {

// One query over one index. Everything goes a term at a time: the term's frequencies are gathered where they count,
// then saturated and added to the scores. The scratch must have room for the index's messages, sessions and pieces.
class ConversationSignals {
 public:
  ConversationSignals(const ConversationIndex& index, std::span<const QueryTerm> terms,
                      const ConversationScoring& scoring, ConversationScratch& scratch);

  // Each adds to an `out` just started.
  void by_message(Scores& out);
  void by_window(const Window& window, Scores& out);
  // Every piece of a message with the beginnings of its neighbours; the best piece's score is the message's.
  void by_pieces(const Window& window, Scores& out);

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

 private:
  using Posting = ConversationIndex::Posting;
  using Node = ConversationIndex::Node;
  using Lengths = ConversationIndex::Lengths;

  struct Term {
    std::span<const Posting> postings;
    float weight;
    float factor;  // weight · idf of single messages · (k1 + 1)
  };

  // k1 · (1 − b + b · length / average), as `fixed` + `per_term` · length.
  struct Norm {
    float fixed;
    float per_term;
    [[nodiscard]] float operator()(float length) const { return fixed + per_term * length; }
  };
  [[nodiscard]] Norm norm(float average) const {
    return {scoring_.k1 * (1 - scoring_.b), scoring_.k1 * scoring_.b / std::max(average, 1e-6f)};
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

  template <typename Use>
  void each_window_around(const Node& node, const Window& window, Use use) const;
  [[nodiscard]] float length_around(const Node& node, const Window& window, std::size_t cut) const;
  [[nodiscard]] float average_length(std::uint64_t own, const Window& window, std::uint64_t Lengths::* length) const;

  void reach(std::uint32_t at, float frequency) {
    if (!(frequency > 0)) return;
    float& sum = scratch_.frequency_[at];
    if (sum == 0) scratch_.reached_.push_back(at);
    sum += frequency;
  }

  const ConversationIndex& index_;
  const ConversationScoring& scoring_;
  ConversationScratch& scratch_;
  std::vector<Term> terms_;
};

}  // namespace holdfast::search
