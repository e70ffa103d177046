#include "search/late_signal.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "search/late_interaction.h"

namespace holdfast::search {
namespace {

constexpr std::uint32_t kNoRow = ~std::uint32_t{0};

// Of values that are there.
struct Moments {
  double sum = 0;
  double squares = 0;
  std::size_t count = 0;

  void add(float value) {
    sum += static_cast<double>(value);
    squares += static_cast<double>(value) * static_cast<double>(value);
    ++count;
  }
  [[nodiscard]] float mean() const { return count == 0 ? 0 : static_cast<float>(sum / static_cast<double>(count)); }
  // One over the deviation; 0 where there is none.
  [[nodiscard]] float scale() const {
    if (count == 0) return 0;
    const double m = sum / static_cast<double>(count);
    const double variance = squares / static_cast<double>(count) - m * m;
    return variance > 1e-9 ? static_cast<float>(1 / std::sqrt(variance)) : 0;
  }
};

// The products of one query's tokens with some messages, a row a message that has codes.
class Products {
 public:
  Products(const LateQuery& query, const LateSignal::Codes& codes, std::vector<DocId> docs) : width_(query.size()) {
    std::ranges::sort(docs);
    docs.erase(std::ranges::unique(docs).begin(), docs.end());
    std::vector<std::span<const std::uint8_t>> documents;
    for (const DocId doc : docs) {
      const std::span<const std::uint8_t> of = codes(doc);
      if (of.empty()) continue;
      docs_.push_back(doc);
      documents.push_back(of);
    }
    values_.resize(docs_.size() * width_);
    max_products(query.tokens, query.dimensions, documents, values_);
  }

  [[nodiscard]] std::uint32_t row(DocId doc) const {
    const auto found = std::ranges::lower_bound(docs_, doc);
    return found == docs_.end() || *found != doc ? kNoRow : static_cast<std::uint32_t>(found - docs_.begin());
  }
  [[nodiscard]] std::span<float> values(std::uint32_t row) { return std::span(values_).subspan(row * width_, width_); }
  [[nodiscard]] std::size_t rows() const { return docs_.size(); }

 private:
  std::size_t width_;
  std::vector<DocId> docs_;  // ascending
  std::vector<float> values_;
};

float weighted_sum(std::span<const float> values, std::span<const float> weights) {
  float sum = 0;
  for (std::size_t at = 0; at < values.size(); ++at) sum += weights[at] * values[at];
  return sum;
}

}  // namespace

void LateSignal::score(std::span<const DocId> candidates, std::span<const DocId> sample,
                       std::span<CandidateValue> values) {
  if (query_.size() == 0) return;
  const auto neighbours = [this](DocId doc) {
    const DocId previous = index_.previous(doc);
    const DocId before = previous == kNoDoc ? kNoDoc : index_.previous(previous);
    return std::array{std::pair(previous, weights_.window.previous), std::pair(index_.next(doc), weights_.window.next),
                      std::pair(before, weights_.window.before_previous)};
  };
  std::vector<DocId> docs(sample.begin(), sample.end());
  for (const DocId doc : candidates) {
    docs.push_back(doc);
    if (weights_.windowed == 0) continue;
    for (const auto& [neighbour, share] : neighbours(doc))
      if (neighbour != kNoDoc && share > 0) docs.push_back(neighbour);
  }
  Products products(query_, codes_, std::move(docs));

  std::vector<float> plain(products.rows());
  Moments plain_moments;
  std::vector<Moments> tokens(query_.size());
  for (std::uint32_t row = 0; row < products.rows(); ++row)
    plain[row] = weighted_sum(products.values(row), query_.weights);
  for (const DocId doc : sample) {
    const std::uint32_t row = products.row(doc);
    if (row == kNoRow) continue;
    plain_moments.add(plain[row]);
    for (std::size_t token = 0; token < query_.size(); ++token) tokens[token].add(products.values(row)[token]);
  }
  for (std::uint32_t row = 0; row < products.rows(); ++row) {
    const std::span<float> of = products.values(row);
    for (std::size_t token = 0; token < of.size(); ++token)
      of[token] = (of[token] - tokens[token].mean()) * tokens[token].scale();
  }

  std::vector<float> best(query_.size());
  const auto windowed = [&](DocId doc, std::uint32_t row) {
    std::ranges::copy(products.values(row), best.begin());
    for (const auto& [neighbour, share] : neighbours(doc)) {
      if (neighbour == kNoDoc || !(share > 0)) continue;
      const std::uint32_t other = products.row(neighbour);
      if (other == kNoRow) continue;
      const std::span<const float> of = products.values(other);
      for (std::size_t token = 0; token < best.size(); ++token) best[token] = std::max(best[token], share * of[token]);
    }
    return weighted_sum(best, query_.weights);
  };
  Moments windowed_moments;
  if (weights_.windowed != 0) {
    for (const DocId doc : sample)
      if (const std::uint32_t row = products.row(doc); row != kNoRow) windowed_moments.add(windowed(doc, row));
  }
  for (std::size_t at = 0; at < candidates.size(); ++at) {
    const std::uint32_t row = products.row(candidates[at]);
    if (row == kNoRow) continue;
    const float own = (plain[row] - plain_moments.mean()) * plain_moments.scale();
    values[at].match = own;
    values[at].score = weights_.plain * own;
    if (weights_.windowed != 0)
      values[at].score +=
          weights_.windowed * (windowed(candidates[at], row) - windowed_moments.mean()) * windowed_moments.scale();
  }
}

}  // namespace holdfast::search
