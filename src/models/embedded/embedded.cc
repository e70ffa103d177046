#include "models/embedded/embedded.h"

#include <fmt/core.h>

#include <array>
#include <system_error>
#include <utility>

#include "models/embedded/mapped_file.h"
#include "models/embedded/model_file.h"
#include "models/embedded/reference.h"
#include "models/embedded/sequence.h"
#include "models/embedded/shape.h"
#include "models/embedded/wordpiece.h"

namespace holdfast::models {
namespace {

constexpr std::array<float, kWidth> kTokenMean = {
#include "models/embedded/token_mean.inc"
};

constexpr std::string_view kFileName = "all-minilm-l6-v2.model";

class Embedded : public Encoder {
 public:
  Embedded(FloatWeights weights, WordPiece vocabulary)
      : weights_(std::move(weights)), vocabulary_(std::move(vocabulary)) {}

  [[nodiscard]] std::string_view model() const override { return "all-MiniLM-L6-v2/int8"; }
  [[nodiscard]] std::size_t dimensions() const override { return kWidth; }
  [[nodiscard]] bool has_tokens() const override { return true; }
  [[nodiscard]] std::span<const float> token_mean() const override { return kTokenMean; }

  [[nodiscard]] Task<Result<std::vector<Encoding>>> encode(std::vector<EncoderInput> inputs) const override {
    std::vector<Encoding> result;
    for (const EncoderInput& input : inputs) {
      Sequence sequence = make_sequence(vocabulary_, input);
      const std::vector<float> hidden = reference_forward(weights_, sequence.ids);
      result.push_back(make_encoding(std::move(sequence), hidden, input.tokens));
    }
    co_return result;
  }

  [[nodiscard]] std::vector<std::string_view> pieces(std::string_view text, std::size_t tokens, std::size_t stride,
                                                     std::size_t most) const override {
    return vocabulary_.pieces(text, tokens, stride, most);
  }

 private:
  FloatWeights weights_;
  WordPiece vocabulary_;
};

Error named(Error error, const std::filesystem::path& file) {
  if (error.message.find(file.string()) == std::string::npos)
    error.message = fmt::format("{}: {}", file.string(), error.message);
  return error;
}

}  // namespace

std::filesystem::path find_model(const std::filesystem::path& executable_dir) {
  const std::filesystem::path beside = executable_dir / kFileName;
  const std::filesystem::path shared = executable_dir / ".." / "share" / "holdfast" / kFileName;
  std::error_code error;
  if (!std::filesystem::exists(beside, error) && std::filesystem::exists(shared, error)) return shared;
  return beside;
}

Result<std::unique_ptr<Encoder>> open_embedded(const std::filesystem::path& model_file) {
  HOLDFAST_TRY(const MappedFile file, MappedFile::open(model_file, kMaxModelBytes));
  auto model = read_model_file(file.bytes());
  if (!model) return std::unexpected(named(std::move(model).error(), model_file));
  auto vocabulary = WordPiece::make(model->vocabulary);
  if (!vocabulary) return std::unexpected(named(std::move(vocabulary).error(), model_file));
  if (vocabulary->size() != model->words_count)
    return fail(Code::kCorrupt, fmt::format("{}: its vocabulary is not its network's", model_file.string()));
  return std::make_unique<Embedded>(unpack(*model), *std::move(vocabulary));
}

}  // namespace holdfast::models
