#include "search/late_interaction.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "search/vectors.h"

namespace holdfast::search {
namespace {

std::vector<float> unit_vectors(std::mt19937& chance, std::size_t count, std::size_t dimensions) {
  std::normal_distribution<float> normal;
  std::vector<float> values(count * dimensions);
  for (std::size_t at = 0; at < count; ++at) {
    float squares = 0;
    for (std::size_t i = 0; i < dimensions; ++i) {
      values[at * dimensions + i] = normal(chance);
      squares += values[at * dimensions + i] * values[at * dimensions + i];
    }
    for (std::size_t i = 0; i < dimensions; ++i) values[at * dimensions + i] /= std::sqrt(squares);
  }
  return values;
}

TEST(LateInteraction, FindsForEachTokenTheBestOfTheDocument) {
  for (const std::size_t dimensions : {8UZ, 24UZ, 384UZ}) {
    std::mt19937 chance(7);
    const std::vector<float> query = unit_vectors(chance, 5, dimensions);
    const std::vector<float> mean(dimensions, .01f);
    std::vector<TokenCodes> codes(4);
    for (std::size_t document = 0; document < codes.size(); ++document)
      append_codes(unit_vectors(chance, document, dimensions), mean, {}, codes[document]);
    std::vector<std::span<const std::uint8_t>> documents;
    for (const TokenCodes& one : codes) documents.push_back(one.bits);
    std::vector<float> out(documents.size() * 5);
    max_products(query, dimensions, documents, out);
    for (std::size_t token = 0; token < 5; ++token) {
      EXPECT_EQ(out[token], kNoProduct) << "no tokens";
      for (std::size_t document = 1; document < documents.size(); ++document) {
        double best = -1e9;
        for (std::size_t d = 0; d < document; ++d) {
          double sum = 0;
          for (std::size_t i = 0; i < dimensions; ++i) {
            const bool set = (codes[document].bits[d * dimensions / 8 + i / 8] >> (i % 8) & 1) != 0;
            sum += static_cast<double>(query[token * dimensions + i]) * (set ? 1 : -1);
          }
          best = std::max(best, sum / std::sqrt(static_cast<double>(dimensions)));
        }
        EXPECT_NEAR(out[document * 5 + token], best, 2e-3) << dimensions << ' ' << document << ' ' << token;
      }
    }
  }
}

TEST(LateInteraction, ATokenMeetsItselfBest) {
  std::mt19937 chance(3);
  const std::vector<float> tokens = unit_vectors(chance, 6, 384);
  const std::vector<float> mean(384, 0.f);
  std::vector<TokenCodes> codes(6);
  std::vector<std::span<const std::uint8_t>> documents;
  for (std::size_t at = 0; at < 6; ++at) {
    append_codes(std::span(tokens).subspan(at * 384, 384), mean, {}, codes[at]);
    documents.push_back(codes[at].bits);
  }
  std::vector<float> out(36);
  max_products(tokens, 384, documents, out);
  for (std::size_t document = 0; document < 6; ++document) {
    for (std::size_t token = 0; token < 6; ++token) {
      // E |x| of a normal variable is √(2/π) of its deviation.
      if (document == token) EXPECT_NEAR(out[document * 6 + token], .8f, .05f);
      if (document != token) EXPECT_LT(std::abs(out[document * 6 + token]), .3f);
    }
  }
}

TEST(LateInteraction, KeepsDimensionsOfDifferentEncodersApart) {
  const std::vector<float> small(8, .5f);
  const std::vector<float> large(16, .25f);
  const std::vector<std::uint8_t> ones(2, 0xFF);
  const std::span<const std::uint8_t> first = std::span(ones).first(1);
  const std::span<const std::uint8_t> both = ones;
  float out = 0;
  max_products(small, 8, {&first, 1}, {&out, 1});
  EXPECT_NEAR(out, 4 / std::sqrt(8.f), 1e-3);
  max_products(large, 16, {&both, 1}, {&out, 1});
  EXPECT_NEAR(out, 1, 1e-3);
  max_products(small, 8, {&first, 1}, {&out, 1});
  EXPECT_NEAR(out, 4 / std::sqrt(8.f), 1e-3);
}

}  // namespace
}  // namespace holdfast::search
