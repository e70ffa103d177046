// The network in 32-bit floats, written for clarity: what the fast one (network.h) is measured against.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/embedded/float_weights.h"

namespace holdfast::models {

// The last layer's vectors, [ids · kWidth] row by row, for a sequence with its special tokens, of 1 to kPositions ids,
// each under weights.words_count.
[[nodiscard]] std::vector<float> reference_forward(const FloatWeights& weights, std::span<const std::uint32_t> ids);

}  // namespace holdfast::models
