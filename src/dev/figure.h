// One measured figure: several runs, what is aimed at, and how it is written.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace holdfast::dev {

// Of samples in any order; at least one. The lower of two middle ones counts half, as does the upper.
[[nodiscard]] double median(std::vector<double> samples);
// The smallest sample that at least `share` (0 to 1] of the samples do not exceed.
[[nodiscard]] double quantile(std::vector<double> samples, double share);

struct Aim {
  enum class Kind { kAtLeast, kAtMost };
  Kind kind = Kind::kAtMost;
  double value = 0;

  [[nodiscard]] bool met(double measured) const {
    return kind == Kind::kAtLeast ? measured >= value : measured <= value;
  }
};
[[nodiscard]] inline Aim at_least(double value) { return {Aim::Kind::kAtLeast, value}; }
[[nodiscard]] inline Aim at_most(double value) { return {Aim::Kind::kAtMost, value}; }

struct Figure {
  std::string group;  // the benchmark's name
  std::string name;
  std::string unit;
  std::vector<double> runs;  // one value a run, at least one
  std::optional<Aim> aim;

  [[nodiscard]] double value() const { return median(runs); }
  // The runs lie further apart than three tenths of their median: measure again on a quieter machine.
  [[nodiscard]] bool noisy() const;
};

// A fixed-width table, a line a figure: its heading, and the lines of one group.
[[nodiscard]] std::string table_heading();
[[nodiscard]] std::string table_lines(const std::vector<Figure>& figures);

}  // namespace holdfast::dev
