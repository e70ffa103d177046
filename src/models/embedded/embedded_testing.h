// What the tests of the encoder share: the published weights, the model file of this build, and the reference vectors
// of testdata/vectors.jsonl (made by tools/model/reference.py). Each is read once a process; a test that cannot have
// it ends the process.
#pragma once

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/embedded/float_weights.h"
#include "models/embedded/mapped_file.h"
#include "models/embedded/model_file.h"
#include "models/embedded/safetensors.h"

namespace holdfast::models {

struct ReferenceText {
  std::string text;
  std::vector<std::string> context;
  std::vector<std::uint32_t> ids;
  std::size_t own_begin = 0;
  std::size_t own_end = 0;
  std::vector<float> pooled;
  std::map<std::size_t, std::vector<float>> tokens;  // by their place among the own ones
};

inline std::vector<float> json_floats(const boost::json::value& value) {
  return boost::json::value_to<std::vector<float>>(value);
}

inline ReferenceText read_reference(const boost::json::value& line) {
  ReferenceText result;
  result.text = boost::json::value_to<std::string>(line.at("text"));
  result.context = boost::json::value_to<std::vector<std::string>>(line.at("context"));
  result.ids = boost::json::value_to<std::vector<std::uint32_t>>(line.at("ids"));
  const auto own = boost::json::value_to<std::vector<std::size_t>>(line.at("own"));
  result.own_begin = own.at(0);
  result.own_end = own.at(1);
  result.pooled = json_floats(line.at("pooled"));
  for (const auto& [place, vector] : line.at("tokens").as_object())
    result.tokens.emplace(std::stoul(std::string(std::string_view(place))), json_floats(vector));
  return result;
}

inline const std::vector<ReferenceText>& reference_texts() {
  static const std::vector<ReferenceText> texts = [] {
    std::vector<ReferenceText> result;
    std::ifstream file(std::filesystem::path(HOLDFAST_ENCODER_TESTDATA) / "vectors.jsonl");
    for (std::string line; std::getline(file, line);) result.push_back(read_reference(boost::json::parse(line)));
    return result;
  }();
  return texts;
}

inline const MappedFile& model_bytes() {
  static const MappedFile file = MappedFile::open(HOLDFAST_MODEL_FILE, kMaxModelBytes).value();
  return file;
}

inline const FloatWeights& published_weights() {
  static const FloatWeights weights = [] {
    const auto file =
        MappedFile::open(std::filesystem::path(HOLDFAST_MODEL_DIR) / "model.safetensors", std::size_t{1} << 30U)
            .value();
    const auto tensors = Safetensors::parse(file.bytes()).value();
    return read_weights(tensors, read_model_file(model_bytes().bytes()).value().words_count).value();
  }();
  return weights;
}

inline float cosine(std::span<const float> a, std::span<const float> b) {
  float dot = 0;
  float squares_a = 0;
  float squares_b = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    dot += a[i] * b[i];
    squares_a += a[i] * a[i];
    squares_b += b[i] * b[i];
  }
  return dot / std::sqrt(squares_a * squares_b);
}

}  // namespace holdfast::models
