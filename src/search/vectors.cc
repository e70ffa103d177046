#include "search/vectors.h"

#include <algorithm>
#include <cmath>

namespace holdfast::search {

QuantisedVector quantise(std::span<const float> vector) {
  float largest = 0;
  for (const float value : vector) largest = std::max(largest, std::abs(value));
  QuantisedVector quantised{.scale = largest / 127, .values = std::vector<std::int8_t>(vector.size())};
  if (largest == 0) return quantised;
  for (std::size_t i = 0; i < vector.size(); ++i) {
    quantised.values[i] = static_cast<std::int8_t>(std::lround(vector[i] / quantised.scale));
  }
  return quantised;
}

float dot(std::span<const float> query, const QuantisedVector& vector) {
  float sum = 0;
  for (std::size_t i = 0; i < query.size(); ++i) sum += query[i] * static_cast<float>(vector.values[i]);
  return sum * vector.scale;
}

void append_codes(std::span<const float> tokens, std::span<const float> mean, std::span<const bool> keep,
                  TokenCodes& codes) {
  const std::size_t dimensions = mean.size();
  codes.bytes_per_token = static_cast<std::uint32_t>(dimensions / 8);
  for (std::size_t token = 0; token * dimensions < tokens.size(); ++token) {
    if (!keep.empty() && !keep[token]) continue;
    const std::size_t at = codes.bits.size();
    codes.bits.resize(at + codes.bytes_per_token, 0);
    for (std::size_t i = 0; i < dimensions; ++i) {
      if (tokens[token * dimensions + i] > mean[i]) {
        codes.bits[at + i / 8] = static_cast<std::uint8_t>(codes.bits[at + i / 8] | (1u << (i % 8)));
      }
    }
  }
}

}  // namespace holdfast::search
