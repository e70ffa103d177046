#include "dev/features.h"

#include <fmt/format.h>

#include <cstdlib>
#include <memory>

#include "base/task.h"
#include "models/embedded/embedded.h"

namespace holdfast::dev {
namespace {

struct FeatureSet {
  std::string_view name;
  Result<> (*rows)(const Case& labelled, const FeatureSink& sink);
};

constexpr FeatureSet kSets[] = {
    {"keep", keep_features}, {"type", type_features},           {"pairs", pair_features},
    {"same", same_features}, {"statement", statement_features}, {"answerable", answerable_features},
};

std::string one_line(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c == '\t' || c == '\n' || c == '\r') c = ' ';
  return out;
}

// The pooled vectors of a row's texts; zeros for an empty text.
std::vector<std::vector<float>> encoded(const models::Encoder& encoder, const std::vector<std::string>& texts) {
  std::vector<models::EncoderInput> inputs;
  for (const std::string& text : texts)
    if (!text.empty()) inputs.push_back({text, {}, false});
  auto encodings = run_here(encoder.encode(std::move(inputs)));
  std::vector<std::vector<float>> vectors;
  std::size_t next = 0;
  for (const std::string& text : texts) {
    const bool has = !text.empty() && encodings.has_value() && next < encodings->size();
    vectors.push_back(has ? std::move((*encodings)[next].pooled) : std::vector<float>(encoder.dimensions(), 0.0F));
    next += !text.empty();
  }
  return vectors;
}

void print_heading(const FeatureRow& row, const std::vector<std::vector<float>>& vectors) {
  std::string line = fmt::format("case\tkey\tlabel\ttext\t{}", fmt::join(row.cues.names(), "\t"));
  for (std::size_t block = 0; block < vectors.size(); ++block)
    for (std::size_t i = 0; i < vectors[block].size(); ++i) line += fmt::format("\tv{}.{}", block, i);
  fmt::print("{}\n", line);
}

void print_row(const FeatureRow& row, const std::vector<std::vector<float>>& vectors) {
  std::string line = fmt::format("{}\t{}\t{}\t{}", row.case_id, row.key, row.label, one_line(row.text));
  for (const float value : row.cues.values()) line += fmt::format("\t{:g}", value);
  for (const std::vector<float>& vector : vectors)
    for (const float value : vector) line += fmt::format("\t{:.4g}", value);
  fmt::print("{}\n", line);
}

}  // namespace

Result<std::shared_ptr<const models::Encoder>> features_encoder() {
  static std::shared_ptr<const models::Encoder> opened;
  const char* const file = std::getenv("HOLDFAST_MODEL");
  if (file == nullptr || opened != nullptr) return opened;
  HOLDFAST_TRY(opened, models::open_embedded(file));
  return opened;
}

std::vector<std::string_view> feature_sets() {
  std::vector<std::string_view> names;
  for (const FeatureSet& set : kSets) names.push_back(set.name);
  return names;
}

Result<> print_features(std::string_view set, const std::string& path, const std::string& model) {
  const FeatureSet* found = nullptr;
  for (const FeatureSet& candidate : kSets)
    if (candidate.name == set) found = &candidate;
  if (found == nullptr)
    return fail(Code::kInvalid, fmt::format("no features {}; there are {}", set, fmt::join(feature_sets(), ", ")));
  HOLDFAST_TRY(const std::vector<Case> cases, read_cases(path));
  std::unique_ptr<models::Encoder> encoder;
  if (!model.empty()) {
    HOLDFAST_TRY(encoder, models::open_embedded(model));
  }
  bool headed = false;
  const FeatureSink sink = [&](FeatureRow row) {
    const std::vector<std::vector<float>> vectors =
        encoder == nullptr ? std::vector<std::vector<float>>() : encoded(*encoder, row.texts);
    if (!headed) print_heading(row, vectors);
    headed = true;
    print_row(row, vectors);
  };
  for (const Case& labelled : cases) HOLDFAST_CHECK(found->rows(labelled, sink));
  return {};
}

}  // namespace holdfast::dev
