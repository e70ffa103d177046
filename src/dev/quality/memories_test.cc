#include "dev/quality/memories.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dev/quality/testing.h"

namespace holdfast::dev::quality {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Case labelled() {
  Case made;
  made.id = "one";
  made.sessions = {{.id = "s1", .messages = std::vector<memory::Message>(4)}};
  const auto gold = [&](const std::string& from, memory::MemoryType type, Terms must) -> CaseGold& {
    CaseGold& one = made.gold.emplace_back();
    one.from = {from};
    one.type = type;
    one.must = std::move(must);
    return one;
  };
  gold("s1:0", memory::MemoryType::kFact, {{"pnpm", "yarn"}}).none = {{"npm i"}};
  gold("s1:1", memory::MemoryType::kTask, {{"ship"}});
  gold("s1:2", memory::MemoryType::kFact, {{"past"}}).past = true;
  made.junk = {"s1:2", "s1:3"};
  made.supersedes = {{{{"npm"}}, {{"yarn"}}}};
  made.coexist = {{{{"red"}}, {{"blue"}}}};
  return made;
}

TEST(Keeping, GoldNeedsTheRightMessageWordsAndLength) {
  std::vector<std::string> misses;
  KeepingCounts counts = count_kept(labelled(),
                                    {{.text = "uses yarn", .type = "fact", .from = {"s1:0"}},
                                     {.text = "ship it", .type = "fact", .from = {"s1:1", "s1:3"}},
                                     {.text = "hello", .type = "fact", .from = {"s1:2", "s1:3"}},
                                     {.text = "given by hand", .type = "fact", .from = {}}},
                                    misses);
  EXPECT_EQ(counts.messages, 4U);
  EXPECT_EQ(counts.memories, 4U);
  EXPECT_EQ(counts.gold, 2U);  // what is past is not asked for
  EXPECT_EQ(counts.found, 2U);
  EXPECT_EQ(counts.typed, 1U);
  EXPECT_EQ(counts.junk, 1U);  // all of its messages are junk
  EXPECT_EQ(counts.superseded, 1U);
  EXPECT_EQ(counts.coexisting, 0U);
  EXPECT_THAT(misses, ElementsAre(HasSubstr("junk: hello"), HasSubstr("do not coexist")));

  misses.clear();
  counts = count_kept(labelled(),
                      {{.text = "uses yarn, not npm i", .type = "fact", .from = {"s1:0"}},
                       {.text = "ship", .type = "task", .from = {"s1:0"}},
                       {.text = "ship", .type = "task", .from = {"s1:1"}, .fits = false}},
                      misses);
  EXPECT_EQ(counts.found, 0U);
  EXPECT_EQ(counts.too_long, 1U);
}

TEST(Keeping, AChangeWantsTheNewValueAloneAmongCurrentFacts) {
  std::vector<std::string> misses;
  const auto superseded = [&](std::vector<Kept> kept) { return count_kept(labelled(), kept, misses).superseded; };
  const Kept fresh{.text = "yarn", .type = "fact", .from = {"s1:0"}};
  Kept stale{.text = "npm", .type = "fact", .from = {"s1:1"}};
  EXPECT_EQ(superseded({fresh, stale}), 0U);
  stale.current = false;
  EXPECT_EQ(superseded({fresh, stale}), 1U);
  stale.current = true;
  stale.type = "event";
  EXPECT_EQ(superseded({fresh, stale}), 1U);
  EXPECT_EQ(superseded({stale}), 0U);
}

TEST(Keeping, AnswersNeedAllTermsAndNoneOfTheOthers) {
  CaseQuestion question;
  question.kind = "date";
  question.has = {{"7 May", "May 7"}, {"Porto"}};
  question.none = {{"Lisbon"}};
  EXPECT_TRUE(answers_right(question, "On MAY 7,  in Porto"));
  EXPECT_FALSE(answers_right(question, "On May 7"));
  EXPECT_FALSE(answers_right(question, "May 7, Porto, then Lisbon"));
  question = CaseQuestion();
  question.kind = "unanswerable";
  EXPECT_TRUE(answers_right(question, ""));
  EXPECT_FALSE(answers_right(question, "Porto"));
}

TEST(Keeping, TheScoreIsTheMeanOfThree) {
  MemoriesRun run;
  run.counts = {.messages = 10, .memories = 4, .junk = 1, .gold = 2, .found = 1, .changes = 4, .superseded = 2};
  run.counts.pairs = run.counts.coexisting = 1;
  run.probes.resize(2);
  run.probes[0].kind = "date";
  run.probes[0].right = true;
  run.probes[1].kind = "list";
  // (.5 · .75² + .5 · 1 + .5) / 3
  EXPECT_NEAR(run.score(), (.28125 + .5 + .5) / 3, 1e-12);
  EXPECT_EQ(run.kinds().at("date").right, 1U);
  EXPECT_THAT(memories_table(run), HasSubstr("answers, list          0/1  0.000"));
}

TEST(Keeping, AWholeCaseFromItsFile) {
  const Folder folder;
  const std::string file =
      folder.write("cases.jsonl", R"({"id": "move", "sessions": [{"sessionId": "s1", "messages": [)"
                                  R"({"role": "user", "content": "My sister Ines lives in Porto.",)"
                                  R"( "timestamp": "2026-03-02T09:14:00Z"},)"
                                  R"({"role": "user", "content": "Hi!"}]}],)"
                                  R"( "gold": [{"from": ["s1:0"], "type": "fact", "must": ["porto"]}],)"
                                  R"( "junk": ["s1:1"], "questions": [)"
                                  R"({"q": "Where does Ines live?", "has": ["Porto"], "kind": "lookup"},)"
                                  R"({"q": "Which submarine sank?", "has": [],)"
                                  R"( "kind": "unanswerable", "referenceDate": "2026-05-01"}]})"
                                  "\n\n");
  const auto cases = read_cases(file);
  ASSERT_TRUE(cases) << cases.error().message;
  Options options;
  options.directory = folder.path();
  const auto run = run_memories(*cases, options);
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->counts.messages, 2U);
  EXPECT_EQ(run->counts.found, 1U);
  EXPECT_EQ(run->counts.junk, 0U);
  EXPECT_EQ(run->answers().right, 2U);
  EXPECT_THAT(memories_lines(*run), HasSubstr("move\tlookup\tWhere does Ines live?\tright\t"));
  EXPECT_DOUBLE_EQ(memories_json(*run).at("gold").as_double(), 1);
}

}  // namespace
}  // namespace holdfast::dev::quality
