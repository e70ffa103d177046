#include "models/embedded/model_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <set>

#include "models/embedded/embedded_testing.h"

namespace holdfast::models {
namespace {

// What a weight of a packed step stands for.
float weight_of(const PackedLinear& linear, std::size_t output, std::size_t input) {
  const auto outlier = std::find(linear.outliers.begin(), linear.outliers.end(), input);
  if (outlier != linear.outliers.end())
    return linear
        .outlier_weights[(static_cast<std::size_t>(outlier - linear.outliers.begin()) * linear.outputs) + output];
  return linear.scales[output] *
         static_cast<float>(linear.weights[packed_index(output, input, linear.inputs)] - kWeightOffset);
}

void expect_near(const PackedLinear& packed, const FloatLinear& linear) {
  ASSERT_EQ(packed.outputs, linear.outputs);
  ASSERT_EQ(packed.inputs, linear.inputs);
  std::size_t far = 0;
  std::size_t wrong_sums = 0;
  for (std::size_t output = 0; output < linear.outputs; ++output) {
    std::int32_t sum = 0;
    for (std::size_t input = 0; input < linear.inputs; ++input) {
      const float difference = weight_of(packed, output, input) - linear.weights[(output * linear.inputs) + input];
      if (std::abs(difference) > packed.scales[output] * 0.501F) ++far;
      sum += packed.weights[packed_index(output, input, linear.inputs)] - kWeightOffset;
    }
    if (sum != packed.sums[output]) ++wrong_sums;
  }
  EXPECT_EQ(far, 0U);
  EXPECT_EQ(wrong_sums, 0U);
  EXPECT_TRUE(std::equal(packed.bias.begin(), packed.bias.end(), linear.bias.begin(), linear.bias.end()));
}

TEST(ModelFile, HoldsThePublishedWeightsToHalfAStep) {
  const Model model = read_model_file(model_bytes().bytes()).value();
  const FloatWeights& weights = published_weights();
  ASSERT_EQ(model.layers.size(), weights.layers.size());
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    expect_near(model.layers[i].qkv, weights.layers[i].qkv);
    expect_near(model.layers[i].attended, weights.layers[i].attended);
    expect_near(model.layers[i].up, weights.layers[i].up);
    expect_near(model.layers[i].down, weights.layers[i].down);
  }
  ASSERT_EQ(model.words.values.size(), weights.words.size());
  std::size_t far = 0;
  for (std::size_t i = 0; i < weights.words.size(); ++i) {
    const float scale = model.words.scales[i / kWidth];
    if (std::abs(static_cast<float>(model.words.values[i]) * scale - weights.words[i]) > scale * 0.501F) ++far;
  }
  EXPECT_EQ(far, 0U);
}

TEST(ModelFile, IsSmallAndAligned) {
  EXPECT_LE(model_bytes().bytes().size(), 24'000'000U);
  const Model model = read_model_file(model_bytes().bytes()).value();
  for (const PackedLayer& layer : model.layers)
    for (const PackedLinear* linear : {&layer.qkv, &layer.attended, &layer.up, &layer.down})
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(linear->weights.data()) % 64, 0U);
}

TEST(Packing, GivesEveryWeightAPlaceOfItsOwn) {
  std::set<std::size_t> places;
  for (std::size_t output = 0; output < 64; ++output)
    for (std::size_t input = 0; input < 32; ++input) places.insert(packed_index(output, input, 32));
  EXPECT_EQ(places.size(), 64U * 32U);
  EXPECT_EQ(*places.rbegin(), 64U * 32U - 1);
}

}  // namespace
}  // namespace holdfast::models
