// Every set of kernels that this machine can run, against plain sums.
#include "models/embedded/kernels/kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "models/embedded/kernels/select.h"
#include "models/embedded/model_file.h"

namespace holdfast::models {
namespace {

class KernelsTest : public testing::TestWithParam<const Kernels*> {
 protected:
  std::vector<float> floats(std::size_t count, float spread) {
    std::normal_distribution<float> normal(0, spread);
    std::vector<float> result(count);
    for (float& value : result) value = normal(chance_);
    return result;
  }
  std::mt19937 chance_{7};
};

INSTANTIATE_TEST_SUITE_P(Usable, KernelsTest, testing::ValuesIn(usable_kernels().begin(), usable_kernels().end()),
                         [](const auto& test) { return std::string(test.param->name); });

struct Bytes {
  Bytes(std::size_t rows, std::size_t columns)
      : values(rows * columns), scales(rows), zeros(rows), sums(rows), outliers(rows * kOutliers) {}
  ByteRows view() { return {values.data(), scales.data(), zeros.data(), sums.data(), outliers.data()}; }
  std::vector<std::int8_t> values;
  std::vector<float> scales;
  std::vector<std::int32_t> zeros;
  std::vector<std::int32_t> sums;
  std::vector<float> outliers;
};

constexpr std::uint32_t kColumns[kOutliers] = {0, 5, 17, 31};

TEST_P(KernelsTest, BytesStandForTheRowsToHalfAStep) {
  constexpr std::size_t kRows = 5;
  constexpr std::size_t kWide = 64;
  std::vector<float> x = floats(kRows * kWide, 1);
  for (std::size_t i = 0; i < kWide; ++i) {
    x[i] = 0;                                   // a row of zeros
    x[kWide + i] = std::abs(x[kWide + i]) + 1;  // and one without a zero in its range
  }
  x[(2 * kWide) + kColumns[1]] = 1000;  // an outlier does not count
  const std::vector<float> before = x;
  Bytes bytes(kRows, kWide);
  GetParam()->quantise(x.data(), kRows, kWide, kColumns, bytes.view());
  EXPECT_EQ(x, before);
  for (std::size_t row = 0; row < kRows; ++row) {
    EXPECT_LT(bytes.scales[row], 1.01F);
    int sum = 0;
    for (std::size_t i = 0; i < kWide; ++i) {
      const int value = bytes.values[(row * kWide) + i];
      sum += value;
      const auto* const outlier = std::find(std::begin(kColumns), std::end(kColumns), i);
      const float wanted = outlier == std::end(kColumns) ? x[(row * kWide) + i] : 0.0F;
      EXPECT_NEAR(bytes.scales[row] * static_cast<float>(value - bytes.zeros[row]), wanted, bytes.scales[row] * 1.001F);
      if (outlier != std::end(kColumns))
        EXPECT_EQ(bytes.outliers[(row * kOutliers) + static_cast<std::size_t>(outlier - kColumns)],
                  x[(row * kWide) + i]);
    }
    EXPECT_EQ(bytes.sums[row], sum);
  }
}

// Bytes and weights at their ends, too: that is where 16-bit sums would overflow.
TEST_P(KernelsTest, LinearStepsAreExact) {
  constexpr std::size_t kOutputs = 128;
  constexpr std::size_t kInputs = 1536;
  for (const std::size_t rows : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 13U}) {
    Bytes bytes(rows, kInputs);
    std::uniform_int_distribution<int> any(-128, 127);
    for (std::size_t i = 0; i < bytes.values.size(); ++i)
      bytes.values[i] = static_cast<std::int8_t>(i < kInputs ? (i % 3 == 0 ? 127 : -128) : any(chance_));
    for (std::size_t row = 0; row < rows; ++row) {
      bytes.scales[row] = 0.01F;
      bytes.zeros[row] = static_cast<std::int32_t>(row) - 3;
      for (std::size_t i = 0; i < kInputs; ++i) bytes.sums[row] += bytes.values[(row * kInputs) + i];
    }
    bytes.outliers = floats(rows * kOutliers, 3);
    std::vector<std::uint8_t> weights(kOutputs * kInputs);
    std::vector<std::int32_t> sums(kOutputs);
    for (std::size_t output = 0; output < kOutputs; ++output)
      for (std::size_t input = 0; input < kInputs; ++input) {
        const int weight = output < 16 ? (input % 2 == output % 2 ? 127 : -127) : any(chance_) * 127 / 128;
        weights[packed_index(output, input, kInputs)] = static_cast<std::uint8_t>(weight + kWeightOffset);
        sums[output] += weight;
      }
    const std::vector<float> scales(kOutputs, 0.001F);
    const std::vector<float> bias = floats(kOutputs, 1);
    const std::vector<float> outlier_weights = floats(kOutliers * kOutputs, 1);
    const LinearStep step{kOutputs,    kInputs,     weights.data(),        scales.data(),
                          sums.data(), bias.data(), outlier_weights.data()};
    std::vector<float> out(rows * kOutputs);
    std::vector<float> gelu(rows * kOutputs);
    GetParam()->linear(step, bytes.view(), rows, false, out.data());
    GetParam()->linear(step, bytes.view(), rows, true, gelu.data());
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t output = 0; output < kOutputs; ++output) {
        std::int64_t products = 0;
        for (std::size_t input = 0; input < kInputs; ++input)
          products += (bytes.values[(row * kInputs) + input] - bytes.zeros[row]) *
                      (weights[packed_index(output, input, kInputs)] - kWeightOffset);
        double wanted = static_cast<double>(products) * 0.01 * 0.001 + bias[output];
        for (std::size_t i = 0; i < kOutliers; ++i)
          wanted += bytes.outliers[(row * kOutliers) + i] * outlier_weights[(i * kOutputs) + output];
        const std::size_t at = (row * kOutputs) + output;
        ASSERT_NEAR(out[at], wanted, 1e-3) << rows << " rows, row " << row << ", output " << output;
        ASSERT_NEAR(gelu[at], 0.5 * out[at] * (1 + std::erf(out[at] / std::sqrt(2.0))),
                    1e-4 + 6e-6 * std::abs(out[at]));
      }
  }
}

TEST_P(KernelsTest, RowsAreAddedAndNormalised) {
  constexpr std::size_t kRows = 3;
  constexpr std::size_t kWide = 384;
  const std::vector<float> before = floats(kRows * kWide, 2);
  const std::vector<float> added = floats(kRows * kWide, 1);
  const std::vector<float> scale = floats(kWide, 1);
  const std::vector<float> shift = floats(kWide, 1);
  for (const bool adds : {false, true}) {
    std::vector<float> x = before;
    GetParam()->add_and_norm(x.data(), adds ? added.data() : nullptr, scale.data(), shift.data(), kRows, kWide);
    for (std::size_t row = 0; row < kRows; ++row) {
      const auto value = [&](std::size_t i) {
        return static_cast<double>(before[(row * kWide) + i]) + (adds ? added[(row * kWide) + i] : 0.0F);
      };
      double mean = 0;
      double variance = 0;
      for (std::size_t i = 0; i < kWide; ++i) mean += value(i) / kWide;
      for (std::size_t i = 0; i < kWide; ++i) variance += (value(i) - mean) * (value(i) - mean) / kWide;
      for (std::size_t i = 0; i < kWide; ++i)
        ASSERT_NEAR(x[(row * kWide) + i], (value(i) - mean) / std::sqrt(variance) * scale[i] + shift[i], 1e-4);
    }
  }
}

TEST_P(KernelsTest, AttentionMixesTheValues) {
  constexpr std::size_t kHeadCount = 2;
  constexpr std::size_t kWide = kHeadCount * 32;
  for (const std::size_t tokens : {1U, 2U, 7U, 32U, 33U, 70U}) {
    const std::vector<float> qkv = floats(tokens * 3 * kWide, 1);
    std::vector<float> out(tokens * kWide);
    std::vector<float> scratch(36 * (tokens + 32));
    GetParam()->attend(qkv.data(), tokens, kHeadCount, out.data(), scratch.data());
    for (std::size_t head = 0; head < kHeadCount; ++head)
      for (std::size_t i = 0; i < tokens; ++i) {
        std::vector<double> weights(tokens);
        double total = 0;
        for (std::size_t j = 0; j < tokens; ++j) {
          double score = 0;
          for (std::size_t d = 0; d < 32; ++d)
            score += qkv[(i * 3 * kWide) + (head * 32) + d] * qkv[(j * 3 * kWide) + kWide + (head * 32) + d];
          total += weights[j] = std::exp(score);
        }
        for (std::size_t d = 0; d < 32; ++d) {
          double wanted = 0;
          for (std::size_t j = 0; j < tokens; ++j)
            wanted += weights[j] / total * qkv[(j * 3 * kWide) + (2 * kWide) + (head * 32) + d];
          ASSERT_NEAR(out[(i * kWide) + (head * 32) + d], wanted, 1e-4) << tokens << " tokens";
        }
      }
  }
}

}  // namespace
}  // namespace holdfast::models
