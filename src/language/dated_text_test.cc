#include <gtest/gtest.h>

#include "language/dates.h"

namespace holdfast::language {
namespace {

std::string dated(std::string_view text) { return with_absolute_dates(text, *parse_iso("2026-04-15")); }

TEST(DatedText, ReplacesRelativeDates) {
  EXPECT_EQ(dated("we met yesterday"), "we met on 2026-04-14");
  EXPECT_EQ(dated("Last Friday we shipped"), "On 2026-04-10 we shipped");
  EXPECT_EQ(dated("we moved two weeks ago."), "we moved on 2026-04-01.");
  EXPECT_EQ(dated("I start a new job next month"), "I start a new job in 2026-05");
  EXPECT_EQ(dated("we launch next week"), "we launch in the week of 2026-04-20");
  EXPECT_EQ(dated("it is planned for next summer"), "it is planned for summer 2026");
  EXPECT_EQ(dated("we go there this weekend"), "we go there from 2026-04-18 to 2026-04-19");
}

TEST(DatedText, NeverDoublesAPreposition) {
  EXPECT_EQ(dated("done by Friday"), "done by 2026-04-17");
  EXPECT_EQ(dated("I have lived here since last May"), "I have lived here since 2025-05");
  EXPECT_EQ(dated("by next week"), "by the week of 2026-04-20");
  EXPECT_EQ(dated("on Friday"), "on 2026-04-17");
}

TEST(DatedText, LeavesEntriesAndWhatHasAnOwnerBare) {
  EXPECT_EQ(dated("Deadline: Friday"), "Deadline: 2026-04-17");
  EXPECT_EQ(dated("it broke again (yesterday)"), "it broke again (2026-04-14)");
  EXPECT_EQ(dated("- Yesterday we shipped"), "- On 2026-04-14 we shipped");
  EXPECT_EQ(dated("gym tomorrow + Friday 18:00"), "gym on 2026-04-16 + 2026-04-17 18:00");
  EXPECT_EQ(dated("compare it with yesterday"), "compare it with 2026-04-14");
  EXPECT_EQ(dated("move our Friday call"), "move our 2026-04-17 call");
  EXPECT_EQ(dated("my whole last week"), "my whole week of 2026-04-06");
  EXPECT_EQ(dated("I saw her yesterday - a joy"), "I saw her on 2026-04-14 - a joy");
}

TEST(DatedText, JoinsTwoDatesIntoAStretch) {
  EXPECT_EQ(dated("I am away tomorrow to Friday"), "I am away from 2026-04-16 to 2026-04-17");
  EXPECT_EQ(dated("from tomorrow until Friday"), "from 2026-04-16 until 2026-04-17");
}

TEST(DatedText, LeavesSubjectsAndOwnersBare) {
  EXPECT_EQ(dated("Tomorrow is my birthday"), "2026-04-16 is my birthday");
  EXPECT_EQ(dated("see tomorrow's agenda"), "see 2026-04-16's agenda");
}

TEST(DatedText, CompletesIncompleteDates) {
  EXPECT_EQ(dated("we met on March 21"), "we met on March 21 (2026-03-21)");
  EXPECT_EQ(dated("closed at Christmas"), "closed at Christmas (2025-12-25)");
  EXPECT_EQ(dated("due on the 21st"), "due on the 21st (2026-04-21)");
}

TEST(DatedText, LeavesTheRestAlone) {
  EXPECT_EQ(dated("since 2026-04-01, or May 2, 2026"), "since 2026-04-01, or May 2, 2026");
  EXPECT_EQ(dated(""), "");
}

TEST(DatedText, TellsWhatItUsed) {
  std::vector<DateMention> used;
  (void)with_absolute_dates("yesterday, on 2026-04-01, by May 2", *parse_iso("2026-04-15"), &used);
  ASSERT_EQ(used.size(), 2U);
  EXPECT_EQ(used[0].iso, "2026-04-14");
  EXPECT_EQ(used[1].iso, "2026-05-02");
}

}  // namespace
}  // namespace holdfast::language
