// holdfast-make-model FOLDER OUT: makes the model file (embedded/model_file.h) from a folder with the published
// model.safetensors and vocab.txt. Run by the build.
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <span>
#include <string_view>

#include "models/embedded/float_weights.h"
#include "models/embedded/mapped_file.h"
#include "models/embedded/model_file.h"
#include "models/embedded/outliers.h"
#include "models/embedded/safetensors.h"

namespace holdfast::models {
namespace {

constexpr std::size_t kMaxWeightBytes = 1U << 30U;
constexpr std::size_t kMaxVocabularyBytes = 16U << 20U;

Result<> make(const std::filesystem::path& folder, const std::filesystem::path& out) {
  HOLDFAST_TRY(const MappedFile published, MappedFile::open(folder / "model.safetensors", kMaxWeightBytes));
  HOLDFAST_TRY(const MappedFile words, MappedFile::open(folder / "vocab.txt", kMaxVocabularyBytes));
  const std::string_view vocabulary(reinterpret_cast<const char*>(words.bytes().data()), words.bytes().size());
  const auto lines = static_cast<std::size_t>(std::count(vocabulary.begin(), vocabulary.end(), '\n')) +
                     (vocabulary.ends_with('\n') ? 0U : 1U);
  HOLDFAST_TRY(const Safetensors tensors, Safetensors::parse(published.bytes()));
  HOLDFAST_TRY(const FloatWeights weights, read_weights(tensors, lines));
  const std::vector<std::byte> file = make_model_file(weights, find_outliers(weights), vocabulary);

  // Under another name first: whoever has the old one mapped keeps it, and a file that is there is whole.
  std::filesystem::path fresh = out;
  fresh += ".new";
  std::ofstream stream(fresh, std::ios::binary);
  stream.write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
  stream.close();
  std::error_code error;
  if (stream) std::filesystem::rename(fresh, out, error);
  if (!stream || error) return fail(Code::kIo, fmt::format("{} cannot be written", out.string()));
  return {};
}

}  // namespace
}  // namespace holdfast::models

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: holdfast-make-model FOLDER OUT\n");
    return 2;
  }
  try {
    const auto made = holdfast::models::make(argv[1], argv[2]);
    if (made) return 0;
    fmt::print(stderr, "holdfast-make-model: {}\n", made.error().message);
  } catch (const std::exception& error) {
    fmt::print(stderr, "holdfast-make-model: {}\n", error.what());
  }
  return 1;
}
