// For 64-bit ARM with its instructions for dot products of bytes.
#include "models/embedded/kernels/kernels.h"

#if defined(__aarch64__) && defined(__ARM_FEATURE_DOTPROD)

#include <arm_neon.h>

#define HOLDFAST_LANES 4
#include "models/embedded/kernels/lanes.h"

namespace holdfast::models {
namespace {

constexpr size_t kRows = 4;
constexpr size_t kParts = 4;  // of a block of 16 outputs
constexpr size_t kBlock = 16;
constexpr size_t kDepth = 4;
constexpr size_t kBlockBytes = 64;

template <size_t Rows>
inline void tile(const LinearStep& step, const ByteRows& x, size_t row, size_t output, bool gelu, float* out) {
  const int8_t* const values = x.values + row * step.inputs;
  const std::uint8_t* const weights = step.weights + output * step.inputs;
  const uint8x16_t offset = vdupq_n_u8(0x80);
  int32x4_t sums[Rows][kParts];
  for (size_t r = 0; r < Rows; ++r)
    for (size_t p = 0; p < kParts; ++p) sums[r][p] = vdupq_n_s32(0);
  for (size_t input = 0; input < step.inputs; input += kDepth) {
    int8x16_t w[kParts];
    for (size_t p = 0; p < kParts; ++p)
      w[p] = vreinterpretq_s8_u8(veorq_u8(vld1q_u8(weights + input / kDepth * kBlockBytes + p * 16), offset));
    for (size_t r = 0; r < Rows; ++r) {
      int32_t four;
      __builtin_memcpy(&four, values + r * step.inputs + input, sizeof four);
      const int8x16_t value = vreinterpretq_s8_s32(vdupq_n_s32(four));
      for (size_t p = 0; p < kParts; ++p) sums[r][p] = vdotq_s32(sums[r][p], w[p], value);
    }
  }
  for (size_t r = 0; r < Rows; ++r)
    for (size_t p = 0; p < kParts; ++p) {
      const size_t at = output + p * kLanes;
      store(outputs_of((Ints)sums[r][p], step, at, x, row + r, gelu), out + (row + r) * step.outputs + at);
    }
}

void linear(const LinearStep& step, const ByteRows& x, size_t rows, bool gelu, float* out) {
  for (size_t output = 0; output < step.outputs; output += kBlock) {
    size_t row = 0;
    for (; row + kRows <= rows; row += kRows) tile<kRows>(step, x, row, output, gelu, out);
    for (; row < rows; ++row) tile<1>(step, x, row, output, gelu, out);
  }
}

constexpr Kernels kKernels = {"neon", &quantise, &linear, &add_and_norm, &attend};

}  // namespace

const Kernels* neon_kernels() { return &kKernels; }

}  // namespace holdfast::models

#else

namespace holdfast::models {
const Kernels* neon_kernels() { return nullptr; }
}  // namespace holdfast::models

#endif
