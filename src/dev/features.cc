#include "dev/features.h"

#include <fmt/format.h>

#include <cstdio>

namespace holdfast::dev {
namespace {

struct FeatureSet {
  std::string_view name;
  Result<> (*rows)(const Case& labelled, const FeatureSink& sink);
};

constexpr FeatureSet kSets[] = {
    {"keep", keep_features},
    {"type", type_features},
    {"pairs", pair_features},
};

std::string one_line(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c == '\t' || c == '\n' || c == '\r') c = ' ';
  return out;
}

void print_row(const FeatureRow& row) {
  std::string line = fmt::format("{}\t{}\t{}\t{}", row.case_id, row.key, row.label, one_line(row.text));
  for (const float value : row.cues.values()) line += fmt::format("\t{:g}", value);
  fmt::print("{}\n", line);
}

}  // namespace

std::vector<std::string_view> feature_sets() {
  std::vector<std::string_view> names;
  for (const FeatureSet& set : kSets) names.push_back(set.name);
  return names;
}

Result<> print_features(std::string_view set, const std::string& path, bool vectors) {
  const FeatureSet* found = nullptr;
  for (const FeatureSet& candidate : kSets)
    if (candidate.name == set) found = &candidate;
  if (found == nullptr)
    return fail(Code::kInvalid, fmt::format("no features {}; there are {}", set, fmt::join(feature_sets(), ", ")));
  HOLDFAST_TRY(const std::vector<Case> cases, read_cases(path));
  if (vectors) return fail(Code::kInvalid, "this build has no encoder");
  bool headed = false;
  const FeatureSink sink = [&](const FeatureRow& row) {
    if (!headed) fmt::print("case\tkey\tlabel\ttext\t{}\n", fmt::join(row.cues.names(), "\t"));
    headed = true;
    print_row(row);
  };
  for (const Case& labelled : cases) HOLDFAST_CHECK(found->rows(labelled, sink));
  return {};
}

}  // namespace holdfast::dev
