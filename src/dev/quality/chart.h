// A plain bar chart as an SVG file, for a page or a report.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace holdfast::dev::quality {

// Horizontal bars for shares of 0 to 1 (others are cut to that), in the order given, each with its name before it and
// its value, in three digits, behind it.
[[nodiscard]] std::string bar_chart(const std::string& title, const std::vector<std::pair<std::string, double>>& bars);

}  // namespace holdfast::dev::quality
