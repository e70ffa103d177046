// The network in eight bits: the weights as they lie in the model file, activations brought to eight bits row by row
// before each linear step, sums in 32 bits, and the rest in floats.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/embedded/kernels/kernels.h"
#include "models/embedded/model_file.h"

namespace holdfast::models {

// Immutable; thread-safe. The model's bytes must outlive it.
class Network {
 public:
  Network(Model model, const Kernels& kernels);

  // The last layer's vectors, [all ids · kWidth] row by row, of sequences with their special tokens, each of 1 to
  // kPositions ids under the model's words_count. A sequence's vectors do not depend on the others. The sequences'
  // tokens lie side by side without padding; working memory is about 14 KB a token.
  [[nodiscard]] std::vector<float> forward(std::span<const std::span<const std::uint32_t>> sequences) const;

 private:
  struct Work;
  void embed(std::span<const std::span<const std::uint32_t>> sequences, float* x) const;
  void apply(const PackedLinear& linear, float* x, bool gelu, Work& work, float* out) const;

  Model model_;
  const Kernels& kernels_;
};

}  // namespace holdfast::models
