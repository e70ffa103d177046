#include "memory/heads/tree_head.h"

#include <gtest/gtest.h>

#include <cmath>

namespace holdfast::memory {
namespace {

TreeHead two_trees() {
  TreeHead head;
  TREE_HEAD(test, -1.0)
  TREE_CUE(size)
  TREE_CUE(red)
  TREE(0, 2.5, 1, 0.5, -1, 0.25, -1, 4.0, -1, -3.0)
  TREE(1, 0.5, -1, -0.5, -1, 0.5)
  return head;
}

CueRow row_of(double size, double red) {
  CueRow row;
  row.add("size", size);
  row.add("red", red);
  return row;
}

TEST(TreeHead, AddsTheLeavesThatItComesTo) {
  const TreeHead head = two_trees();
  EXPECT_EQ(head.trees(), 2U);
  EXPECT_DOUBLE_EQ(head.sum(row_of(1, 0)), -1.0 + 0.25 - 0.5);
  EXPECT_DOUBLE_EQ(head.sum(row_of(2.5, 1)), -1.0 + 4.0 + 0.5);
  EXPECT_DOUBLE_EQ(head.sum(row_of(3, 1)), -1.0 - 3.0 + 0.5);
}

TEST(TreeHead, ReadsCuesByNameWhateverTheirOrder) {
  const TreeHead head = two_trees();
  CueRow row;
  row.add("other", 7);
  row.add("red", 1);
  row.add("size", 1);
  EXPECT_DOUBLE_EQ(head.sum(row), head.sum(row_of(1, 1)));
  EXPECT_DOUBLE_EQ(head.sum({}), head.sum(row_of(0, 0)));
}

TEST(TreeHead, RoundsItsProbability) {
  const double probability = two_trees().probability(row_of(1, 0));
  EXPECT_DOUBLE_EQ(probability, std::round(probability * 64) / 64);
  EXPECT_NEAR(probability, 1 / (1 + std::exp(1.25)), 1.0 / 64);
}

TEST(TreeHead, NamesTheCuesThatTheProgramDoesNotMake) {
  CueRow row;
  row.add("size", 1);
  EXPECT_EQ(two_trees().unknown_cues(row), std::vector<std::string_view>{"red"});
}

}  // namespace
}  // namespace holdfast::memory
