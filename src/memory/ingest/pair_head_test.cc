#include "memory/ingest/pair_head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory/ingest/ingest_testing.h"

namespace holdfast::memory {
namespace {

using ingest_testing::at;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Memory fact(std::string content, std::string_view day, std::string session) {
  Memory memory;
  memory.content = std::move(content);
  memory.created_at = at(day);
  memory.session_id = std::move(session);
  return memory;
}

Replacement judge(const std::string& older, const std::string& newer) {
  const Memory before = fact(older, "2026-03-02", "a");
  const Memory now = fact(newer, "2026-03-20", "b");
  const Comparable b = make_comparable(before);
  const Comparable n = make_comparable(now);
  const Comparable* only = &b;
  return judge_pair(n, b, contexts_of(n, {&only, 1}, {}).front(), kReplaces);
}

struct Replaces : ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(Replaces, TheNewerTakesThePlace) {
  EXPECT_THAT(judge(GetParam().first, GetParam().second).parts, ::testing::Not(IsEmpty()));
}

INSTANTIATE_TEST_SUITE_P(
    Changes, Replaces,
    ::testing::Values(std::pair("The rent is 900 euros.", "The rent is 950 euros now."),
                      std::pair("Staff meeting is on Tuesdays at 10:00.", "The staff meeting moved to Thursdays."),
                      std::pair("The workshop is in room H2.", "Workshop room changed to H5."),
                      std::pair("We test with Jest.", "We switched from Jest to Vitest."),
                      std::pair("The API runs on Node 20.", "The API is on Node 22 since this morning."),
                      std::pair("Guest list: 60 people.", "Guest list is at 74 people now.")));

struct Coexists : ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(Coexists, BothStay) {
  EXPECT_THAT(judge(GetParam().first, GetParam().second).parts, IsEmpty());
  EXPECT_THAT(judge(GetParam().second, GetParam().first).parts, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Scopes, Coexists,
    ::testing::Values(std::pair("The memory limit is 512Mi in production.", "The memory limit is 1Gi in staging."),
                      std::pair("My son has football on Mondays.", "My daughter has football on Thursdays."),
                      std::pair("My cat is called Pixel.", "My dog is called Momo."),
                      std::pair("On weekdays the alarm is at 6:30.", "At the weekend the alarm is at 9:00."),
                      std::pair("Locker 3 has 12 hooks.", "Locker 4 has 14 hooks."),
                      std::pair("At work I use a Mac.", "At home I use a ThinkPad."),
                      std::pair("We use Postgres for the orders service.", "We use SQLite for the unit tests."),
                      std::pair("I play the cello.", "I go bouldering on Fridays.")));

TEST(PairHead, WhatIsSaidToStayStays) {
  EXPECT_THAT(
      judge("The catalog timeout is 800 ms.", "The pricing timeout goes down to 1200 ms, catalog stays at 800 ms.")
          .parts,
      IsEmpty());
  EXPECT_THAT(judge("Lessons are on Monday.", "Lessons are still on Monday.").parts, IsEmpty());
}

TEST(PairHead, OnlyThePartThatIsSpokenOfGoes) {
  const Replacement how =
      judge("The board is an nrf52840dk, and the serial port is /dev/ttyACM1.", "The serial port is /dev/ttyUSB0 now.");
  EXPECT_THAT(how.parts, ElementsAre(1U));
  EXPECT_GE(how.probability, kReplaces);
}

TEST(PairHead, ScoresAreRoundedSoThatProcessorsAgree) {
  const double score = judge("The rent is 900 euros.", "The rent is 950 euros now.").probability;
  EXPECT_EQ(score * 64, static_cast<double>(static_cast<int>(score * 64)));
}

TEST(PairHead, EventsAreHistoryAndAreNotReplaced) {
  Memory older = fact("We met on 2026-03-01.", "2026-03-02", "a");
  older.type = MemoryType::kEvent;
  EXPECT_FALSE(may_be_replaced(older, fact("We met again.", "2026-03-20", "b")));
  older.type = MemoryType::kTask;
  EXPECT_TRUE(may_be_replaced(older, fact("That is done.", "2026-03-20", "b")));
}

TEST(PairHead, WhatOneMessageSaysDoesNotReplaceItself) {
  Memory a = fact("The port is 8010.", "2026-03-02", "a");
  a.sources.push_back({.message = message_id("a", Role::kUser, "x", "")});
  Memory b = fact("The port is 8020 now.", "2026-03-02", "a");
  b.sources = a.sources;
  EXPECT_FALSE(may_be_replaced(a, b));
}

TEST(PairHead, TheWeightsFileFitsTheProgram) {
  const Memory memory = fact("The port is 8010.", "2026-03-02", "a");
  const Comparable side = make_comparable(memory);
  EXPECT_THAT(replaces_head().unknown_cues(pair_cues(side, 0, side, 0, {})), IsEmpty());
}

}  // namespace
}  // namespace holdfast::memory
