// The network in 32-bit floats, written for clarity: what the fast one (network.h) is measured against.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "models/embedded/float_weights.h"

namespace holdfast::models {

enum class Step { kQkv, kAttended, kUp, kDown };

// Told what each linear step reads, row by row.
using Observer = std::function<void(std::size_t layer, Step step, std::span<const float> inputs)>;

// The last layer's vectors, [ids · kWidth] row by row, for a sequence with its special tokens, of 1 to kPositions ids,
// each under weights.words_count.
std::vector<float> reference_forward(const FloatWeights& weights, std::span<const std::uint32_t> ids,
                                     const Observer& observer = {});

}  // namespace holdfast::models
