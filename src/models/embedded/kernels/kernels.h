// The network's inner loops, one set for each kind of processor, chosen at run time.
//
// Each set is compiled with its processor's own flags. So that none of that code is ever run elsewhere, those files
// include nothing that defines functions (the linker would keep one copy for everybody), and everything in them but
// their table is local.
//
// All sets give the same integers in `linear`; their floats differ in the last bits. Arrays need no alignment beyond
// their elements', but are read faster at a multiple of 64 bytes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace holdfast::models {

// Inputs of a step that are kept out of eight bits, since they are many times as large as the rest (outliers.h).
inline constexpr std::size_t kOutliers = 4;

// y = W x + bias, as the model file has it (model_file.h). `outputs` is a multiple of 64, `inputs` of 16.
struct LinearStep {
  std::size_t outputs;
  std::size_t inputs;
  const std::uint8_t* weights;
  const float* scales;
  const std::int32_t* sums;
  const float* bias;
  const float* outlier_weights;  // [kOutliers · outputs]
};

// Rows in eight bits: x = scale · (value − zero), but for the outliers, whose values stand for 0.
struct ByteRows {
  std::int8_t* values;  // [rows · columns]
  float* scales;        // [rows]
  std::int32_t* zeros;  // [rows] −128 … 127
  std::int32_t* sums;   // [rows] Σ value
  float* outliers;      // [rows · kOutliers]
};

struct Kernels {
  const char* name;

  // x [rows · columns] to eight bits, each row with the range of its own values; columns: a multiple of 16. `outliers`
  // are kOutliers different columns. x is written to in between, and left as it was.
  void (*quantise)(float* x, std::size_t rows, std::size_t columns, const std::uint32_t* outliers, const ByteRows& out);

  // out [rows · outputs] = W x + bias, and then, if wanted, the Gaussian error linear unit of it, to within 1e-4.
  void (*linear)(const LinearStep& step, const ByteRows& x, std::size_t rows, bool gelu, float* out);

  // x [rows · width] = norm(x + added) · scale + shift; `added` may be null. width: a multiple of 16.
  void (*add_and_norm)(float* x, const float* added, const float* scale, const float* shift, std::size_t rows,
                       std::size_t width);

  // One sequence: qkv [tokens · 3 · heads · 32], each row its queries, keys and values, queries already scaled; out
  // [tokens · heads · 32]. `scratch` has 36 · (tokens + 32) floats.
  void (*attend)(const float* qkv, std::size_t tokens, std::size_t heads, float* out, float* scratch);
};

// Null where the compiler does not build for such a processor. Whether this one can run them: select.h.
[[nodiscard]] const Kernels* portable_kernels();
[[nodiscard]] const Kernels* avx2_kernels();
[[nodiscard]] const Kernels* avx512_vnni_kernels();
[[nodiscard]] const Kernels* neon_kernels();

}  // namespace holdfast::models
