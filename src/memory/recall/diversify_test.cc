#include "memory/recall/diversify.h"

#include <gtest/gtest.h>

namespace holdfast::memory {
namespace {

RecallCandidate candidate(const std::string& content, double score, bool superseded = false) {
  RecallCandidate out;
  out.content = content;
  out.score = score;
  out.superseded = superseded;
  return out;
}

TEST(Diversify, DropsWhatWasSaidAlready) {
  const auto kept = diversify({candidate("The cat is called Mimi.", 3), candidate("the cat is called MIMI", 2),
                               candidate("The dog is called Rex.", 1)},
                              10);
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0].content, "The cat is called Mimi.");
  EXPECT_EQ(kept[1].content, "The dog is called Rex.");
}

TEST(Diversify, ADifferentNumberIsADifferentStatement) {
  const std::string head = "The monthly rent of the flat near the old harbour including heating and water costs is ";
  EXPECT_EQ(diversify({candidate(head + "940 euros", 2), candidate(head + "960 euros", 1)}, 10).size(), 2U);
}

TEST(Diversify, ASupersededVersionIsKeptBesideItsSuccessor) {
  EXPECT_EQ(diversify({candidate("Lives in Oslo", 2), candidate("Lives in Oslo", 1, true)}, 10).size(), 2U);
}

TEST(Diversify, KeepsOrderAndLimit) {
  const auto kept = diversify({candidate("one apple", 3), candidate("two pears", 2), candidate("three plums", 1)}, 2);
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[1].content, "two pears");
  EXPECT_TRUE(diversify({}, 5).empty());
}

}  // namespace
}  // namespace holdfast::memory
