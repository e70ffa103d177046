// Vectors as they are kept: pooled ones in 8 bits a dimension, those of tokens in one.
//
// Both are made from unit vectors in float, and both are compared with a query in float. Sizes for 384 dimensions:
// 388 bytes a pooled vector, 48 bytes a token.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace holdfast::search {

// value[i] ≈ scale · values[i], with |values[i]| ≤ 127.
struct QuantisedVector {
  float scale = 0;
  std::vector<std::int8_t> values;  // [dimensions]

  bool operator==(const QuantisedVector&) const = default;
};

[[nodiscard]] QuantisedVector quantise(std::span<const float> vector);
// Σ query[i] · scale · values[i]; the sizes must be equal.
[[nodiscard]] float dot(std::span<const float> query, const QuantisedVector& vector);

// The signs of token vectors once the mean over all tokens is taken from them: a bit a dimension, set where the value
// is positive, bit i of a token in byte i / 8 at i % 8. The dimensions are a multiple of 8.
struct TokenCodes {
  std::uint32_t bytes_per_token = 0;
  std::vector<std::uint8_t> bits;  // [tokens · bytes_per_token]

  [[nodiscard]] std::size_t tokens() const { return bytes_per_token == 0 ? 0 : bits.size() / bytes_per_token; }
  bool operator==(const TokenCodes&) const = default;
};

// Appends the codes of `tokens` ([n · dimensions]) whose `keep` is set (all when it is empty). `mean` is [dimensions].
void append_codes(std::span<const float> tokens, std::span<const float> mean, std::span<const bool> keep,
                  TokenCodes& codes);

}  // namespace holdfast::search
