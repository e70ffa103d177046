#include "models/embedded/network.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include "models/embedded/shape.h"

namespace holdfast::models {

struct Network::Work {
  Work(std::size_t row_count, std::size_t longest)
      : rows(row_count),
        wide(std::make_unique_for_overwrite<float[]>(rows * kInner)),
        added(std::make_unique_for_overwrite<float[]>(rows * kWidth)),
        attention(std::make_unique_for_overwrite<float[]>(36 * (longest + 32))),
        values(std::make_unique_for_overwrite<std::int8_t[]>(rows * kInner)),
        scales(std::make_unique_for_overwrite<float[]>(rows)),
        zeros(std::make_unique_for_overwrite<std::int32_t[]>(rows)),
        sums(std::make_unique_for_overwrite<std::int32_t[]>(rows)),
        outliers(std::make_unique_for_overwrite<float[]>(rows * kOutliers)) {}

  std::size_t rows;
  std::unique_ptr<float[]> wide;   // [rows · kInner] queries, keys and values, and later the inner layer
  std::unique_ptr<float[]> added;  // [rows · kWidth]
  std::unique_ptr<float[]> attention;
  std::unique_ptr<std::int8_t[]> values;  // [rows · kInner]
  std::unique_ptr<float[]> scales;
  std::unique_ptr<std::int32_t[]> zeros;
  std::unique_ptr<std::int32_t[]> sums;
  std::unique_ptr<float[]> outliers;
};

Network::Network(Model model, const Kernels& kernels) : model_(std::move(model)), kernels_(kernels) {}

void Network::embed(std::span<const std::span<const std::uint32_t>> sequences, float* x) const {
  for (const auto ids : sequences) {
    for (std::size_t position = 0; position < ids.size(); ++position, x += kWidth) {
      const std::int8_t* const word = model_.words.values.data() + (ids[position] * kWidth);
      const std::int8_t* const place = model_.positions.values.data() + (position * kWidth);
      const float word_scale = model_.words.scales[ids[position]];
      const float place_scale = model_.positions.scales[position];
      for (std::size_t d = 0; d < kWidth; ++d)
        x[d] = (static_cast<float>(word[d]) * word_scale) + (static_cast<float>(place[d]) * place_scale);
    }
  }
}

void Network::apply(const PackedLinear& linear, float* x, bool gelu, Work& work, float* out) const {
  const ByteRows bytes{work.values.get(), work.scales.get(), work.zeros.get(), work.sums.get(), work.outliers.get()};
  kernels_.quantise(x, work.rows, linear.inputs, linear.outliers.data(), bytes);
  kernels_.linear({linear.outputs, linear.inputs, linear.weights.data(), linear.scales.data(), linear.sums.data(),
                   linear.bias.data(), linear.outlier_weights.data()},
                  bytes, work.rows, gelu, out);
}

std::vector<float> Network::forward(std::span<const std::span<const std::uint32_t>> sequences) const {
  std::size_t rows = 0;
  std::size_t longest = 0;
  for (const auto ids : sequences) {
    rows += ids.size();
    longest = std::max(longest, ids.size());
  }
  std::vector<float> x(rows * kWidth);
  Work work(rows, longest);
  const auto add_and_norm = [&](const float* added, const Norm& norm) {
    kernels_.add_and_norm(x.data(), added, norm.scale.data(), norm.shift.data(), rows, kWidth);
  };

  embed(sequences, x.data());
  add_and_norm(nullptr, model_.norm);
  float* const wide = work.wide.get();
  float* const added = work.added.get();
  for (const PackedLayer& layer : model_.layers) {
    apply(layer.qkv, x.data(), false, work, wide);
    std::size_t row = 0;
    for (const auto ids : sequences) {
      kernels_.attend(wide + (row * 3 * kWidth), ids.size(), kHeads, added + (row * kWidth), work.attention.get());
      row += ids.size();
    }
    // What is read is in eight bits by the time that `added` is written.
    apply(layer.attended, added, false, work, added);
    add_and_norm(added, layer.attended_norm);
    apply(layer.up, x.data(), true, work, wide);
    apply(layer.down, wide, false, work, added);
    add_and_norm(added, layer.down_norm);
  }
  return x;
}

}  // namespace holdfast::models
