// Late interaction as a signal of candidates of a ConversationIndex (late_interaction.h has the arithmetic).
//
// Two values a message, each standardised by a sample of all messages: the weighted sum of the best products; and the
// same after each token's products were standardised on their own and a message was given, for each token, the best of
// its own and a share of its neighbours': an answer's words often stand in the turn before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "search/conversation_index.h"

namespace holdfast::search {

// A question's tokens, those that say something.
struct LateQuery {
  std::size_t dimensions = 0;
  std::vector<float> tokens;   // [n · dimensions], the mean over all tokens taken
  std::vector<float> weights;  // [n], > 0

  [[nodiscard]] std::size_t size() const { return weights.size(); }
};

struct LateWeights {
  float plain = 0;     // of the sum of products
  float windowed = 0;  // of the sum of what a message and its neighbours have of each token
  Window window;       // shares of the neighbours
};

class LateSignal final : public CandidateSignal {
 public:
  // The codes of a message's tokens; empty for a message that has none, which counts as an average one. What it is
  // made from must outlive the signal.
  using Codes = std::function<std::span<const std::uint8_t>(DocId)>;

  LateSignal(const ConversationIndex& index, const LateQuery& query, Codes codes, LateWeights weights)
      : index_(index), query_(query), codes_(std::move(codes)), weights_(weights) {}

  void score(std::span<const DocId> candidates, std::span<const DocId> sample,
             std::span<CandidateValue> values) override;

 private:
  const ConversationIndex& index_;
  const LateQuery& query_;
  Codes codes_;
  LateWeights weights_;
};

}  // namespace holdfast::search
