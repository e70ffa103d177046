// Which inputs of each linear step stand out.
//
// A few dimensions of this network, the same for every text, are up to a hundred times as large as the others, above
// all for [CLS]. Eight bits over such a range leave little for the rest, and a weight's rounding error counts as often
// as the input is large. So the kOutliers inputs with the largest effect go around the eight bits, in floats: for
// about 4% more time the pooled vectors of short texts come from a cosine of 0.992 to over 0.998 of the float
// network's.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/embedded/float_weights.h"
#include "models/embedded/kernels/kernels.h"

namespace holdfast::models {

using Outliers = std::array<std::uint32_t, kOutliers>;  // inputs, rising

struct LayerOutliers {
  Outliers qkv = {};
  Outliers attended = {};
  Outliers up = {};
  Outliers down = {};
};

// Found by running the network over made-up sequences, by the largest value of each input times the length of its
// weights; one entry a layer.
[[nodiscard]] std::vector<LayerOutliers> find_outliers(const FloatWeights& weights);

}  // namespace holdfast::models
