#include "cli/print.h"

#include <iostream>

#include "cli/cli_test_support.h"

namespace holdfast::cli {
namespace {

using ::testing::ElementsAre;

TEST(Print, StoredTextCannotSteerTheTerminal) {
  EXPECT_EQ(printable("a\x1b[31m\r\nb\tc\x7f"), "a\uFFFD[31m\uFFFD\nb\tc\uFFFD");
  EXPECT_EQ(printable("\u009B31m"), "\uFFFD31m");
  EXPECT_EQ(printable("a\xFF"), "a\uFFFD");
  EXPECT_EQ(one_line("  a\n\n b\t c "), "a b c");
}

TEST(Print, WidthCountsColumnsNotBytes) {
  EXPECT_EQ(display_width("é日本"), 5U);
  EXPECT_EQ(fit("hello", 5), "hello");
  EXPECT_EQ(fit("hello", 4), "hel…");
  EXPECT_EQ(fit("日本語", 4), "日…");
}

TEST(Print, WrapBreaksAtSpacesAndKeepsLines) {
  EXPECT_THAT(wrap("one two three\nfour", 8), ElementsAre("one two", "three", "four"));
  EXPECT_THAT(wrap("extraordinarily x", 5), ElementsAre("extraordinarily", "x"));
  EXPECT_THAT(wrap("", 5), ElementsAre(""));
}

TEST(Print, ATableFitsTheTerminal) {
  std::ostringstream out;
  const ManualClock clock(0);
  World world{.in = std::cin,
              .out = out,
              .err = out,
              .clock = clock,
              .env = {},
              .sleep = {},
              .serve = {},
              .out_is_terminal = true,
              .columns = 30};
  Table table({"ID", "TEXT"});
  table.add({"é", std::string(60, 'x')});
  table.add({"abc", "y"});
  table.print(world);
  EXPECT_EQ(out.str(), "ID   TEXT\né    " + std::string(24, 'x') + "…\nabc  y\n");
}

TEST(Print, ATreeIsIndentedLines) {
  std::ostringstream out;
  const ManualClock clock(0);
  World world{.in = std::cin, .out = out, .err = out, .clock = clock, .env = {}, .sleep = {}, .serve = {}};
  print_tree(world, boost::json::parse(R"({"a":"x\ny","b":[],"c":{"d":[1,0.15]},"e":[{"f":1,"g":null},{"h":[2]}]})"));
  EXPECT_EQ(out.str(), "a: x y\nb: none\nc:\n  d:\n    - 1\n    - 0.15\ne:\n  - f: 1, g: \n  -\n    h:\n      - 2\n");
}

}  // namespace
}  // namespace holdfast::cli
