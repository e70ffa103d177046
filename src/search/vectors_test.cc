#include "search/vectors.h"

#include <array>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace holdfast::search {
namespace {

std::vector<float> unit(std::size_t dimensions, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> vector(dimensions);
  float squares = 0;
  for (float& value : vector) {
    value = normal(random);
    squares += value * value;
  }
  for (float& value : vector) value /= std::sqrt(squares);
  return vector;
}

TEST(Vectors, QuantisedOnesKeepTheirProductsWithinAHundredth) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    const std::vector<float> a = unit(384, seed);
    const std::vector<float> b = unit(384, seed + 100);
    float exact = 0;
    for (std::size_t i = 0; i < a.size(); ++i) exact += a[i] * b[i];
    EXPECT_NEAR(dot(a, quantise(b)), exact, .01);
    EXPECT_NEAR(dot(a, quantise(a)), 1, .01);
  }
}

TEST(Vectors, AVectorOfZerosStaysOne) {
  const std::vector<float> zeros(16, 0.f);
  EXPECT_EQ(dot(zeros, quantise(zeros)), 0);
}

TEST(Vectors, CodesAreTheSignsAroundTheMean) {
  const std::array<float, 8> mean = {0, 0, 0, 0, .5f, .5f, -.5f, -.5f};
  const std::array<float, 16> tokens = {1, -1, 1, -1, 1, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1, 1};
  TokenCodes codes;
  append_codes(tokens, mean, {}, codes);
  EXPECT_EQ(codes.tokens(), 2U);
  EXPECT_EQ(codes.bits, (std::vector<std::uint8_t>{0b01010101, 0b10000000}));

  const std::array<bool, 2> keep = {false, true};
  TokenCodes second;
  append_codes(tokens, mean, keep, second);
  EXPECT_EQ(second.bits, (std::vector<std::uint8_t>{0b10000000}));
}

}  // namespace
}  // namespace holdfast::search
