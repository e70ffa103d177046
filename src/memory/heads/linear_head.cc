#include "memory/heads/linear_head.h"

#include <algorithm>
#include <cmath>

namespace holdfast::memory {
namespace {

double logistic(double sum) { return 1.0 / (1.0 + std::exp(-sum)); }

}  // namespace

void LinearHead::add_output(std::string_view name, double bias) { outputs_.push_back({name, bias}); }

void LinearHead::add_cue(std::string_view name, double mean, double deviation, std::initializer_list<double> weights) {
  Cue cue{name, mean, deviation > 1e-6 ? deviation : 1.0, weights};
  cue.weights.resize(outputs_.size(), 0.0);
  cues_.push_back(std::move(cue));
}

void LinearHead::add_block(std::size_t index, std::size_t output, std::initializer_list<double> weights) {
  if (blocks_.size() <= index) blocks_.resize(index + 1);
  auto& rows = blocks_[index].weights;
  if (rows.size() <= output) rows.resize(output + 1);
  rows[output].reserve(weights.size());
  for (const double weight : weights) rows[output].push_back(static_cast<float>(weight));
}

const LinearHead::Cue* LinearHead::find(std::string_view name, std::size_t hint) const {
  if (hint < cues_.size() && cues_[hint].name == name) return &cues_[hint];
  const auto found = std::ranges::find(cues_, name, &Cue::name);
  return found == cues_.end() ? nullptr : &*found;
}

std::vector<std::string_view> LinearHead::unknown_cues(const CueRow& row) const {
  std::vector<std::string_view> unknown;
  for (const Cue& cue : cues_)
    if (std::ranges::find(row.names(), cue.name) == row.names().end()) unknown.push_back(cue.name);
  return unknown;
}

std::vector<double> LinearHead::sums(const CueRow& row, std::span<const std::span<const float>> vectors) const {
  std::vector<double> sums;
  sums.reserve(outputs_.size());
  for (const Output& output : outputs_) sums.push_back(output.bias);
  std::size_t hint = 0;
  for (std::size_t i = 0; i < row.names().size(); ++i) {
    const Cue* cue = find(row.names()[i], hint);
    if (cue == nullptr) continue;
    hint = static_cast<std::size_t>(cue - cues_.data()) + 1;
    const double value = (static_cast<double>(row.values()[i]) - cue->mean) / cue->deviation;
    for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += value * cue->weights[k];
  }
  for (std::size_t b = 0; b < std::min(blocks_.size(), vectors.size()); ++b) {
    for (std::size_t k = 0; k < std::min(sums.size(), blocks_[b].weights.size()); ++k) {
      const std::vector<float>& weights = blocks_[b].weights[k];
      for (std::size_t d = 0; d < std::min(weights.size(), vectors[b].size()); ++d)
        sums[k] += static_cast<double>(weights[d]) * static_cast<double>(vectors[b][d]);
    }
  }
  return sums;
}

double LinearHead::probability(const CueRow& row, std::span<const std::span<const float>> vectors) const {
  const std::vector<double> logit = sums(row, vectors);
  return logit.empty() ? 0.0 : rounded_score(logistic(logit.front()));
}

std::vector<double> LinearHead::shares(const CueRow& row, std::span<const std::span<const float>> vectors) const {
  std::vector<double> parts = sums(row, vectors);
  if (parts.empty()) return parts;
  const double highest = *std::ranges::max_element(parts);
  double total = 0;
  for (double& part : parts) total += part = std::exp(part - highest);
  for (double& part : parts) part = rounded_score(part / total);
  return parts;
}

double rounded_score(double value) { return std::round(value * 64.0) / 64.0; }

}  // namespace holdfast::memory
