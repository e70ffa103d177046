#include "dev/quality/chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::dev::quality {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Chart, ABarIsAsLongAsItsShare) {
  const std::string svg = bar_chart("Recall", {{"half", .5}, {"none", 0}, {"over", 1.5}});
  EXPECT_TRUE(svg.starts_with("<svg "));
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
  // 720 wide, 220 for names and 60 for values.
  EXPECT_THAT(svg, HasSubstr("width=\"220.0\""));
  EXPECT_THAT(svg, HasSubstr("width=\"0.0\""));
  EXPECT_THAT(svg, HasSubstr("width=\"440.0\""));
  EXPECT_THAT(svg, HasSubstr(">0.500</text>"));
  EXPECT_THAT(svg, HasSubstr(">1.500</text>"));
}

TEST(Chart, NamesAreNoMarkup) {
  const std::string svg = bar_chart("a < b & c", {{"<script>", 1}});
  EXPECT_THAT(svg, HasSubstr("a &lt; b &amp; c"));
  EXPECT_THAT(svg, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(svg, Not(HasSubstr("<script>")));
}

}  // namespace
}  // namespace holdfast::dev::quality
