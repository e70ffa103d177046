#include "models/embedded/float_weights.h"

#include <fmt/core.h>

#include <cmath>
#include <string>
#include <utility>

namespace holdfast::models {
namespace {

Result<FloatLinear> read_linear(const Safetensors& file, const std::string& name, std::size_t outputs,
                                std::size_t inputs) {
  FloatLinear result{.outputs = outputs, .inputs = inputs};
  HOLDFAST_TRY(result.weights, file.floats(name + ".weight", {outputs, inputs}));
  HOLDFAST_TRY(result.bias, file.floats(name + ".bias", {outputs}));
  return result;
}

Result<FloatNorm> read_norm(const Safetensors& file, const std::string& name) {
  FloatNorm result;
  HOLDFAST_TRY(result.scale, file.floats(name + ".weight", {kWidth}));
  HOLDFAST_TRY(result.shift, file.floats(name + ".bias", {kWidth}));
  return result;
}

void append_below(FloatLinear& above, const FloatLinear& below) {
  above.outputs += below.outputs;
  above.weights.insert(above.weights.end(), below.weights.begin(), below.weights.end());
  above.bias.insert(above.bias.end(), below.bias.begin(), below.bias.end());
}

Result<FloatLayer> read_layer(const Safetensors& file, const std::string& name) {
  FloatLayer result;
  HOLDFAST_TRY(result.qkv, read_linear(file, name + ".attention.self.query", kWidth, kWidth));
  const float factor = 1.0F / std::sqrt(static_cast<float>(kHeadWidth));
  for (float& weight : result.qkv.weights) weight *= factor;
  for (float& bias : result.qkv.bias) bias *= factor;
  HOLDFAST_TRY(const FloatLinear keys, read_linear(file, name + ".attention.self.key", kWidth, kWidth));
  HOLDFAST_TRY(const FloatLinear values, read_linear(file, name + ".attention.self.value", kWidth, kWidth));
  append_below(result.qkv, keys);
  append_below(result.qkv, values);
  HOLDFAST_TRY(result.attended, read_linear(file, name + ".attention.output.dense", kWidth, kWidth));
  HOLDFAST_TRY(result.attended_norm, read_norm(file, name + ".attention.output.LayerNorm"));
  HOLDFAST_TRY(result.up, read_linear(file, name + ".intermediate.dense", kInner, kWidth));
  HOLDFAST_TRY(result.down, read_linear(file, name + ".output.dense", kWidth, kInner));
  HOLDFAST_TRY(result.down_norm, read_norm(file, name + ".output.LayerNorm"));
  return result;
}

}  // namespace

Result<FloatWeights> read_weights(const Safetensors& file, std::size_t words_count) {
  FloatWeights result{.words_count = words_count};
  HOLDFAST_TRY(result.words, file.floats("embeddings.word_embeddings.weight", {words_count, kWidth}));
  HOLDFAST_TRY(result.positions, file.floats("embeddings.position_embeddings.weight", {kPositions, kWidth}));
  HOLDFAST_TRY(const std::vector<float> types, file.floats("embeddings.token_type_embeddings.weight", {2, kWidth}));
  for (std::size_t i = 0; i < result.positions.size(); ++i) result.positions[i] += types[i % kWidth];
  HOLDFAST_TRY(result.norm, read_norm(file, "embeddings.LayerNorm"));
  for (std::size_t layer = 0; layer < kLayers; ++layer) {
    HOLDFAST_TRY(FloatLayer read, read_layer(file, fmt::format("encoder.layer.{}", layer)));
    result.layers.push_back(std::move(read));
  }
  return result;
}

}  // namespace holdfast::models
