// The network's weights as published, in 32-bit floats: what the model file is made from and what tests compare with.
//
// Three things are folded in, so that nobody need do them at run time: the queries' weights and biases carry the
// attention's factor 1/√kHeadWidth, the positions carry the (only) token type, and queries, keys and values are one
// linear step.
#pragma once

#include <cstddef>
#include <vector>

#include "base/result.h"
#include "models/embedded/safetensors.h"
#include "models/embedded/shape.h"

namespace holdfast::models {

struct FloatLinear {
  std::size_t outputs = 0;
  std::size_t inputs = 0;
  std::vector<float> weights = {};  // [outputs · inputs], row by row: y = W x + bias
  std::vector<float> bias = {};     // [outputs]
};

struct FloatNorm {
  std::vector<float> scale = {};  // [kWidth]
  std::vector<float> shift = {};  // [kWidth]
};

struct FloatLayer {
  FloatLinear qkv;  // queries, keys, values, one below the other
  FloatLinear attended;
  FloatNorm attended_norm;
  FloatLinear up;
  FloatLinear down;
  FloatNorm down_norm;
};

struct FloatWeights {
  std::size_t words_count = 0;
  std::vector<float> words = {};      // [words_count · kWidth]
  std::vector<float> positions = {};  // [kPositions · kWidth]
  FloatNorm norm = {};
  std::vector<FloatLayer> layers = {};
};

// kCorrupt when a tensor is missing or has another shape.
[[nodiscard]] Result<FloatWeights> read_weights(const Safetensors& file, std::size_t words_count);

}  // namespace holdfast::models
