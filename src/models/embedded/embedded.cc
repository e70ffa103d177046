#include "models/embedded/embedded.h"

#include <fmt/core.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

#include "models/embedded/kernels/select.h"
#include "models/embedded/mapped_file.h"
#include "models/embedded/model_file.h"
#include "models/embedded/network.h"
#include "models/embedded/sequence.h"
#include "models/embedded/shape.h"
#include "models/embedded/wordpiece.h"

namespace holdfast::models {
namespace {

constexpr std::array<float, kWidth> kTokenMean = {
#include "models/embedded/token_mean.inc"
};

constexpr std::string_view kFileName = "all-minilm-l6-v2.model";

// Tokens that go through the network together: enough to read the weights seldom, few enough for the caches.
constexpr std::size_t kTogether = 128;

class Embedded : public Encoder {
 public:
  Embedded(MappedFile file, Model model, WordPiece vocabulary, const Kernels& kernels)
      : file_(std::move(file)), vocabulary_(std::move(vocabulary)), network_(std::move(model), kernels) {}

  [[nodiscard]] std::string_view model() const override { return "all-MiniLM-L6-v2/int8"; }
  [[nodiscard]] std::size_t dimensions() const override { return kWidth; }
  [[nodiscard]] bool has_tokens() const override { return true; }
  [[nodiscard]] std::span<const float> token_mean() const override { return kTokenMean; }

  [[nodiscard]] Task<Result<std::vector<Encoding>>> encode(std::vector<EncoderInput> inputs) const override {
    std::vector<Encoding> result;
    result.reserve(inputs.size());
    std::vector<Sequence> sequences;
    std::size_t together = 0;
    for (const EncoderInput& input : inputs) {
      Sequence next = make_sequence(vocabulary_, input);
      if (together + next.ids.size() > kTogether && together > 0) {
        run(sequences, inputs, result);
        sequences.clear();
        together = 0;
      }
      together += next.ids.size();
      sequences.push_back(std::move(next));
    }
    if (!sequences.empty()) run(sequences, inputs, result);
    co_return result;
  }

  [[nodiscard]] std::vector<std::string_view> pieces(std::string_view text, std::size_t tokens, std::size_t stride,
                                                     std::size_t most) const override {
    return vocabulary_.pieces(text, tokens, stride, most);
  }

 private:
  // Appends the encodings of `sequences`, those of the inputs from result.size() on.
  void run(std::vector<Sequence>& sequences, const std::vector<EncoderInput>& inputs,
           std::vector<Encoding>& result) const {
    std::vector<std::span<const std::uint32_t>> ids;
    for (const Sequence& sequence : sequences) ids.emplace_back(sequence.ids);
    const std::vector<float> hidden = network_.forward(ids);
    std::span<const float> rest = hidden;
    for (Sequence& sequence : sequences) {
      const std::size_t size = sequence.ids.size() * kWidth;
      result.push_back(make_encoding(std::move(sequence), rest.first(size), inputs[result.size()].tokens));
      rest = rest.subspan(size);
    }
  }

  MappedFile file_;
  WordPiece vocabulary_;
  Network network_;
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

Result<std::unique_ptr<Encoder>> open_embedded(const std::filesystem::path& model_file,
                                               const EmbeddedOptions& options) {
  const Kernels* kernels = find_kernels(options.kernels);
  if (kernels == nullptr)
    return fail(Code::kInvalid, fmt::format("this processor has no encoder kernels named {}", options.kernels));
  HOLDFAST_TRY(MappedFile file, MappedFile::open(model_file, kMaxModelBytes));
  auto model = read_model_file(file.bytes());
  if (!model) return std::unexpected(named(std::move(model).error(), model_file));
  auto vocabulary = WordPiece::make(model->vocabulary);
  if (!vocabulary) return std::unexpected(named(std::move(vocabulary).error(), model_file));
  if (vocabulary->size() != model->words_count)
    return fail(Code::kCorrupt, fmt::format("{}: its vocabulary is not its network's", model_file.string()));
  return std::make_unique<Embedded>(std::move(file), *std::move(model), *std::move(vocabulary), *kernels);
}

}  // namespace holdfast::models
