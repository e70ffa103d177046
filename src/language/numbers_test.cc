#include "language/numbers.h"

#include <gtest/gtest.h>

#include <chrono>

namespace holdfast::language {
namespace {

// The numbers found, as "canonical" or "canonical unit", joined by "; ".
std::string numbers(std::string_view text) {
  std::string all;
  for (const NumberMention& number : find_numbers(text)) {
    if (!all.empty()) all += "; ";
    all += number.canonical + (number.unit.empty() ? "" : " " + number.unit);
  }
  return all;
}

struct Case {
  std::string_view text;
  std::string_view found;
};

TEST(Numbers, ReadsDigits) {
  for (const auto& [text, found] : {Case{"it has 1,200 rows and 4.50 more", "1200; 4.5"},
                                    {"007 and 0", "7; 0"},
                                    {"about 1.2k users, 3m rows", "1200; 3000000"},
                                    {"2.5 million people", "2500000"},
                                    {"it is -3 outside", "-3"},
                                    {"3-5 people", "3; 5"}})
    EXPECT_EQ(numbers(text), found) << text;
}

TEST(Numbers, ReadsUnits) {
  for (const auto& [text, found] : {Case{"10% off, 20 percent", "10 %; 20 %"},
                                    {"$5 or 5 €, €1,000, 12 EUR", "5 usd; 5 eur; 1000 eur; 12 eur"},
                                    {"200ms, 3 GB, 5km", "200 ms; 3 gb; 5 km"},
                                    {"for 3 days and 2 weeks", "3 day; 2 week"},
                                    {"send 3 us", "3"}})
    EXPECT_EQ(numbers(text), found) << text;
}

TEST(Numbers, ReadsWords) {
  for (const auto& [text, found] : {Case{"three kids", "3"},
                                    {"twenty-one cats", "21"},
                                    {"two hundred and five files", "205"},
                                    {"a dozen eggs, half a dozen", "12; 6"},
                                    {"a thousand times", "1000"},
                                    {"twelve hundred", "1200"},
                                    {"one hour", "1 h"},
                                    {"the one I like", ""},
                                    {"a cat", ""}})
    EXPECT_EQ(numbers(text), found) << text;
}

TEST(Numbers, LeavesOutWhatIsNoQuantity) {
  for (const char* text :
       {"v1.2", "python3", "3.11.7", "2026-04-14", "10:30", "the 21st", "3d", "x_3", "#12", "a/3/b", "3_4"})
    EXPECT_EQ(numbers(text), "") << text;
}

TEST(Numbers, SaysWhere) {
  const std::string_view text = "costs € 12.50, two years";
  const auto found = find_numbers(text);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(text.substr(found[0].begin, found[0].end - found[0].begin), "€ 12.50");
  EXPECT_FALSE(found[0].word);
  EXPECT_EQ(text.substr(found[1].begin, found[1].end - found[1].begin), "two years");
  EXPECT_TRUE(found[1].word);
}

TEST(Numbers, TakesAnyBytesInLinearTime) {
  EXPECT_EQ(numbers("\xFF 5 \xC3"), "5");
  for (const std::string_view unit : {"1", "1,000,", "a", "two hundred ", "1.", "€", "a dozen", "-"}) {
    std::string text;
    while (text.size() < 32 * 1024) text += unit;
    const auto start = std::chrono::steady_clock::now();
    for (const NumberMention& number : find_numbers(text)) EXPECT_LE(number.end, text.size());
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(500)) << unit;
  }
}

}  // namespace
}  // namespace holdfast::language
