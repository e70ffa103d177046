#include "memory/ingest/place.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory/ingest/ingest_testing.h"

namespace holdfast::memory {
namespace {

using ingest_testing::at;
using ingest_testing::Profile;
using ingest_testing::reply;
using ingest_testing::say;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// The story of the README.
TEST(Place, ANewerStatementOfATopicSupersedesTheOlder) {
  Profile profile;
  profile.ingest("monday", {say("The project is a React app in TypeScript.", "2026-03-02"),
                            say("Use pnpm, not npm. And dark mode by default.", "2026-03-02")});
  EXPECT_THAT(profile.contents(), Contains(HasSubstr("React")));
  profile.ingest("friday", {say("we switched to Yarn", "2026-03-06")});

  const Memory* old = profile.find("pnpm");
  const Memory* yarn = profile.find("Yarn");
  ASSERT_NE(old, nullptr);
  ASSERT_NE(yarn, nullptr);
  EXPECT_EQ(old->type, MemoryType::kInstruction);
  EXPECT_EQ(yarn->type, MemoryType::kFact);
  EXPECT_EQ(old->superseded_by, yarn->id);
  EXPECT_THAT(profile.contents(), Contains(HasSubstr("ark mode")));
  EXPECT_THAT(profile.contents(), Contains(HasSubstr("React")));
}

TEST(Place, WhatArrivesLateEntersSuperseded) {
  Profile profile;
  profile.ingest("new", {say("The API port is 8030 now.", "2026-03-20")});
  profile.ingest("old", {say("The API port is 8010.", "2026-03-02")});
  profile.ingest("middle", {say("The API port is 8020 now.", "2026-03-10")});
  EXPECT_THAT(profile.contents(), ElementsAre(HasSubstr("8030")));
  for (const char* port : {"8010", "8020", "8030"}) ASSERT_NE(profile.find(port), nullptr) << port;
  EXPECT_EQ(profile.find("8010")->superseded_by, profile.find("8020")->id);
  EXPECT_EQ(profile.find("8020")->superseded_by, profile.find("8030")->id);
}

// In the very words of the version before the last: a new version, not a confirmation of the old one.
TEST(Place, AStatementThatComesBackIsCurrentAgain) {
  Profile profile;
  profile.ingest("a", {say("We use pnpm as the package manager.", "2026-03-02")});
  profile.ingest("b", {say("We switched to Yarn as the package manager.", "2026-03-10")});
  profile.ingest("c", {say("We use pnpm as the package manager.", "2026-03-20")});
  EXPECT_THAT(profile.contents(), ElementsAre(HasSubstr("pnpm")));
  profile.ingest("late", {say("We use pnpm as the package manager.", "2026-03-03")});
  EXPECT_THAT(profile.contents(), ElementsAre(HasSubstr("pnpm")));
  EXPECT_EQ(profile.fold.memories().size(), 3U);
}

TEST(Place, ScopedValuesCoexist) {
  Profile profile;
  profile.ingest("s", {say("The memory limit is 512Mi in production.", "2026-03-02"),
                       say("The memory limit is 1Gi in staging.", "2026-03-03"),
                       say("Raised the memory limit to 768Mi in production.", "2026-03-04")});
  EXPECT_THAT(profile.contents(), ElementsAre(HasSubstr("1Gi"), HasSubstr("768Mi")));
}

TEST(Place, TopicsWithSeveralValuesCoexist) {
  Profile profile;
  profile.ingest("s", {say("We use Postgres for the orders service.", "2026-03-02"),
                       say("We use SQLite for the unit tests.", "2026-03-03"),
                       say("My cat is called Pixel.", "2026-03-04"), say("My dog is called Momo.", "2026-03-05")});
  EXPECT_EQ(profile.contents().size(), 4U);
}

TEST(Place, TheSameStatementAgainAddsASource) {
  Profile profile;
  profile.ingest("a", {say("The deploy window is at 14:00 UTC, for 2 hours.", "2026-03-02")});
  const Placed placed = profile.ingest("b", {say("the deploy window is at 14:00 UTC, for 2 hours.", "2026-04-02")});
  ASSERT_EQ(profile.fold.memories().size(), 1U);
  const Memory& memory = profile.fold.memories().begin()->second;
  EXPECT_EQ(memory.sources.size(), 2U);
  EXPECT_EQ(memory.created_at, at("2026-03-02"));
  EXPECT_EQ(memory.updated_at, at("2026-04-02"));
  EXPECT_THAT(placed.stored, IsEmpty());
  EXPECT_THAT(placed.confirmed, ElementsAre(memory.id));
}

TEST(Place, TheSameValueInOtherWordsAddsASource) {
  Profile profile;
  profile.ingest("a", {say("Use pnpm, not npm, in this repository.", "2026-03-02")});
  profile.ingest("b", {say("As I said, we always use pnpm here.", "2026-03-09")});
  ASSERT_EQ(profile.contents().size(), 1U);
  EXPECT_EQ(profile.fold.memories().begin()->second.sources.size(), 2U);
}

TEST(Place, IngestingAgainChangesNothing) {
  Profile profile;
  const std::vector<Message> messages = {say("Use pnpm, not npm. And dark mode by default.", "2026-03-02"),
                                         say("we switched to Yarn", "2026-03-06")};
  profile.ingest("s", messages);
  const Digest before = profile.fold.digest();
  const Placed placed = profile.ingest("s", messages);
  EXPECT_TRUE(profile.last_batch.empty());
  EXPECT_THAT(placed.stored, IsEmpty());
  EXPECT_EQ(profile.fold.digest(), before);
}

TEST(Place, OrderOfCandidatesDoesNotMatter) {
  NewMemory a;
  a.memory.content = "The API port is 8010.";
  a.memory.topic_key = "api port";
  a.memory.created_at = at("2026-03-02");
  NewMemory b = a;
  b.memory.content = "The API port is 8020.";
  b.memory.created_at = at("2026-03-03");
  Batch one;
  Batch two;
  static_cast<void>(place(Fold(), {a, b}, false, one));
  static_cast<void>(place(Fold(), {b, a}, false, two));
  EXPECT_EQ(one.memories, two.memories);
  ASSERT_EQ(one.memories.size(), 2U);
}

TEST(Place, ABuriedStatementStaysOutUnlessRemembered) {
  Fold fold;
  fold.tombstone({statement_hash("The rent is 900 euros.")});
  NewMemory memory;
  memory.memory.content = "The rent is  900 Euros.";
  memory.memory.created_at = at("2026-03-02");
  Batch batch;
  const Placed placed = place(fold, {memory}, false, batch);
  EXPECT_TRUE(batch.empty());
  ASSERT_EQ(placed.dropped.size(), 1U);
  EXPECT_EQ(placed.dropped[0].stage, "place");
  EXPECT_EQ(place(fold, {memory}, true, batch).stored.size(), 1U);
}

TEST(Place, ADoneStatementClosesTheOlderTask) {
  Profile profile;
  profile.ingest("a", {say("I still need to write the rotation runbook for Henrike.", "2026-03-02")});
  ASSERT_NE(profile.find("runbook"), nullptr);
  ASSERT_EQ(profile.find("runbook")->type, MemoryType::kTask);
  profile.ingest("b", {say("The rotation runbook is finished and merged.", "2026-03-09")});
  EXPECT_THAT(profile.contents(), ElementsAre(HasSubstr("finished")));
}

TEST(Place, ADoneStatementLeavesOtherTasksAndYoungerOnes) {
  Profile profile;
  profile.ingest("a", {say("I still need to book the flights to Osaka.", "2026-03-02")});
  profile.ingest("b", {say("The rotation runbook is finished and merged.", "2026-03-09")});
  EXPECT_EQ(profile.contents().size(), 2U);
  profile.ingest("c", {say("I still need to translate the rotation runbook.", "2026-03-12")});
  EXPECT_EQ(profile.contents().size(), 3U);
}

TEST(Place, ARestThatIsStillTrueIsKept) {
  Profile profile;
  profile.ingest("a", {say("The board is an nrf52840dk, and the serial port is /dev/ttyACM1.", "2026-03-02")});
  profile.ingest("b", {say("The serial port is /dev/ttyUSB0 now.", "2026-03-09")});
  EXPECT_THAT(profile.contents(), Contains(HasSubstr("nrf52840dk")));
  EXPECT_THAT(profile.contents(), Contains(HasSubstr("ttyUSB0")));
  EXPECT_THAT(profile.contents(), Not(Contains(HasSubstr("ttyACM1"))));
}

TEST(Place, AReplacementThatNamesTheOldValueNeedsNoKey) {
  Profile profile;
  profile.ingest("a", {say("We use Postgres for everything in the billing service.", "2026-03-02")});
  profile.ingest("b", {say("Billing migrated from Postgres to CockroachDB last week.", "2026-04-02")});
  EXPECT_THAT(profile.contents(), ElementsAre(HasSubstr("CockroachDB")));
}

struct Chain : ::testing::Test {
  void SetUp() override {
    profile.ingest("a", {say("The API port is 8010.", "2026-03-02")});
    profile.ingest("b", {say("The API port is 8020 now.", "2026-03-03")});
    profile.ingest("c", {say("The API port is 8030 now.", "2026-03-04")});
    for (const char* port : {"8010", "8020", "8030"}) ASSERT_NE(profile.find(port), nullptr) << port;
    first = profile.find("8010")->id;
    second = profile.find("8020")->id;
    third = profile.find("8030")->id;
  }
  // Deletes as the pipeline does.
  void forget(std::vector<Id> ids) {
    Batch batch;
    batch.deleted_memories = ids;
    relink(profile.fold, ids, batch);
    for (const Memory& memory : batch.memories) profile.fold.memory(memory);
    for (const Id& id : ids) profile.fold.deleted_memory(id);
  }
  Profile profile;
  Id first, second, third;
};

TEST_F(Chain, RelinksPastAForgottenVersion) {
  forget({second});
  EXPECT_EQ(profile.fold.find_memory(first)->superseded_by, third);
}

TEST_F(Chain, AForgottenHeadDoesNotReviveItsPredecessor) {
  forget({third});
  EXPECT_EQ(profile.fold.find_memory(second)->superseded_by, third);
  EXPECT_THAT(profile.contents(), IsEmpty());
}

TEST_F(Chain, RelinksPastSeveral) {
  forget({second, third});
  EXPECT_FALSE(profile.fold.find_memory(first)->current());
}

TEST_F(Chain, WhatArrivesLateStaysBehindAForgottenHead) {
  forget({third});
  profile.ingest("late", {say("The API port is 8025 now.", "2026-03-03T12:00:00Z")});
  EXPECT_THAT(profile.contents(), IsEmpty());
  profile.ingest("newer", {say("The API port is 8040 now.", "2026-03-05")});
  EXPECT_THAT(profile.contents(), ElementsAre(HasSubstr("8040")));
}

}  // namespace
}  // namespace holdfast::memory
