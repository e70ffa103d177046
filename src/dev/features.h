// `holdfast-dev features SET FILE.jsonl`: what the learned heads see of labelled conversations, one row a decision.
//
// The cues are made by the code that makes them when the server runs, so that what is fitted is what is asked. Rows go
// to tools/train/ as tab-separated values under a header:
//
//   case  key  label  text  NAME…  [v0.0 v0.1 … of each vector]
//
// `case` groups the rows of a conversation for cross-validation; `label` is what the head shall say, "?" where nobody
// knows. A new set is one file features_NAME.cc and its line in features.cc.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dev/cases.h"
#include "memory/heads/linear_head.h"
#include "models/encoder.h"

namespace holdfast::dev {

struct FeatureRow {
  std::string case_id;
  std::string key;    // the message or pair it is about
  std::string label;  // "?" for not known
  std::string text;   // for whoever reads the table
  memory::CueRow cues;
  std::vector<std::string> texts;  // to be encoded, one a vector block; "" for none
};

using FeatureSink = std::function<void(FeatureRow)>;

// One a set, each in its own file.
[[nodiscard]] Result<> keep_features(const Case& labelled, const FeatureSink& sink);
[[nodiscard]] Result<> type_features(const Case& labelled, const FeatureSink& sink);
[[nodiscard]] Result<> pair_features(const Case& labelled, const FeatureSink& sink);
[[nodiscard]] Result<> same_features(const Case& labelled, const FeatureSink& sink);
[[nodiscard]] Result<> statement_features(const Case& labelled, const FeatureSink& sink);
[[nodiscard]] Result<> answerable_features(const Case& labelled, const FeatureSink& sink);

[[nodiscard]] std::vector<std::string_view> feature_sets();

// For cues that are made of vectors: the encoder whose file the environment's HOLDFAST_MODEL names, opened once; null
// when it names none.
[[nodiscard]] Result<std::shared_ptr<const models::Encoder>> features_encoder();

// Writes the rows of all cases of `path` to standard output, with vectors where the encoder's `model` file is named.
// kInvalid for a set that is not there.
[[nodiscard]] Result<> print_features(std::string_view set, const std::string& path, const std::string& model);

}  // namespace holdfast::dev
