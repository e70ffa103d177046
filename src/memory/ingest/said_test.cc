#include "memory/ingest/said.h"

#include <gtest/gtest.h>

namespace holdfast::memory {
namespace {

Memory stated(std::string content, std::string name = {}) {
  Memory memory;
  memory.content = std::move(content);
  memory.name = std::move(name);
  return memory;
}

bool says(const std::string& older, const std::string& newer, double likeness = 0) {
  const Memory before = stated(older);
  const Memory now = stated(newer);
  return says_part(make_comparable(before), make_comparable(now), 0, likeness);
}

TEST(Said, TheSameInOtherWordsOrInPart) {
  EXPECT_TRUE(says("Vault password file lives in ~/.ansible/vault-fleet, mode 600.",
                   "The file with the vault password is ~/.ansible/vault-fleet."));
  EXPECT_TRUE(says("The rent is 900 euros, due on the 3rd.", "As I said, the rent is 900 euros."));
  EXPECT_TRUE(says("Never spoil endings unless asked.", "Endings are never to be spoiled unless asked."));
}

TEST(Said, AnotherNumberNameScopeOrNegationIsNew) {
  EXPECT_FALSE(says("The rent is 900 euros.", "The rent is 950 euros."));
  EXPECT_FALSE(says("Lessons with Paolo are on Monday.", "Lessons with Marta are on Monday."));
  EXPECT_FALSE(says("The memory limit is 1Gi in staging.", "The memory limit is 1Gi in production."));
  EXPECT_FALSE(says("Push to main.", "Never push to main."));
  EXPECT_FALSE(says("My son has football practice.", "My daughter has football practice."));
}

TEST(Said, VectorsMakeUpForOtherWords) {
  const char* older = "The bicycle stands in the garage.";
  const char* newer = "The bike is kept in the garage.";
  EXPECT_FALSE(says(older, newer, 0.3));
  EXPECT_TRUE(says(older, newer, 0.9));
}

TEST(Said, WhatSomebodyElseSaysIsTheirs) {
  const Memory a = stated("Ana: the report is ready", "Ana");
  const Memory b = stated("Ben: the report is ready", "Ben");
  EXPECT_FALSE(says_part(make_comparable(a), make_comparable(b), 0, 1));
}

}  // namespace
}  // namespace holdfast::memory
