#include "dev/quality/recall_quality.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dev/quality/ablation.h"
#include "dev/quality/report.h"
#include "dev/quality/testing.h"

namespace holdfast::dev::quality {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

Question question(const std::string& text, const std::string& category, std::vector<Turn> evidence,
                  const std::string& gold = "") {
  Question made;
  made.id = text;
  made.text = text;
  made.category = category;
  for (const Turn& turn : evidence) add_once(made.sessions, turn.session);
  made.evidence = std::move(evidence);
  made.gold = gold;
  return made;
}

Asked asked(const Question& of, std::vector<std::size_t> ranks, const std::string& answer, double ms = 1) {
  return {.conversation = nullptr,
          .question = &of,
          .ranks = ranks,
          .session_ranks = std::vector<std::size_t>(of.sessions.size(), 1),
          .answer = answer,
          .ms = ms};
}

TEST(Summary, MeansByCategoryAndOverAllThatDoNotStandApart) {
  const Question first = question("1", "a", {{"s", "x"}, {"s", "y"}}, "red kayak");
  const Question second = question("2", "a", {{"s", "x"}});
  Question third = question("3", "b", {{"s", "x"}}, "blue");
  third.apart = third.unanswerable = true;
  const Question none = question("4", "c", {});
  const RecallReport report = summarise({asked(first, {1, 7}, "a red boat", 1), asked(second, {0}, "", 2),
                                         asked(third, {2}, "", 3), asked(none, {}, "something", 4)});
  ASSERT_EQ(report.rows.size(), 4U);
  const Row& a = report.rows[0];
  EXPECT_EQ(a.category, "a");
  EXPECT_EQ(a.questions, 2U);
  EXPECT_DOUBLE_EQ(a.r5, .25);
  EXPECT_DOUBLE_EQ(a.r10, .5);
  EXPECT_DOUBLE_EQ(a.mrr, .5);
  EXPECT_DOUBLE_EQ(a.answer, .5);  // of the one that has a right answer
  EXPECT_EQ(a.silent_falsely, 1U);
  EXPECT_EQ(report.rows[1].silent_rightly, 1U);
  EXPECT_EQ(report.rows[2].questions, 0U);
  const Row& all = report.rows.back();
  EXPECT_EQ(all.category, "all");
  EXPECT_EQ(all.questions, 2U);
  EXPECT_EQ(all.answerable, 3U);
  EXPECT_EQ(all.unanswerable, 0U);
  EXPECT_DOUBLE_EQ(report.p50_ms, 2);
  EXPECT_DOUBLE_EQ(report.p99_ms, 4);
}

memory::IncomingMessage said(const std::string& text) {
  return {.role = memory::Role::kUser, .content = text, .name = {}, .timestamp = 1'700'000'000'000};
}

Conversation kayaks() {
  Conversation conversation{.id = "kayaks", .batches = {}, .questions = {}};
  conversation.batches = {
      {.session = "s1", .messages = {said("I bought a red kayak in Porto."), said("The weather was fine.")}},
      {.session = "s2", .messages = {said("My sister Ines teaches chemistry.")}}};
  conversation.questions = {
      question("What does Ines teach?", "work", {{"s2", "My sister Ines teaches chemistry."}}, "chemistry"),
      question("Where did I buy the kayak?", "trips", {{"s1", "I bought a red kayak in Porto."}}, "Porto")};
  return conversation;
}

TEST(Summary, TheNewestValueMustGoBeforeTheEarlierOnes) {
  Question changed = question("1", "a", {{"s", "old"}, {"s", "new"}, {"s", "newer"}});
  changed.newest = {{"s", "new"}, {"s", "newer"}};
  const RecallReport report =
      summarise({asked(changed, {3, 2, 9}, ""), asked(changed, {0, 4, 0}, ""), asked(changed, {1, 2, 3}, ""),
                 asked(changed, {2, 0, 0}, ""), asked(question("2", "a", {{"s", "x"}}), {1}, "")});
  EXPECT_EQ(report.rows.front().changed, 4U);
  EXPECT_EQ(report.rows.front().newest_first, 2U);
}

TEST(RecallQuality, FindsTheEvidenceAndKeepsWhatItTookIn) {
  const Folder folder;
  Options options;
  options.directory = folder.path();
  options.cache = folder.path("cache");
  options.jobs = 2;
  Conversation other = kayaks();
  other.batches[0].session = "elsewhere";
  const std::vector<Conversation> conversations = {kayaks(), other};
  const auto first = run_recall(conversations, options);
  ASSERT_TRUE(first) << first.error().message;
  ASSERT_EQ(first->asked.size(), 4U);
  EXPECT_EQ(first->asked[0].ranks, std::vector<std::size_t>{1});
  EXPECT_EQ(first->asked[1].ranks, std::vector<std::size_t>{1});
  EXPECT_EQ(first->asked[3].ranks, std::vector<std::size_t>{0});  // its session has another name
  EXPECT_EQ(first->footing.intake.reused, 0U);
  EXPECT_EQ(first->footing.intake.messages, 6U);
  EXPECT_GT(first->footing.bytes_on_disk, 0);

  options.ablate = true;
  const auto again = run_recall(conversations, options);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->footing.intake.reused, 2U);
  EXPECT_EQ(again->asked[0].answer, first->asked[0].answer);
  ASSERT_FALSE(again->variants.empty());
  EXPECT_EQ(again->variants[0].name, "channel topic_key");

  const std::string table = recall_table(*again);
  EXPECT_THAT(table, HasSubstr("trips"));
  EXPECT_THAT(table, HasSubstr("channel messages"));
  EXPECT_EQ(recall_json(*again).at("rows").as_array().size(), 3U);
  EXPECT_THAT(recall_lines(*again), HasSubstr("kayaks\tWhat does Ines teach?\twork\tWhat does Ines teach?\t1\t"));
  EXPECT_EQ(field("a\tb\nc"), "a b c");
}

TEST(RecallQuality, WithoutACacheNothingIsLeftBehind) {
  const Folder folder;
  Options options;
  options.directory = folder.path();
  const std::vector<Conversation> conversations = {kayaks()};
  ASSERT_TRUE(run_recall(conversations, options));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Ablation, LeavesOutOneThingAtATime) {
  memory::RecallTuning from;
  from.channels = {{"messages", 0}};
  const std::vector<Omission> all = omissions(from);
  std::vector<std::string> names;
  for (const Omission& omission : all) names.push_back(omission.name);
  EXPECT_THAT(names, Contains("channel full_text"));
  EXPECT_THAT(names, Not(Contains("channel messages")));  // left out already
  EXPECT_THAT(names, Contains("signal window"));
  EXPECT_THAT(names, Not(Contains("signal own")));  // has no weight
  for (const Omission& omission : all) {
    if (omission.name != "signal window") continue;
    EXPECT_EQ(omission.tuning->dialogue.window, 0);
    EXPECT_EQ(omission.tuning->chat.window, 0);
    EXPECT_EQ(omission.tuning->dialogue.session, memory::weights::kDialogue.session);
    EXPECT_EQ(omission.tuning->channel("messages"), 0);
  }
}

}  // namespace
}  // namespace holdfast::dev::quality
