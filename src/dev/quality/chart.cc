#include "dev/quality/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace holdfast::dev::quality {
namespace {

constexpr double kWidth = 720, kNames = 220, kValues = 60, kRow = 26, kBar = 18, kTop = 44, kBottom = 28;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace

std::string bar_chart(const std::string& title, const std::vector<std::pair<std::string, double>>& bars) {
  const double room = kWidth - kNames - kValues;
  const double bottom = kTop + kRow * static_cast<double>(bars.size());
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
      "font-family=\"sans-serif\" font-size=\"13\">\n"
      "<rect width=\"{0}\" height=\"{1}\" fill=\"#fff\"/>\n<text x=\"12\" y=\"24\" font-size=\"16\">{2}</text>\n",
      kWidth, bottom + kBottom, escaped(title));
  for (int i = 0; i <= 4; ++i) {
    const double x = kNames + room * i / 4;
    svg += fmt::format(
        "<line x1=\"{0}\" x2=\"{0}\" y1=\"{1}\" y2=\"{2}\" stroke=\"#ddd\"/>\n"
        "<text x=\"{0}\" y=\"{3}\" text-anchor=\"middle\" fill=\"#555\">{4}</text>\n",
        x, kTop - 6, bottom, bottom + 16, static_cast<double>(i) / 4);
  }
  double y = kTop;
  for (const auto& [name, value] : bars) {
    const double length = room * std::clamp(value, 0.0, 1.0);
    svg += fmt::format(
        "<text x=\"{0}\" y=\"{1}\" text-anchor=\"end\">{2}</text>\n"
        "<rect x=\"{3}\" y=\"{4}\" width=\"{5:.1f}\" height=\"{6}\" fill=\"#2b6cb0\"/>\n"
        "<text x=\"{7:.1f}\" y=\"{1}\">{8:.3f}</text>\n",
        kNames - 8, y + kBar - 4, escaped(name), kNames, y, length, kBar, kNames + length + 6, value);
    y += kRow;
  }
  return svg + "</svg>\n";
}

}  // namespace holdfast::dev::quality
