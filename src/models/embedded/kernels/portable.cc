// For any processor: no intrinsics.
#define HOLDFAST_LANES 4
#include "models/embedded/kernels/lanes.h"

namespace holdfast::models {
namespace {

constexpr size_t kBlock = 16;  // outputs that are packed together
constexpr size_t kDepth = 4;   // inputs that are packed together

void linear(const LinearStep& step, const ByteRows& x, size_t rows, bool gelu, float* out) {
  for (size_t output = 0; output < step.outputs; output += kBlock) {
    const std::uint8_t* const weights = step.weights + output * step.inputs;
    for (size_t row = 0; row < rows; ++row) {
      const int8_t* const values = x.values + row * step.inputs;
      int32_t products[kBlock] = {};
      for (size_t input = 0; input < step.inputs; input += kDepth)
        for (size_t o = 0; o < kBlock; ++o)
          for (size_t k = 0; k < kDepth; ++k)
            products[o] += values[input + k] * (weights[input * kBlock + o * kDepth + k] - 128);
      for (size_t o = 0; o < kBlock; o += kLanes) {
        Ints part;
        __builtin_memcpy(&part, products + o, sizeof part);
        store(outputs_of(part, step, output + o, x, row, gelu), out + row * step.outputs + output + o);
      }
    }
  }
}

constexpr Kernels kKernels = {"portable", &quantise, &linear, &add_and_norm, &attend};

}  // namespace

const Kernels* portable_kernels() { return &kKernels; }

}  // namespace holdfast::models
