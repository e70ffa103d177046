#include "memory/ingest/same.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace holdfast::memory {
namespace {

using ::testing::IsEmpty;

Memory stated(const std::string& content) {
  Memory memory;
  memory.type = MemoryType::kFact;
  memory.content = content;
  return memory;
}

// How sure the head is, of a pair that the encoder finds this alike; others are `usual`.
bool same(const std::string& older, const std::string& newer, double likeness, double usual = 0.2) {
  const Memory before = stated(older);
  const Memory now = stated(newer);
  const Comparable own = make_comparable(now);
  const std::vector<double> parts(own.parts.size(), likeness - 0.25);
  return says_same(make_comparable(before), own, {.known = true, .message = likeness, .parts = parts, .lowest = parts},
                   likeness, usual) >= kSame;
}

TEST(Same, AParaphraseByItsVectors) {
  const char* older = "Dress code all black, folder black too, no perfume.";
  const char* newer = "We wear nothing but black, carry a black folder, and use no perfume.";
  EXPECT_TRUE(same(older, newer, 0.82));
  EXPECT_FALSE(same(older, newer, 0.4));
}

TEST(Same, OnlyWhatStandsOutAmongTheOthers) {
  const char* older = "Dress code all black, folder black too, no perfume.";
  const char* newer = "We wear nothing but black, carry a black folder, and use no perfume.";
  EXPECT_FALSE(same(older, newer, 0.82, 0.7));
}

TEST(Same, OtherValuesAreOtherThings) {
  EXPECT_FALSE(same("The concert starts at 18:00.", "The concert begins at 19:00.", 0.97));
  EXPECT_FALSE(same("The deadline is 2026-05-15.", "The deadline is 2026-05-29.", 0.97));
  EXPECT_FALSE(same("We use npm as the package manager.", "We use pnpm as the package manager.", 0.97));
  EXPECT_FALSE(same("Guests pay 25 euros a day, members pay 310 euros a year.",
                    "A member pays 310 euros a year, but guests now pay 30 euros a day instead of 25.", 0.97));
  EXPECT_FALSE(same("I live in Berlin.", "I live in Munich.", 0.97));
  EXPECT_FALSE(same("The user drinks tea in the morning.", "The user drinks coffee in the morning.", 0.97));
}

TEST(Same, NobodyElsesWordsNorThoseOfTheSameMessage) {
  Memory a = stated("The report is ready.");
  Memory b = stated("The report is ready.");
  EXPECT_TRUE(may_say(a, b));
  b.name = "Ben";
  EXPECT_FALSE(may_say(a, b));
  b.name.clear();
  a.sources.push_back({.message = message_id("a", Role::kUser, "x", "")});
  b.sources = a.sources;
  EXPECT_FALSE(may_say(a, b));
}

TEST(Same, TheWeightsFileFitsTheProgram) {
  const Memory memory = stated("The port is 8010.");
  const Comparable side = make_comparable(memory);
  EXPECT_THAT(same_head().unknown_cues(same_cues(side, side, {}, 0, 0)), IsEmpty());
}

}  // namespace
}  // namespace holdfast::memory
