#include "dev/figure.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace holdfast::dev {
namespace {

constexpr double kNoise = .3;
constexpr std::size_t kNameWidth = 56;

// Three digits that count; whole numbers with thousands apart.
std::string number(double value) {
  const double size = std::abs(value);
  if (size < 1) return fmt::format("{:.3f}", value);
  if (size < 10) return fmt::format("{:.2f}", value);
  if (size < 100) return fmt::format("{:.1f}", value);
  std::string digits = fmt::format("{:.0f}", value);
  for (std::size_t at = digits.size(); at > 3 + (value < 0 ? 1U : 0U);) digits.insert(at -= 3, ",");
  return digits;
}

}  // namespace

double median(std::vector<double> samples) {
  std::ranges::sort(samples);
  const std::size_t half = samples.size() / 2;
  return samples.size() % 2 == 1 ? samples[half] : (samples[half - 1] + samples[half]) / 2;
}

double quantile(std::vector<double> samples, double share) {
  std::ranges::sort(samples);
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(samples.size())));
  return samples[std::clamp<std::size_t>(rank, 1, samples.size()) - 1];
}

bool Figure::noisy() const {
  const auto [least, most] = std::ranges::minmax(runs);
  return most - least > kNoise * value();
}

std::string table_heading() {
  return fmt::format("{:<9} {:<{}} {:>10} {:<10} {:>21} {:>4}  {:<8} {}\n", "group", "figure", kNameWidth, "median",
                     "unit", "least – most", "runs", "aim", "");
}

std::string table_lines(const std::vector<Figure>& figures) {
  std::string text;
  std::string group;
  for (const Figure& figure : figures) {
    const auto [least, most] = std::ranges::minmax(figure.runs);
    const std::string spread = figure.runs.size() > 1 ? number(least) + " – " + number(most) : "";
    const std::string aim =
        figure.aim ? (figure.aim->kind == Aim::Kind::kAtLeast ? "≥ " : "≤ ") + number(figure.aim->value) : "";
    std::string verdict = !figure.aim ? "" : figure.aim->met(figure.value()) ? "met" : "MISSED";
    if (figure.noisy()) verdict += verdict.empty() ? "noisy" : ", noisy";
    text += fmt::format("{:<9} {:<{}} {:>10} {:<10} {:>21} {:>4}  {:<8} {}\n",
                        figure.group == group ? "" : figure.group, figure.name, kNameWidth, number(figure.value()),
                        figure.unit, spread, figure.runs.size(), aim, verdict);
    group = figure.group;
  }
  return text;
}

}  // namespace holdfast::dev
