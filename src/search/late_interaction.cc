#include "search/late_interaction.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace holdfast::search {
namespace {

constexpr std::size_t kByteValues = 256;

// Sums of one token's signed values for every value of each byte of a code, in 16 bits so that they stay in the first
// cache: entry[byte][value] ≈ Σ ±q / step.
class Table {
 public:
  explicit Table(std::size_t bytes) : bytes_(bytes), entries_(bytes * kByteValues) {}

  void fill(std::span<const float> token) {
    float largest = 0;
    for (const float value : token) largest += std::abs(value);
    step_ = largest > 0 ? largest / 32'000.f : 1;
    for (std::size_t byte = 0; byte < bytes_; ++byte) {
      const std::span<const float> values = token.subspan(byte * 8, 8);
      std::int16_t* const entries = entries_.data() + byte * kByteValues;
      float low[16];
      float high[16];
      halves(values.first(4), low);
      halves(values.subspan(4), high);
      for (std::size_t h = 0; h < 16; ++h) {
        for (std::size_t l = 0; l < 16; ++l)
          entries[h * 16 + l] = static_cast<std::int16_t>(std::nearbyint(high[h] + low[l]));
      }
    }
  }

  // The largest product over the tokens of one document.
  [[nodiscard]] float largest(std::span<const std::uint8_t> codes) const {
    std::int32_t most = std::numeric_limits<std::int32_t>::min();
    for (const std::uint8_t* code = codes.data(); code + bytes_ <= codes.data() + codes.size(); code += bytes_) {
      const std::int16_t* entries = entries_.data();
      std::int32_t even = 0;
      std::int32_t odd = 0;
      std::size_t byte = 0;
      for (; byte + 2 <= bytes_; byte += 2, entries += 2 * kByteValues) {
        even += entries[code[byte]];
        odd += entries[kByteValues + code[byte + 1]];
      }
      if (byte < bytes_) even += entries[code[byte]];
      most = std::max(most, even + odd);
    }
    return static_cast<float>(most) * step_;
  }

 private:
  // The sums of four signed values, in steps, for every pattern of signs.
  void halves(std::span<const float> values, float* sums) const {
    for (unsigned pattern = 0; pattern < 16; ++pattern) {
      float sum = 0;
      for (std::size_t i = 0; i < 4; ++i) sum += (pattern >> i & 1) != 0 ? values[i] : -values[i];
      sums[pattern] = sum / step_;
    }
  }

  std::size_t bytes_;
  float step_ = 1;
  std::vector<std::int16_t> entries_;
};

}  // namespace

void max_products(std::span<const float> tokens, std::size_t dimensions,
                  std::span<const std::span<const std::uint8_t>> documents, std::span<float> out) {
  const std::size_t bytes = dimensions / 8;
  if (bytes == 0) return;
  const std::size_t count = tokens.size() / dimensions;
  const float scale = 1 / std::sqrt(static_cast<float>(dimensions));
  thread_local Table table(bytes);
  if (thread_local std::size_t held = bytes; held != bytes) {
    table = Table(bytes);
    held = bytes;
  }
  for (std::size_t token = 0; token < count; ++token) {
    table.fill(tokens.subspan(token * dimensions, dimensions));
    for (std::size_t document = 0; document < documents.size(); ++document)
      out[document * count + token] =
          documents[document].size() < bytes ? kNoProduct : table.largest(documents[document]) * scale;
  }
}

}  // namespace holdfast::search
