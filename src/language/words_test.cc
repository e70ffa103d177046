#include "language/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace holdfast::language {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> found;
  for_each_word(text, [&](const Word& word) {
    found.push_back(std::string(word.text) + (word.part ? "|" : word.compound ? "+" : ""));
  });
  return found;
}

TEST(Words, FoldsCaseAndAccents) {
  EXPECT_THAT(words("The Café, ÜBER Straße!"), ElementsAre("the", "cafe", "uber", "strasse"));
  EXPECT_THAT(words("Łódź Œuvre Ångström Việt"), ElementsAre("lodz", "oeuvre", "angstrom", "viet"));
  EXPECT_THAT(words("Αθήνα ΠΌΛΙΣ Ёлка"), ElementsAre("αθηνα", "πολισ", "елка"));
  EXPECT_THAT(words("cafe\u0301 Ｆｕｌｌ２"), ElementsAre("cafe", "full2"));
}

TEST(Words, KeepsApostrophesInsideWords) {
  EXPECT_THAT(words("don't O’Brien 'quoted' dogs'"), ElementsAre("don't", "o'brien", "quoted", "dogs"));
}

TEST(Words, GivesRangesInTheText) {
  const std::string_view text = "Ein Café: src/a_b.cc";
  std::vector<std::string_view> ranges;
  for_each_word(text, [&](const Word& word) { ranges.push_back(text.substr(word.begin, word.end - word.begin)); });
  EXPECT_THAT(ranges, ElementsAre("Ein", "Café", "src/a_b.cc", "src", "a_b.cc", "a_b", "cc"));
}

TEST(Words, KeepsCompoundsWholeAndGivesTheirParts) {
  EXPECT_THAT(words("src/getUser.cc"),
              ElementsAre("src/getuser.cc+", "src|", "getuser.cc|", "getuser|", "get|", "user|", "cc|"));
  EXPECT_THAT(words("HTTPServer APIs"), ElementsAre("httpserver+", "http|", "server|", "apis"));
  EXPECT_THAT(words("max_retry_count"), ElementsAre("max_retry_count+", "max|", "retry|", "count|"));
  EXPECT_THAT(words("std::vector"), ElementsAre("std::vector+", "std|", "vector|"));
  EXPECT_THAT(words("follow-up."), ElementsAre("follow-up+", "follow|", "up|"));
  EXPECT_THAT(words("C++ and c#"), ElementsAre("c+++", "and", "c#+"));
  EXPECT_THAT(words("anna.b@example.com"),
              ElementsAre("anna.b@example.com+", "anna.b|", "anna|", "example.com|", "example|", "com|"));
  EXPECT_THAT(
      words("(https://example.com/a?page=12)"),
      ElementsAre("https://example.com/a?page=12+", "https|", "example.com|", "example|", "com|", "page|", "12|"));
}

TEST(Words, KeepsNumbersWhole) {
  EXPECT_THAT(words("1,200 and 4.5 or 10%, 1,20"), ElementsAre("1200+", "and", "4.5+", "or", "10%+", "10|", "1", "20"));
  EXPECT_THAT(words("3.11.7 v1.2"), ElementsAre("3.11.7+", "3.11|", "v1.2+", "1.2|"));
  EXPECT_THAT(words("2026-04-14 10:30"), ElementsAre("2026-04-14+", "2026|", "2026-04|", "10:30+"));
  EXPECT_THAT(words("14th 20ms 47fdb98 python3"),
              ElementsAre("14th+", "14|", "th|", "20ms+", "20|", "ms|", "47fdb98", "python3"));
}

TEST(Words, EndsSentencesOutsideWords) {
  EXPECT_THAT(words("Stop. Go... wait... what?"), ElementsAre("stop", "go", "wait", "what"));
  EXPECT_THAT(words("yes -- no - maybe"), ElementsAre("yes", "no", "maybe"));
}

TEST(Words, GivesBigramsOfScriptsWithoutSpaces) {
  EXPECT_THAT(words("我在東京住"), ElementsAre("我在", "在東", "東京", "京住"));
  EXPECT_THAT(words("使用Python3写"), ElementsAre("使用", "python3", "写"));
  EXPECT_THAT(words("猫。カフェ"), ElementsAre("猫", "カフ", "フェ"));
  EXPECT_THAT(words("서울에 산다"), ElementsAre("서울", "울에", "산다"));
}

TEST(Words, ReadsScriptsWrittenFromTheRight) {
  EXPECT_THAT(words("مَرْحَبًا، أحمد"), ElementsAre("مرحبا", "احمد"));
  EXPECT_THAT(words("שָׁלוֹם, עולם"), ElementsAre("שלום", "עולם"));
}

TEST(Words, SkipsEmoji) {
  EXPECT_THAT(words("family 👨‍👩‍👧‍👦 ❤️ day"), ElementsAre("family", "day"));
}

TEST(Words, SurvivesMalformedUtf8) {
  EXPECT_THAT(words("a\xFF\xC3 b\xE2\x80"), ElementsAre("a", "b"));
  EXPECT_THAT(words(std::string_view("x\0y", 3)), ElementsAre("x", "y"));
}

TEST(Words, CutsLongWordsAndStaysLinear) {
  for (const std::string_view unit : {"a", "ab_", "1", "aB", "é", "界", "a/", "1,000", "a.", "'", "://"}) {
    std::string text;
    while (text.size() < 32 * 1024) text += unit;
    std::size_t longest = 0;
    std::size_t end = 0;
    const auto start = std::chrono::steady_clock::now();
    for_each_word(text, [&](const Word& word) {
      longest = std::max(longest, word.text.size());
      end = std::max(end, word.end);
      EXPECT_LE(word.end, text.size());
    });
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(500)) << unit;
    EXPECT_LE(longest, kMaxWordBytes + 8) << unit;
  }
}

TEST(Terms, StemsAndDropsStopWords) {
  EXPECT_THAT(terms("I was running the tests"), ElementsAre("run", "test"));
  EXPECT_THAT(terms("we don't, they've, cannot"), IsEmpty());
  EXPECT_THAT(terms("Anna's dogs"), ElementsAre("anna", "dog"));
}

TEST(Terms, MakesTheSameTermOfSpellingsOfOneWord) {
  EXPECT_EQ(terms("e-mail").front(), terms("email").front());
  EXPECT_EQ(terms("GitHub").front(), terms("github").front());
  EXPECT_EQ(terms("getUsers").front(), terms("getusers").front());
  EXPECT_EQ(terms("1,200").front(), terms("1200").front());
  EXPECT_EQ(terms("café").front(), terms("CAFE").front());
}

TEST(Terms, FindCompoundsByTheirParts) {
  EXPECT_THAT(terms("src/base/time.h"), testing::IsSupersetOf({"src/base/time.h", "base", "time.h", "time"}));
  EXPECT_THAT(terms("the 21st"), testing::IsSupersetOf({"21st", "21"}));
}

TEST(Fold, KeepsEverythingElse) { EXPECT_EQ(fold("Élan — D’Arcy 100%"), "elan — d'arcy 100%"); }

}  // namespace
}  // namespace holdfast::language
