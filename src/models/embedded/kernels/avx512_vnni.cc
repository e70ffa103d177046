// For x86-64 with AVX-512 and its instructions for dot products of bytes.
#include "models/embedded/kernels/kernels.h"

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__AVX512VNNI__)

#include <immintrin.h>

#define HOLDFAST_LANES 16
#include "models/embedded/kernels/lanes.h"

namespace holdfast::models {
namespace {

constexpr size_t kRows = 6;    // with kBlocks, what fits 32 registers: 24 sums, 4 weights, 1 value
constexpr size_t kBlocks = 4;  // of 16 outputs
constexpr size_t kDepth = 4;   // inputs of one instruction
constexpr size_t kBlockBytes = 64;

template <size_t Rows>
inline void tile(const LinearStep& step, const ByteRows& x, size_t row, size_t output, bool gelu, float* out) {
  const int8_t* const values = x.values + row * step.inputs;
  const std::uint8_t* const weights = step.weights + output * step.inputs;
  const size_t block_stride = kLanes * step.inputs;
  __m512i sums[Rows][kBlocks];
  for (size_t r = 0; r < Rows; ++r)
    for (size_t b = 0; b < kBlocks; ++b) sums[r][b] = _mm512_setzero_si512();
  for (size_t input = 0; input < step.inputs; input += kDepth) {
    __m512i w[kBlocks];
    for (size_t b = 0; b < kBlocks; ++b)
      w[b] = _mm512_loadu_si512(weights + b * block_stride + input / kDepth * kBlockBytes);
    for (size_t r = 0; r < Rows; ++r) {
      int32_t four;
      __builtin_memcpy(&four, values + r * step.inputs + input, sizeof four);
      const __m512i value = _mm512_set1_epi32(four);
      for (size_t b = 0; b < kBlocks; ++b) sums[r][b] = _mm512_dpbusd_epi32(sums[r][b], w[b], value);
    }
  }
  for (size_t r = 0; r < Rows; ++r) {
    // The weights are 128 too large, so that they are unsigned, as the instruction wants one side to be.
    const __m512i excess = _mm512_set1_epi32(128 * x.sums[row + r]);
    for (size_t b = 0; b < kBlocks; ++b) {
      const Ints products = (Ints)_mm512_sub_epi32(sums[r][b], excess);
      const size_t at = output + b * kLanes;
      store(outputs_of(products, step, at, x, row + r, gelu), out + (row + r) * step.outputs + at);
    }
  }
}

void linear(const LinearStep& step, const ByteRows& x, size_t rows, bool gelu, float* out) {
  for (size_t output = 0; output < step.outputs; output += kBlocks * kLanes) {
    size_t row = 0;
    for (; row + kRows <= rows; row += kRows) tile<kRows>(step, x, row, output, gelu, out);
    switch (rows - row) {
      case 5:
        tile<5>(step, x, row, output, gelu, out);
        break;
      case 4:
        tile<4>(step, x, row, output, gelu, out);
        break;
      case 3:
        tile<3>(step, x, row, output, gelu, out);
        break;
      case 2:
        tile<2>(step, x, row, output, gelu, out);
        break;
      case 1:
        tile<1>(step, x, row, output, gelu, out);
        break;
      default:
        break;
    }
  }
}

constexpr Kernels kKernels = {"avx512vnni", &quantise, &linear, &add_and_norm, &attend};

}  // namespace

const Kernels* avx512_vnni_kernels() { return &kKernels; }

}  // namespace holdfast::models

#else

namespace holdfast::models {
const Kernels* avx512_vnni_kernels() { return nullptr; }
}  // namespace holdfast::models

#endif
