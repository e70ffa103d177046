#include "dev/cases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "dev/quality/testing.h"

namespace holdfast::dev {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Cases, ReadsSessionsLabelsAndQuestions) {
  const quality::Folder folder;
  const std::string file = folder.write(
      "cases.jsonl",
      R"({"id": "a", "sessions": [{"sessionId": "s1", "messages": [)"
      R"({"role": "user", "name": "Ada", "content": "use pnpm", "timestamp": "2026-03-02T09:14:00Z"},)"
      R"( {"role": "assistant", "content": "Noted."}]}],)"
      R"( "gold": [{"from": ["s1:0"], "type": "instruction", "must": ["pnpm", ["2026-03-02", "March 2"]], "not": ["npm i"],)"
      R"( "about": "manager"}], "past": [{"from": ["s1:1"], "type": "task"}], "junk": ["s1:1"],)"
      R"( "supersedes": [{"old": ["npm"], "new": ["pnpm"]}], "coexist": [[["a"], ["b"]]],)"
      R"( "questions": [{"q": "Which?", "has": ["pnpm"], "kind": "lookup"}]})"
      "\n\n");
  const auto cases = read_cases(file);
  ASSERT_TRUE(cases) << cases.error().message;
  ASSERT_EQ(cases->size(), 1U);
  const Case& one = cases->front();
  ASSERT_EQ(one.sessions.size(), 1U);
  const memory::Message& first = one.sessions[0].messages.at(0);
  EXPECT_EQ(first.name, "Ada");
  EXPECT_EQ(first.timestamp, *parse_iso("2026-03-02T09:14:00Z"));
  EXPECT_EQ(one.sessions[0].messages.at(1).position, 1);
  EXPECT_NE(first.id, one.sessions[0].messages.at(1).id);
  EXPECT_EQ(message_key(one.sessions[0], 1), "s1:1");
  ASSERT_EQ(one.gold.size(), 2U);
  EXPECT_EQ(one.gold[0].type, memory::MemoryType::kInstruction);
  EXPECT_THAT(one.gold[0].must, ElementsAre(ElementsAre("pnpm"), ElementsAre("2026-03-02", "March 2")));
  EXPECT_FALSE(one.gold[0].past);
  EXPECT_TRUE(one.gold[1].past);
  EXPECT_TRUE(one.junk.contains("s1:1"));
  EXPECT_EQ(one.supersedes.size(), 1U);
  EXPECT_EQ(one.coexist.size(), 1U);
  ASSERT_EQ(one.questions.size(), 1U);
  EXPECT_EQ(one.questions[0].kind, "lookup");
}

TEST(Cases, SaysWhichLineIsNoCase) {
  const quality::Folder folder;
  const auto cases = read_cases(folder.write("broken.jsonl", "{\"id\": \"a\"}\n[1]\n"));
  ASSERT_FALSE(cases);
  EXPECT_THAT(cases.error().message, HasSubstr(":2: not a JSON object"));
  EXPECT_FALSE(read_cases(folder.write("other.jsonl", "") + ".missing"));
}

TEST(Cases, ComparesFoldedText) {
  const Terms terms = {{"Don't push"}, {"2026-03-02", "March 2"}};
  EXPECT_EQ(count_terms(folded("Don\xE2\x80\x99t  push after MARCH 2"), terms), 2U);
  EXPECT_EQ(count_terms(folded("don't push"), terms), 1U);
  EXPECT_TRUE(has_any(folded("on march 2"), terms));
  EXPECT_FALSE(has_any(folded("push"), terms));
}

}  // namespace
}  // namespace holdfast::dev
