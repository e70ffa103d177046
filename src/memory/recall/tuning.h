// Weights other than the shipped ones, for one request: how a measurement tells what each signal and channel is worth.
//
// The server never sets it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "memory/recall/weights.h"

namespace holdfast::memory {

struct RecallTuning {
  // Where there are no vectors, kByWords is what is shipped.
  weights::Sum dialogue = weights::kDialogue;
  weights::Sum chat = weights::kChat;
  std::vector<std::pair<std::string, double>> channels;  // name and weight; a channel of weight 0 is left out

  // The weight given here; nullopt when the channel keeps its own.
  [[nodiscard]] std::optional<double> channel(std::string_view name) const;
};

// The signals of a sum by name, in the order of weights::Sum.
struct SumField {
  std::string_view name;
  float weights::Sum::* value;
};
[[nodiscard]] std::span<const SumField> sum_fields();

}  // namespace holdfast::memory
