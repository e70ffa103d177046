#include "models/embedded/model_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include "base/hash.h"

namespace holdfast::models {
namespace {

constexpr std::size_t kAlignment = 64;
constexpr std::array<char, 8> kMagic = {'H', 'F', 'M', 'O', 'D', 'E', 'L', '\n'};
constexpr std::uint32_t kVersion = 1;

struct Header {
  std::array<char, 8> magic = kMagic;
  std::uint32_t version = kVersion;
  std::uint32_t layers = kLayers;
  std::uint32_t width = kWidth;
  std::uint32_t heads = kHeads;
  std::uint32_t inner = kInner;
  std::uint32_t positions = kPositions;
  std::uint32_t words = 0;
  std::uint32_t vocabulary_bytes = 0;
  std::uint64_t file_bytes = 0;
  Digest digest = {};
  std::array<char, 48> name = {};
};
static_assert(sizeof(Header) == 128);

std::array<char, 48> padded_name() {
  std::array<char, 48> result = {};
  std::copy(kModelName.begin(), kModelName.end(), result.begin());
  return result;
}

std::span<const std::uint8_t> after_header(std::span<const std::byte> file) {
  return {reinterpret_cast<const std::uint8_t*>(file.data()) + sizeof(Header), file.size() - sizeof(Header)};
}

class Writer {
 public:
  explicit Writer(std::vector<std::byte>& out) : out_(out) {}

  template <typename T>
  void put(std::span<const T> values) {
    out_.resize((out_.size() + kAlignment - 1) / kAlignment * kAlignment);
    const auto bytes = std::as_bytes(values);
    out_.insert(out_.end(), bytes.begin(), bytes.end());
  }
  void put_rows(const std::vector<float>& rows);
  void put_norm(const FloatNorm& norm) {
    put(std::span<const float>(norm.scale));
    put(std::span<const float>(norm.shift));
  }
  void put_linear(const FloatLinear& linear, const Outliers& outliers);

 private:
  std::vector<std::byte>& out_;
};

// Symmetric: the largest value becomes ±127.
float quantise(std::span<const float> row, std::span<std::int8_t> out) {
  float largest = 0;
  for (const float value : row) largest = std::max(largest, std::abs(value));
  const float scale = largest / 127.0F;
  for (std::size_t i = 0; i < row.size(); ++i)
    out[i] = scale == 0 ? std::int8_t{0} : static_cast<std::int8_t>(std::lround(row[i] / scale));
  return scale;
}

void Writer::put_rows(const std::vector<float>& rows) {
  std::vector<std::int8_t> values(rows.size());
  std::vector<float> scales(rows.size() / kWidth);
  for (std::size_t row = 0; row < scales.size(); ++row)
    scales[row] =
        quantise(std::span(rows).subspan(row * kWidth, kWidth), std::span(values).subspan(row * kWidth, kWidth));
  put(std::span<const std::int8_t>(values));
  put(std::span<const float>(scales));
}

void Writer::put_linear(const FloatLinear& linear, const Outliers& outliers) {
  const std::size_t inputs = linear.inputs;
  std::vector<float> weights = linear.weights;
  std::vector<float> outlier_weights;
  for (const std::uint32_t outlier : outliers)
    for (std::size_t output = 0; output < linear.outputs; ++output)
      outlier_weights.push_back(std::exchange(weights[(output * inputs) + outlier], 0.0F));
  std::vector<std::uint8_t> packed(weights.size());
  std::vector<float> scales(linear.outputs);
  std::vector<std::int32_t> sums(linear.outputs);
  std::vector<std::int8_t> row(inputs);
  for (std::size_t output = 0; output < linear.outputs; ++output) {
    scales[output] = quantise(std::span(weights).subspan(output * inputs, inputs), row);
    for (std::size_t input = 0; input < inputs; ++input) {
      sums[output] += row[input];
      packed[packed_index(output, input, inputs)] = static_cast<std::uint8_t>(row[input] + kWeightOffset);
    }
  }
  put(std::span<const std::uint32_t>(outliers));
  put(std::span<const float>(outlier_weights));
  put(std::span<const std::uint8_t>(packed));
  put(std::span<const float>(scales));
  put(std::span<const std::int32_t>(sums));
  put(std::span<const float>(linear.bias));
}

// Hands out the arrays in turn; goes on counting when the bytes have come to an end, so that the size can be judged.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> file) : file_(file) {}

  template <typename T>
  std::span<const T> take(std::size_t count) {
    at_ = (at_ + kAlignment - 1) / kAlignment * kAlignment;
    const std::size_t begin = at_;
    at_ += count * sizeof(T);
    if (at_ > file_.size()) return {};
    return {reinterpret_cast<const T*>(file_.data() + begin), count};
  }
  PackedRows take_rows(std::size_t rows) {
    const auto values = take<std::int8_t>(rows * kWidth);
    return {values, take<float>(rows)};
  }
  Norm take_norm() {
    const auto scale = take<float>(kWidth);
    return {scale, take<float>(kWidth)};
  }
  PackedLinear take_linear(std::size_t outputs, std::size_t inputs) {
    PackedLinear result{.outputs = outputs, .inputs = inputs};
    result.outliers = take<std::uint32_t>(kOutliers);
    result.outlier_weights = take<float>(kOutliers * outputs);
    result.weights = take<std::uint8_t>(outputs * inputs);
    result.scales = take<float>(outputs);
    result.sums = take<std::int32_t>(outputs);
    result.bias = take<float>(outputs);
    return result;
  }
  [[nodiscard]] std::size_t at() const { return at_; }

 private:
  std::span<const std::byte> file_;
  std::size_t at_ = sizeof(Header);
};

}  // namespace

std::vector<std::byte> make_model_file(const FloatWeights& weights, std::span<const LayerOutliers> outliers,
                                       std::string_view vocabulary) {
  std::vector<std::byte> file(sizeof(Header));
  Writer writer(file);
  writer.put(std::span(vocabulary));
  writer.put_rows(weights.words);
  writer.put_rows(weights.positions);
  writer.put_norm(weights.norm);
  for (std::size_t i = 0; i < weights.layers.size(); ++i) {
    const FloatLayer& layer = weights.layers[i];
    writer.put_linear(layer.qkv, outliers[i].qkv);
    writer.put_linear(layer.attended, outliers[i].attended);
    writer.put_norm(layer.attended_norm);
    writer.put_linear(layer.up, outliers[i].up);
    writer.put_linear(layer.down, outliers[i].down);
    writer.put_norm(layer.down_norm);
  }
  Header header{.words = static_cast<std::uint32_t>(weights.words_count),
                .vocabulary_bytes = static_cast<std::uint32_t>(vocabulary.size()),
                .file_bytes = file.size(),
                .digest = Sha256().add(after_header(file)).finish(),
                .name = padded_name()};
  std::memcpy(file.data(), &header, sizeof header);
  return file;
}

Result<Model> read_model_file(std::span<const std::byte> file) {
  Header header;
  if (file.size() < sizeof header) return fail(Code::kCorrupt, "the model file is cut short");
  std::memcpy(&header, file.data(), sizeof header);
  if (header.magic != kMagic) return fail(Code::kCorrupt, "this is no model file of Holdfast");
  if (header.version != kVersion || header.layers != kLayers || header.width != kWidth || header.heads != kHeads ||
      header.inner != kInner || header.positions != kPositions || header.name != padded_name())
    return fail(Code::kCorrupt,
                "the model file belongs to another version of Holdfast: install the one that came with it");
  if (header.file_bytes != file.size()) return fail(Code::kCorrupt, "the model file is cut short");

  Reader reader(file);
  Model model{.words_count = header.words};
  const auto vocabulary = reader.take<char>(header.vocabulary_bytes);
  model.vocabulary = {vocabulary.data(), vocabulary.size()};
  model.words = reader.take_rows(header.words);
  model.positions = reader.take_rows(kPositions);
  model.norm = reader.take_norm();
  for (std::size_t i = 0; i < kLayers; ++i) {
    PackedLayer& layer = model.layers.emplace_back();
    layer.qkv = reader.take_linear(3 * kWidth, kWidth);
    layer.attended = reader.take_linear(kWidth, kWidth);
    layer.attended_norm = reader.take_norm();
    layer.up = reader.take_linear(kInner, kWidth);
    layer.down = reader.take_linear(kWidth, kInner);
    layer.down_norm = reader.take_norm();
  }
  if (reader.at() != file.size() || Sha256().add(after_header(file)).finish() != header.digest)
    return fail(Code::kCorrupt, "the model file is damaged: install it again");
  return model;
}

}  // namespace holdfast::models
