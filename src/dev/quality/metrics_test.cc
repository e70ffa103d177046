#include "dev/quality/metrics.h"

#include <gtest/gtest.h>

#include <vector>

namespace holdfast::dev::quality {
namespace {

TEST(Metrics, RecallCountsWhatIsWithinK) {
  const std::vector<std::size_t> ranks = {1, 6, 0, 11};
  EXPECT_DOUBLE_EQ(recall_at(ranks, 5), .25);
  EXPECT_DOUBLE_EQ(recall_at(ranks, 10), .5);
  EXPECT_DOUBLE_EQ(recall_at(ranks, 20), .75);
}

TEST(Metrics, ReciprocalRankIsTheBestOnes) {
  EXPECT_DOUBLE_EQ(reciprocal_rank(std::vector<std::size_t>{0, 4, 2}), .5);
  EXPECT_DOUBLE_EQ(reciprocal_rank(std::vector<std::size_t>{0, 0}), 0);
}

TEST(Metrics, GainIsDiscountedByRankAndSetAgainstTheBestOrder) {
  EXPECT_DOUBLE_EQ(ndcg_at(std::vector<std::size_t>{2, 1}, 10), 1);
  // 1/log2(4) of 1/log2(2)
  EXPECT_DOUBLE_EQ(ndcg_at(std::vector<std::size_t>{3}, 10), .5);
  // (1/log2(2) + 1/log2(4)) / (1/log2(2) + 1/log2(3)) = 1.5 / 1.6309298
  EXPECT_NEAR(ndcg_at(std::vector<std::size_t>{1, 3}, 10), .9197208, 1e-7);
  EXPECT_DOUBLE_EQ(ndcg_at(std::vector<std::size_t>{11, 0}, 10), 0);
  // Three pieces of evidence and room for two: both places filled is all that can be had.
  EXPECT_DOUBLE_EQ(ndcg_at(std::vector<std::size_t>{1, 2, 3}, 2), 1);
}

TEST(Metrics, AnswersCountByTheContentWordsOfTheRightOne) {
  EXPECT_DOUBLE_EQ(answer_share("The 7 May 2023", "On 7 May, last year."), 2.0 / 3);
  EXPECT_DOUBLE_EQ(answer_share("a nurse in Porto", "NURSE; Porto"), 1);
  EXPECT_DOUBLE_EQ(answer_share("It was the", "anything"), 0);
  EXPECT_FALSE(has_content_words("It was the"));
  EXPECT_TRUE(has_content_words("2022"));
}

}  // namespace
}  // namespace holdfast::dev::quality
