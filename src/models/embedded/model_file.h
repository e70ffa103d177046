// The model file: everything the encoder needs, ready to be used where it lies (mapped), made at build time by
// holdfast-make-model from the published weights and installed beside the binary.
//
// Little-endian. A header of 128 bytes:
//     0  8 bytes   "HFMODEL\n"
//     8  u32       version, 1
//    12  u32 × 7   layers, width, heads, inner width, positions, words of the vocabulary, bytes of the vocabulary
//    40  u64       bytes of the file
//    48  32 bytes  SHA-256 of everything after the header
//    80  48 bytes  the model's name, then zeros
// then these arrays, each beginning at a multiple of 64 bytes (zeros between), with no more than this order to find
// them by:
//     the vocabulary as published, a word a line
//     words, then positions:   i8 [rows · width], f32 scales [rows]                 value = scale · i8
//     the embeddings' norm:    f32 scale [width], f32 shift [width]
//     for each layer: linear step qkv, linear step attended, norm, linear step up, linear step down, norm
// A linear step of `outputs` rows and `inputs` columns:
//     u32 outliers [4], f32 outlier weights [4 · outputs], u8 weights [outputs · inputs], f32 scales [outputs],
//     i32 sums [outputs], f32 bias [outputs]
// The outliers are inputs whose weights are kept in floats, one input after the other (outliers.h says why); among the
// u8 weights theirs are 128.
// A weight is scale · (u8 − 128), u8 within 1 … 255; sums are Σ (u8 − 128) of each output. The weights are packed for
// dot products of four: blocks of 16 outputs, in them groups of 4 inputs, in them 16 × 4 bytes, output by output
// (packed_index). What float_weights.h folds in is folded in here as well.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "models/embedded/float_weights.h"
#include "models/embedded/outliers.h"
#include "models/embedded/shape.h"

namespace holdfast::models {

inline constexpr std::size_t kMaxModelBytes = 64U << 20U;
inline constexpr std::size_t kPackedOutputs = 16;
inline constexpr std::size_t kPackedInputs = 4;
inline constexpr int kWeightOffset = 128;

// Where the weight of `output` and `input` stands among a linear step's weights.
[[nodiscard]] constexpr std::size_t packed_index(std::size_t output, std::size_t input, std::size_t inputs) {
  return ((output / kPackedOutputs * (inputs / kPackedInputs)) + (input / kPackedInputs)) *
             (kPackedOutputs * kPackedInputs) +
         (output % kPackedOutputs * kPackedInputs) + (input % kPackedInputs);
}

struct PackedLinear {
  std::size_t outputs = 0;
  std::size_t inputs = 0;
  std::span<const std::uint8_t> weights = {};
  std::span<const float> scales = {};
  std::span<const std::int32_t> sums = {};
  std::span<const float> bias = {};
  std::span<const std::uint32_t> outliers = {};
  std::span<const float> outlier_weights = {};
};

struct Norm {
  std::span<const float> scale = {};
  std::span<const float> shift = {};
};

struct PackedRows {
  std::span<const std::int8_t> values = {};
  std::span<const float> scales = {};
};

struct PackedLayer {
  PackedLinear qkv;
  PackedLinear attended;
  Norm attended_norm;
  PackedLinear up;
  PackedLinear down;
  Norm down_norm;
};

// A view of a model file's bytes; good for as long as they are.
struct Model {
  std::string_view vocabulary = {};
  std::size_t words_count = 0;
  PackedRows words = {};
  PackedRows positions = {};
  Norm norm = {};
  std::vector<PackedLayer> layers = {};
};

// `vocabulary` has one word a line, as many as weights.words_count.
[[nodiscard]] std::vector<std::byte> make_model_file(const FloatWeights& weights,
                                                     std::span<const LayerOutliers> outliers,
                                                     std::string_view vocabulary);

// `file` begins at a multiple of 4 bytes. kCorrupt when it is no model file, was made for another version or network,
// is cut short, or does not match its checksum.
[[nodiscard]] Result<Model> read_model_file(std::span<const std::byte> file);
}  // namespace holdfast::models
