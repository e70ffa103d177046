#include "models/embedded/outliers.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>

#include "models/embedded/reference.h"

namespace holdfast::models {
namespace {

constexpr std::uint32_t kClassify = 101;  // [CLS]
constexpr std::uint32_t kSeparate = 102;  // [SEP]
constexpr std::size_t kFirstWord = 1000;  // before it the vocabulary has signs and empty entries
constexpr std::size_t kLongest = 32;

// Words from all over the vocabulary; the numbers are primes far apart.
std::vector<std::uint32_t> made_up(std::size_t words, std::size_t words_count) {
  std::vector<std::uint32_t> ids = {kClassify};
  for (std::size_t i = 0; i < words; ++i)
    ids.push_back(static_cast<std::uint32_t>(kFirstWord + ((words * 7919 + i * 104729) % (words_count - kFirstWord))));
  ids.push_back(kSeparate);
  return ids;
}

// The largest absolute value of each input of each step.
struct Largest {
  std::vector<float> qkv = std::vector<float>(kWidth);
  std::vector<float> attended = std::vector<float>(kWidth);
  std::vector<float> up = std::vector<float>(kWidth);
  std::vector<float> down = std::vector<float>(kInner);

  std::vector<float>& of(Step step) {
    switch (step) {
      case Step::kQkv:
        return qkv;
      case Step::kAttended:
        return attended;
      case Step::kUp:
        return up;
      case Step::kDown:
        break;
    }
    return down;
  }
};

Outliers outliers_of(const FloatLinear& linear, const std::vector<float>& largest) {
  std::vector<float> effect(linear.inputs);
  for (std::size_t output = 0; output < linear.outputs; ++output)
    for (std::size_t input = 0; input < linear.inputs; ++input) {
      const float weight = linear.weights[(output * linear.inputs) + input];
      effect[input] += weight * weight;
    }
  for (std::size_t input = 0; input < linear.inputs; ++input) effect[input] = std::sqrt(effect[input]) * largest[input];
  std::vector<std::uint32_t> inputs(linear.inputs);
  std::iota(inputs.begin(), inputs.end(), 0U);
  std::sort(inputs.begin(), inputs.end(),
            [&](std::uint32_t a, std::uint32_t b) { return effect[a] != effect[b] ? effect[a] > effect[b] : a < b; });
  Outliers result;
  std::copy_n(inputs.begin(), kOutliers, result.begin());
  std::sort(result.begin(), result.end());
  return result;
}

}  // namespace

std::vector<LayerOutliers> find_outliers(const FloatWeights& weights) {
  std::vector<Largest> largest(weights.layers.size());
  const auto observe = [&](std::size_t layer, Step step, std::span<const float> inputs) {
    std::vector<float>& most = largest[layer].of(step);
    for (std::size_t i = 0; i < inputs.size(); ++i)
      most[i % most.size()] = std::max(most[i % most.size()], std::abs(inputs[i]));
  };
  reference_forward(weights, made_up(0, weights.words_count), observe);
  for (std::size_t words = 1; words <= kLongest; words *= 2)
    reference_forward(weights, made_up(words, weights.words_count), observe);

  std::vector<LayerOutliers> result;
  for (std::size_t i = 0; i < weights.layers.size(); ++i) {
    const FloatLayer& layer = weights.layers[i];
    result.push_back({.qkv = outliers_of(layer.qkv, largest[i].qkv),
                      .attended = outliers_of(layer.attended, largest[i].attended),
                      .up = outliers_of(layer.up, largest[i].up),
                      .down = outliers_of(layer.down, largest[i].down)});
  }
  return result;
}

}  // namespace holdfast::models
