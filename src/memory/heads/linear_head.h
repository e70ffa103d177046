// Linear heads: the small learned decisions of ingest and recall (worth keeping? of what type? the same topic?).
//
// A head reads named cues, each standardised by the mean and deviation it had when the head was fitted, and optional
// vectors of the encoder. Its outputs are sums of weights: one output is the logit of a yes, several are compared with
// one another. Weights stand in a small text file that is compiled in and may be edited by hand, heads/NAME.inc:
//
//   HEAD_OUTPUT(name, bias)                        one row an output, first
//   HEAD_CUE(name, mean, deviation, w…)            one weight an output, for the cue (value − mean) / deviation
//   HEAD_BLOCK(index, output, w0, w1, …)           the weights of vector `index` for output number `output`
//
// tools/train/heads.py writes these files. Scores are probabilities rounded to 1/64, so that a compiler's choice of
// fused or reordered arithmetic does not move a decision across a threshold. Immutable once bound: any thread.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

namespace holdfast::memory {

// The cues of one decision, by name. Whoever makes them adds them always in the same order.
class CueRow {
 public:
  void add(std::string_view name, double value) {
    names_.push_back(name);  // a literal
    values_.push_back(static_cast<float>(value));
  }
  [[nodiscard]] std::span<const std::string_view> names() const { return names_; }
  [[nodiscard]] std::span<const float> values() const { return values_; }

 private:
  std::vector<std::string_view> names_;
  std::vector<float> values_;
};

class LinearHead {
 public:
  // ---- filled from the weights file
  void add_output(std::string_view name, double bias);
  void add_cue(std::string_view name, double mean, double deviation, std::initializer_list<double> weights);
  void add_block(std::size_t index, std::size_t output, std::initializer_list<double> weights);

  // The cues of the file that `row` does not have; empty for a file that fits the program.
  [[nodiscard]] std::vector<std::string_view> unknown_cues(const CueRow& row) const;

  // ---- asked
  [[nodiscard]] std::size_t outputs() const { return outputs_.size(); }
  [[nodiscard]] std::string_view output_name(std::size_t at) const { return outputs_[at].name; }
  [[nodiscard]] std::size_t blocks() const { return blocks_.size(); }

  // The sums, one an output. A cue of the row that the file does not name counts nothing. `vectors` are in the order of
  // the blocks; a missing or empty one counts nothing.
  [[nodiscard]] std::vector<double> sums(const CueRow& row, std::span<const std::span<const float>> vectors = {}) const;
  // Of a head with one output: the probability of a yes, rounded to 1/64.
  [[nodiscard]] double probability(const CueRow& row, std::span<const std::span<const float>> vectors = {}) const;
  // Of a head with several: the probabilities, each rounded to 1/64.
  [[nodiscard]] std::vector<double> shares(const CueRow& row,
                                           std::span<const std::span<const float>> vectors = {}) const;

 private:
  struct Output {
    std::string_view name;
    double bias;
  };
  struct Cue {
    std::string_view name;
    double mean, deviation;
    std::vector<double> weights;  // [outputs]
  };
  struct Block {
    std::vector<std::vector<float>> weights;  // [outputs][dimensions]
  };
  // The cue of that name, or null. Rows repeat their order, so that the one after the last found is looked at first.
  [[nodiscard]] const Cue* find(std::string_view name, std::size_t hint) const;

  std::vector<Output> outputs_;
  std::vector<Cue> cues_;
  std::vector<Block> blocks_;
};

// `value` rounded to the nearest 1/64.
[[nodiscard]] double rounded_score(double value);

}  // namespace holdfast::memory

// A weights file fills the LinearHead named `head` where it is included.
#define HEAD_OUTPUT(name, bias) head.add_output(#name, bias);
#define HEAD_CUE(name, mean, deviation, ...) head.add_cue(#name, mean, deviation, {__VA_ARGS__});
#define HEAD_BLOCK(index, output, ...) head.add_block(index, output, {__VA_ARGS__});
