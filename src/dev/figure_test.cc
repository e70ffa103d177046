#include "dev/figure.h"

#include <gtest/gtest.h>

namespace holdfast::dev {
namespace {

TEST(Figure, MedianAndQuantile) {
  EXPECT_DOUBLE_EQ(median({3, 1, 2}), 2);
  EXPECT_DOUBLE_EQ(median({4, 1, 3, 2}), 2.5);
  EXPECT_DOUBLE_EQ(quantile({4, 1, 3, 2}, .5), 2);
  EXPECT_DOUBLE_EQ(quantile({4, 1, 3, 2}, .99), 4);
  EXPECT_DOUBLE_EQ(quantile({7}, .01), 7);
}

TEST(Figure, TableSaysWhetherAimsAreMet) {
  const std::string text = table_lines({{"ingest", "rate", "msgs/s", {2900, 3100, 3050}, at_least(3000)},
                                        {"ingest", "slow", "ms", {12.5}, at_most(10)},
                                        {"ingest", "wild", "ms", {1, 2, 9}, {}}});
  EXPECT_NE(text.find("3,050"), std::string::npos) << text;
  EXPECT_NE(text.find("2,900 – 3,100"), std::string::npos) << text;
  EXPECT_NE(text.find("≥ 3,000"), std::string::npos) << text;
  const auto line = [&](const std::string& name) {
    const auto at = text.find(name);
    return text.substr(at, text.find('\n', at) - at);
  };
  EXPECT_NE(line("rate").find("met"), std::string::npos) << text;
  EXPECT_NE(line("slow").find("MISSED"), std::string::npos) << text;
  EXPECT_NE(line("wild").find("noisy"), std::string::npos) << text;
}

}  // namespace
}  // namespace holdfast::dev
