#include "memory/heads/linear_head.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace holdfast::memory {
namespace {

LinearHead small_head() {
  LinearHead head;
  HEAD_OUTPUT(keep, 0.5)
  HEAD_CUE(number, 0.25, 0.5, 2.0)
  HEAD_CUE(question, 0.1, 0.3, -1.0)
  HEAD_BLOCK(0, 0, 1.0, -1.0)
  return head;
}

TEST(LinearHead, SumsStandardisedCuesWhateverTheirOrder) {
  const LinearHead head = small_head();
  CueRow row;
  row.add("question", 0.4);
  row.add("unheard_of", 9);
  row.add("number", 0.5);
  EXPECT_NEAR(head.sums(row)[0], 0.5 + 1.0 - 1.0, 1e-6);
}

TEST(LinearHead, AddsVectorsOnlyWhenGiven) {
  const LinearHead head = small_head();
  CueRow row;
  row.add("number", 0.25);
  const std::array<float, 2> vector = {0.5F, 0.25F};
  const std::array<std::span<const float>, 1> vectors = {vector};
  EXPECT_NEAR(head.sums(row, vectors)[0], head.sums(row)[0] + 0.25, 1e-6);
}

TEST(LinearHead, RoundsProbabilitiesToSixtyFourths) {
  const LinearHead head = small_head();
  CueRow row;
  row.add("number", 0.25);
  const double exact = 1.0 / (1.0 + std::exp(-0.5));
  EXPECT_NEAR(head.probability(row), exact, 1.0 / 128);
  EXPECT_EQ(head.probability(row) * 64, std::round(head.probability(row) * 64));
}

TEST(LinearHead, SeveralOutputsShareOneWhole) {
  LinearHead head;
  HEAD_OUTPUT(fact, 0)
  HEAD_OUTPUT(event, 0)
  HEAD_CUE(dated, 0, 1, -1.0, 1.0)
  CueRow row;
  row.add("dated", 1);
  const std::vector<double> shares = head.shares(row);
  EXPECT_EQ(head.output_name(1), "event");
  EXPECT_GT(shares[1], shares[0]);
  EXPECT_NEAR(shares[0] + shares[1], 1.0, 1.0 / 32);
}

TEST(LinearHead, SaysWhichCuesOfItsFileAreNotMade) {
  CueRow row;
  row.add("number", 1);
  EXPECT_EQ(small_head().unknown_cues(row), std::vector<std::string_view>{"question"});
}

}  // namespace
}  // namespace holdfast::memory
