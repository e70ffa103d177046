#include "search/vector_scan.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "search/vectors.h"

namespace holdfast::search {
namespace {

struct Rows {
  std::vector<std::int8_t> values;
  std::vector<float> scales;
  std::vector<QuantisedVector> vectors;
};

std::vector<float> unit(std::mt19937& chance, std::size_t dimensions) {
  std::normal_distribution<float> normal;
  std::vector<float> vector(dimensions);
  float squares = 0;
  for (float& value : vector) value = normal(chance), squares += value * value;
  for (float& value : vector) value /= std::sqrt(squares);
  return vector;
}

Rows rows(std::mt19937& chance, std::size_t count, std::size_t dimensions) {
  Rows made;
  for (std::size_t row = 0; row < count; ++row) {
    QuantisedVector vector = quantise(unit(chance, dimensions));
    made.values.insert(made.values.end(), vector.values.begin(), vector.values.end());
    made.scales.push_back(vector.scale);
    made.vectors.push_back(std::move(vector));
  }
  return made;
}

TEST(VectorScan, AgreesWithTheProductInFloat) {
  for (const std::size_t dimensions : {3UZ, 32UZ, 100UZ, 384UZ}) {
    std::mt19937 chance(11);
    const Rows made = rows(chance, 33, dimensions);
    const std::vector<float> query = unit(chance, dimensions);
    std::vector<float> out(33);
    scan(query, made.values, made.scales, out);
    for (std::size_t row = 0; row < 33; ++row)
      EXPECT_NEAR(out[row], dot(query, made.vectors[row]), .012f) << dimensions << ' ' << row;
  }
}

TEST(VectorScan, EveryMachineScoresAlike) {
  for (const std::size_t dimensions : {1UZ, 31UZ, 384UZ, 385UZ}) {
    std::mt19937 chance(5);
    const Rows made = rows(chance, 20, dimensions);
    const std::vector<float> query = unit(chance, dimensions);
    std::vector<float> here(20);
    std::vector<float> anywhere(20);
    scan(query, made.values, made.scales, here);
    scan_portable(query, made.values, made.scales, anywhere);
    EXPECT_EQ(here, anywhere) << scan_kernel() << ' ' << dimensions;
  }
}

TEST(VectorScan, LargestValuesDoNotOverflow) {
  const std::vector<float> query(4'096, 1.f / 64);
  const std::vector<std::int8_t> row(4'096, 127);
  const float scale = 1.f / (64 * 127);
  float out = 0;
  scan(query, row, {&scale, 1}, {&out, 1});
  EXPECT_NEAR(out, 1, 1e-3);
}

}  // namespace
}  // namespace holdfast::search
