#include "base/log.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/time.h"

namespace holdfast::log {
namespace {

class LogTest : public testing::Test {
 protected:
  ~LogTest() override { set_level(Level::kInfo); }
};

// The error channel, as lines.
template <typename Work>
std::vector<std::string> lines_of(Work work) {
  testing::internal::CaptureStderr();
  work();
  std::istringstream text(testing::internal::GetCapturedStderr());
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

TEST_F(LogTest, ALineIsAnObject) {
  const auto lines = lines_of([] {
    warning("two\nlines and a \"quote\" {}", {{"id", "01ARYZ6S41"}, {"bytes", "\xFF\xFE"}, {"accent", "é"}});
    error("plain");
  });
  ASSERT_EQ(lines.size(), 2U);
  const auto first = boost::json::parse(lines[0]).as_object();
  EXPECT_EQ(first.at("level").as_string(), "warning");
  EXPECT_EQ(first.at("message").as_string(), "two\nlines and a \"quote\" {}");
  EXPECT_EQ(first.at("id").as_string(), "01ARYZ6S41");
  EXPECT_EQ(first.at("bytes").as_string(), "(not UTF-8)");
  EXPECT_EQ(first.at("accent").as_string(), "é");
  EXPECT_TRUE(parse_iso(std::string(first.at("time").as_string())));
  EXPECT_EQ(boost::json::parse(lines[1]).at("level").as_string(), "error");
}

TEST_F(LogTest, SaysNothingBelowItsLevel) {
  const auto all = [] { debug("d"), info("i"), warning("w"), error("e"); };
  EXPECT_EQ(lines_of(all).size(), 3U);
  set_level(Level::kDebug);
  EXPECT_EQ(lines_of(all).size(), 4U);
  set_level(Level::kError);
  EXPECT_EQ(lines_of(all).size(), 1U);
  set_level(Level::kOff);
  EXPECT_EQ(lines_of(all).size(), 0U);
}

TEST_F(LogTest, KnowsItsLevelsByName) {
  Level level = Level::kInfo;
  EXPECT_TRUE(parse_level("warning", level));
  EXPECT_EQ(level, Level::kWarning);
  EXPECT_TRUE(parse_level("off", level));
  EXPECT_EQ(level, Level::kOff);
  EXPECT_FALSE(parse_level("warn", level));
  EXPECT_EQ(level, Level::kOff);
}

}  // namespace
}  // namespace holdfast::log
