#include "language/sentences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace holdfast::language {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string_view> texts(std::string_view message) {
  std::vector<std::string_view> found;
  for (const Sentence& sentence : sentences(message)) found.push_back(sentence.text);
  return found;
}

TEST(Sentences, SplitAtMarksBeforeBlanks) {
  EXPECT_THAT(texts("I moved. Really? Yes! Good… fine"), ElementsAre("I moved.", "Really?", "Yes!", "Good…", "fine"));
  EXPECT_THAT(texts("She said \"go.\" Then left."), ElementsAre("She said \"go.\"", "Then left."));
  EXPECT_THAT(texts("first; second -- third"), ElementsAre("first", "second", "third"));
  EXPECT_THAT(texts("one line\nanother"), ElementsAre("one line", "another"));
  EXPECT_THAT(texts("我住在柏林。我喜欢猫！好"), ElementsAre("我住在柏林。", "我喜欢猫！", "好"));
}

TEST(Sentences, DoNotSplitInsideThings) {
  for (const char* whole : {"Use tabs, e.g. in Makefiles", "Ask Dr. Weber about it", "Version 3.11.7 and v1.2 work",
                            "See https://a.io/x.y?z for it"})
    EXPECT_THAT(texts(whole), ElementsAre(whole));
  EXPECT_THAT(texts("J. Smith wrote main.py and setup.cfg"), ElementsAre("J. Smith wrote main.py and setup.cfg"));
  EXPECT_THAT(texts("run `make a; b. c` now"), ElementsAre("run `make a; b. c` now"));
  EXPECT_THAT(texts("It costs 4.5 euros"), ElementsAre("It costs 4.5 euros"));
  EXPECT_THAT(texts("We meet at 5 p.m. on Friday"), ElementsAre("We meet at 5 p.m. on Friday"));
  EXPECT_THAT(texts("Oh no. That is bad"), ElementsAre("Oh no.", "That is bad"));
}

TEST(Sentences, LeaveOutWhatWasPasted) {
  EXPECT_THAT(texts("before\n```py\nx = 1. Or not\n```\nafter"), ElementsAre("before", "after"));
  EXPECT_THAT(texts("look\n```\nnever closed"), ElementsAre("look"));
  EXPECT_THAT(texts("> you said this\nI did"), ElementsAre("I did"));
  EXPECT_THAT(texts("diff --git a/x b/x\n@@ -1 +1 @@\n-old line\n+new line\n\nDone"), ElementsAre("Done"));
  EXPECT_THAT(texts("2026-04-14 10:20:30 server started\nINFO: listening\nit works"), ElementsAre("it works"));
  EXPECT_THAT(texts("Traceback (most recent call last):\n  File \"a.py\", line 3, in <module>\nwhy?"),
              ElementsAre("why?"));
  EXPECT_THAT(texts("    at com.acme.Main.run(Main.java:12)\nhelp"), ElementsAre("help"));
}

TEST(Sentences, GiveListItemsTheirHeader) {
  const auto found = sentences("Rules:\n- use tabs\n- no force push. ever\n\nThanks");
  ASSERT_EQ(found.size(), 5U);
  EXPECT_EQ(found[0].text, "Rules:");
  EXPECT_EQ(found[1].text, "use tabs");
  EXPECT_EQ(found[1].header, "Rules");
  EXPECT_EQ(found[2].header, "Rules");
  EXPECT_EQ(found[3].text, "ever");
  EXPECT_EQ(found[3].header, "Rules");
  EXPECT_EQ(found[4].header, "");
}

TEST(Sentences, SplitListsWithinALine) {
  const auto found = sentences("please: 1) run the tests 2) push");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].text, "run the tests");
  EXPECT_EQ(found[0].header, "please");
  EXPECT_EQ(found[1].text, "push");
}

TEST(Sentences, SayWhereTheyStand) {
  const std::string_view message = "Hi there.\r\n\n  * we moved to Köln\n";
  const auto found = sentences(message);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1].line_from, 3);
  EXPECT_EQ(found[1].line_to, 3);
  EXPECT_EQ(message.substr(found[1].begin, found[1].end - found[1].begin), "we moved to Köln");
  EXPECT_EQ(found[1].text.data(), message.data() + found[1].begin);
}

TEST(Sentences, TellQuotedOnes) {
  EXPECT_TRUE(sentences("\"I hate tabs\"")[0].quoted);
  EXPECT_TRUE(sentences("“I hate tabs”.")[0].quoted);
  EXPECT_FALSE(sentences("\"tabs\" are what I hate")[0].quoted);
  EXPECT_FALSE(sentences("\"a\" and \"b\"")[0].quoted);
}

TEST(Sentences, AreEmptyWithoutWords) { EXPECT_THAT(texts("\n --- \n!!! ... \n"), IsEmpty()); }

TEST(Sentences, StayLinear) {
  for (const std::string_view unit : {"a", ".", "`", "a. ", "\"", "…", "1) ", "-", "> ", ".)", ", and is "}) {
    std::string text;
    while (text.size() < 32 * 1024) text += unit;
    const auto start = std::chrono::steady_clock::now();
    for (const Sentence& sentence : sentences(text)) EXPECT_LE(sentence.end, text.size());
    EXPECT_GE(clauses(text).size(), 1U);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(500)) << unit;
  }
}

TEST(Sentences, SurviveMalformedUtf8) {
  EXPECT_THAT(texts("ok\xFF. \xE2\x80 fine"), ElementsAre("ok\xFF.", "\xE2\x80 fine"));
}

TEST(Clauses, SplitWhereBothSidesHaveVerbs) {
  EXPECT_THAT(clauses("I moved to Berlin last spring and my sister works at a bakery"),
              ElementsAre("I moved to Berlin last spring", "my sister works at a bakery"));
  EXPECT_THAT(clauses("The api lives in cmd/wharfd, but the worker runs somewhere else"),
              ElementsAre("The api lives in cmd/wharfd", "the worker runs somewhere else"));
}

TEST(Clauses, StayWholeOtherwise) {
  for (const char* whole : {"I like bread and butter and a good cup of coffee", "I moved and I like it here",
                            "We stay on the old version for now, because the new one breaks the build",
                            "She told me (and I wrote it down, it was good) about the plan"})
    EXPECT_THAT(clauses(whole), ElementsAre(whole));
  EXPECT_THAT(clauses("  "), IsEmpty());
}

TEST(Clauses, FindVerbs) {
  EXPECT_TRUE(has_verb("we deploy"));
  EXPECT_TRUE(has_verb("it’s fine"));
  EXPECT_FALSE(has_verb("bread and butter"));
  EXPECT_FALSE(has_verb(""));
}

}  // namespace
}  // namespace holdfast::language
