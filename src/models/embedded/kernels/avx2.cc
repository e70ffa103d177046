// For x86-64 with AVX2 and FMA.
#include "models/embedded/kernels/kernels.h"

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

#define HOLDFAST_LANES 8
#include "models/embedded/kernels/lanes.h"

namespace holdfast::models {
namespace {

constexpr size_t kRows = 4;
constexpr size_t kHalves = 2;  // of a block of 16 outputs
constexpr size_t kBlock = 16;
constexpr size_t kDepth = 4;
constexpr size_t kBlockBytes = 64;

// vpmaddubsw adds two products of an unsigned and a signed byte in 16 bits, and cuts what does not fit. With |value|
// on the unsigned side (at most 128) and the weight, given the value's sign, on the other (at most 127), the sum is at
// most 32,512, which fits.
template <size_t Rows>
inline void tile(const LinearStep& step, const ByteRows& x, size_t row, size_t output, bool gelu, float* out) {
  const int8_t* const values = x.values + row * step.inputs;
  const std::uint8_t* const weights = step.weights + output * step.inputs;
  const __m256i offset = _mm256_set1_epi8(static_cast<char>(0x80));
  const __m256i ones = _mm256_set1_epi16(1);
  __m256i sums[Rows][kHalves];
  for (size_t r = 0; r < Rows; ++r)
    for (size_t h = 0; h < kHalves; ++h) sums[r][h] = _mm256_setzero_si256();
  for (size_t input = 0; input < step.inputs; input += kDepth) {
    __m256i w[kHalves];
    for (size_t h = 0; h < kHalves; ++h) {
      const std::uint8_t* const from = weights + input / kDepth * kBlockBytes + h * sizeof(__m256i);
      w[h] = _mm256_xor_si256(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)), offset);
    }
    for (size_t r = 0; r < Rows; ++r) {
      int32_t four;
      __builtin_memcpy(&four, values + r * step.inputs + input, sizeof four);
      const __m256i value = _mm256_set1_epi32(four);
      const __m256i size = _mm256_abs_epi8(value);
      for (size_t h = 0; h < kHalves; ++h) {
        const __m256i pairs = _mm256_maddubs_epi16(size, _mm256_sign_epi8(w[h], value));
        sums[r][h] = _mm256_add_epi32(sums[r][h], _mm256_madd_epi16(pairs, ones));
      }
    }
  }
  for (size_t r = 0; r < Rows; ++r)
    for (size_t h = 0; h < kHalves; ++h) {
      const size_t at = output + h * kLanes;
      store(outputs_of((Ints)sums[r][h], step, at, x, row + r, gelu), out + (row + r) * step.outputs + at);
    }
}

void linear(const LinearStep& step, const ByteRows& x, size_t rows, bool gelu, float* out) {
  for (size_t output = 0; output < step.outputs; output += kBlock) {
    size_t row = 0;
    for (; row + kRows <= rows; row += kRows) tile<kRows>(step, x, row, output, gelu, out);
    for (; row < rows; ++row) tile<1>(step, x, row, output, gelu, out);
  }
}

constexpr Kernels kKernels = {"avx2", &quantise, &linear, &add_and_norm, &attend};

}  // namespace

const Kernels* avx2_kernels() { return &kKernels; }

}  // namespace holdfast::models

#else

namespace holdfast::models {
const Kernels* avx2_kernels() { return nullptr; }
}  // namespace holdfast::models

#endif
