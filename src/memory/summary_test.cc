#include "memory/summary.h"

#include <gtest/gtest.h>

#include "memory/recall/testing.h"

namespace holdfast::memory {
namespace {

using testing::at;
using testing::keep;
using testing::say;

const TimeMs kNow = *parse_iso("2026-06-01T12:00:00Z");

TEST(Summary, EmptyProfileIsEmpty) { EXPECT_EQ(summarise(Fold(), "", kNow), ""); }

TEST(Summary, SectionsInOrderBytesAreFixed) {
  Fold fold;
  const Message first = say("s1", 0, Role::kUser, "…", "2026-03-01");
  const Message last = say("s2", 0, Role::kUser, "…", "2026-05-20");
  fold.message(first);
  fold.message(last);
  fold.memory(keep(MemoryType::kFact, "Lives in Ghent", &first));
  fold.memory(keep(MemoryType::kInstruction, "Answer in Dutch", &first));
  fold.memory(keep(MemoryType::kEvent, "Ran the 20 km of Brussels", &last));
  fold.memory(keep(MemoryType::kTask, "Write the report", &last));
  const std::string expected =
      "## Key Facts\n\n- Lives in Ghent\n\n"
      "## Recent Events\n\n- Ran the 20 km of Brussels (2026-05-20)\n\n"
      "## Active Tasks\n\n- Write the report\n\n"
      "## Last Session\n\n- Ran the 20 km of Brussels\n- Write the report\n\n"
      "## Instructions\n\n- Answer in Dutch\n";
  std::string text = summarise(fold, "", kNow);
  if (text != expected) {
    // Two memories of one message are ordered by their ids, which are hashes.
    const std::string swapped = "- Write the report\n- Ran the 20 km of Brussels\n";
    EXPECT_NE(text.find(swapped), std::string::npos) << text;
  }
  EXPECT_EQ(text, summarise(fold, "", kNow));
  EXPECT_NE(summarise(fold, "s1", kNow).find("## Last Session\n\n- "), std::string::npos);
}

TEST(Summary, LeavesOutOldEventsSupersededFactsAndEmptySections) {
  Fold fold;
  fold.memory(keep(MemoryType::kEvent, "Old trip", nullptr, "", "2026-01-01"));
  const Memory fresh = keep(MemoryType::kFact, "Uses Yarn", nullptr, "package manager", "2026-05-01");
  Memory old = keep(MemoryType::kFact, "Uses pnpm", nullptr, "package manager", "2026-01-01");
  old.superseded_by = fresh.id;
  fold.memory(old);
  fold.memory(fresh);
  EXPECT_EQ(summarise(fold, "", kNow), "## Key Facts\n\n- Uses Yarn\n");
}

TEST(Summary, EventsNewestFirstByTheDateTheyName) {
  Fold fold;
  fold.memory(keep(MemoryType::kEvent, "Dentist on 2026-05-10", nullptr, "", "2026-05-25"));
  fold.memory(keep(MemoryType::kEvent, "Concert on 2026-05-28", nullptr, "", "2026-05-20"));
  EXPECT_EQ(summarise(fold, "", kNow), "## Recent Events\n\n- Concert on 2026-05-28\n- Dentist on 2026-05-10\n");
}

TEST(Summary, KeepsWithinTheBudgetAndGivesEachSectionItsShare) {
  Fold fold;
  for (int i = 0; i < 300; ++i) {
    const std::string n = std::to_string(i);
    fold.memory(keep(MemoryType::kFact, "Fact " + n + " says something of middling length about the kitchen", nullptr,
                     "", "2026-04-01"));
    fold.memory(keep(MemoryType::kInstruction, "Rule " + n + " says something of middling length about the kitchen",
                     nullptr, "", "2026-04-01"));
  }
  const std::string text = summarise(fold, "", kNow);
  EXPECT_LE(text.size(), 4 * kSummaryTokens + 200);
  EXPECT_GE(text.size(), 4 * kSummaryTokens * 8 / 10);
  EXPECT_NE(text.find("## Key Facts"), std::string::npos);
  EXPECT_NE(text.find("## Instructions"), std::string::npos);
}

TEST(Summary, ShowsNoSecretAndKeepsToOneLine) {
  Fold fold;
  fold.memory(keep(MemoryType::kFact, "Token:\nghp_0123456789abcdefghijklmnopqrstuvwxyzAB"));
  const std::string text = summarise(fold, "", kNow);
  EXPECT_EQ(text.find("ghp_0123"), std::string::npos);
  EXPECT_EQ(std::ranges::count(text, '\n'), 3);
}

}  // namespace
}  // namespace holdfast::memory
