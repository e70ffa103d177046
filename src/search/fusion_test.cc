#include "search/fusion.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace holdfast::search {
namespace {

using Lists = std::vector<RankedList<int>>;

bool larger(int a, int b) { return a > b; }

std::vector<Fused<int>> fuse60(const Lists& lists) { return fuse<int>(lists, 60, larger); }

std::vector<int> keys(const std::vector<Fused<int>>& fused) {
  std::vector<int> result;
  for (const auto& one : fused) result.push_back(one.key);
  return result;
}

TEST(Fusion, SaysWhereEachKeyComesFrom) {
  const auto fused = fuse60({{"text", 1, {{7, 12.5}, {8, 3.}}}, {"topic", 2, {{8, .9}}}});
  ASSERT_EQ(keys(fused), (std::vector{8, 7}));
  EXPECT_DOUBLE_EQ(fused[0].score, 1. / 62 + 2. / 61);
  ASSERT_EQ(fused[0].sources.size(), 2u);
  EXPECT_EQ(fused[0].sources[0].channel, "text");
  EXPECT_EQ(fused[0].sources[0].rank, 2u);
  EXPECT_EQ(fused[0].sources[0].score, 3.);
  EXPECT_EQ(fused[0].sources[1].channel, "topic");
  EXPECT_EQ(fused[0].sources[1].weight, 2.);
  EXPECT_DOUBLE_EQ(fused[0].sources[1].contribution, 2. / 61);
}

TEST(Fusion, PutsWhatIsFirstEverywhereFirstAndNeverRises) {
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    std::mt19937 chance(seed);
    Lists lists(1 + chance() % 5);
    for (auto& list : lists) {
      list.weight = .1 + static_cast<double>(chance() % 30) / 10;
      list.keys.push_back({-1, 0});
      for (std::size_t left = chance() % 30; left > 0; --left)
        list.keys.push_back({static_cast<int>(chance() % 20), 0});
    }
    const auto fused = fuse60(lists);
    ASSERT_EQ(fused.front().key, -1);
    for (std::size_t i = 1; i < fused.size(); ++i) {
      ASSERT_GE(fused[i - 1].score, fused[i].score);
      double sum = 0;
      for (const auto& source : fused[i].sources) sum += source.contribution;
      ASSERT_NEAR(sum, fused[i].score, 1e-12);
    }
  }
}

TEST(Fusion, WeighsLists) {
  EXPECT_EQ(keys(fuse60({{"a", 1, {{1}, {2}}}, {"b", 3, {{2}, {1}}}})), (std::vector{2, 1}));
  EXPECT_EQ(keys(fuse60({{"a", 3, {{1}, {2}}}, {"b", 1, {{2}, {1}}}})), (std::vector{1, 2}));
  EXPECT_EQ(keys(fuse60({{"a", 1, {{1}}}, {"off", 0, {{5}}}, {"negative", -1, {{6}}}})), (std::vector{1}));
}

TEST(Fusion, BreaksTiesTowardsTheNewerHoweverTheRanksAreSpread) {
  // The same three ranks in different lists; summed in the order of the lists these would differ in the last bit.
  const Lists lists = {{"a", 1, {{1}, {2}, {3}}}, {"b", 1, {{3}, {1}, {2}}}, {"c", 1, {{2}, {3}, {1}}}};
  EXPECT_EQ(keys(fuse60(lists)), (std::vector{3, 2, 1}));
  const auto in_order = fuse<int>(lists, 60, [](int, int) { return false; });
  EXPECT_EQ(keys(in_order), (std::vector{1, 2, 3})) << "order of first appearance";
}

TEST(Fusion, CountsTheFirstPlaceOfAKeyThatIsInAListTwice) {
  const auto fused = fuse60({{"a", 1, {{1}, {1}, {2}}}});
  ASSERT_EQ(fused.size(), 2u);
  EXPECT_EQ(fused[0].sources.size(), 1u);
  EXPECT_EQ(fused[0].sources[0].rank, 1u);
  EXPECT_EQ(fused[1].sources[0].rank, 3u);
}

TEST(Fusion, TakesAnyKeyAndNoLists) {
  EXPECT_TRUE(fuse60({}).empty());
  const std::vector<RankedList<std::string>> lists = {{"a", 1, {{"x", 1}, {"y", 0}}}};
  const auto fused = fuse<std::string>(lists, 1, std::less<>());
  ASSERT_EQ(fused.size(), 2u);
  EXPECT_EQ(fused[0].key, "x");
  EXPECT_DOUBLE_EQ(fused[0].score, .5);
}

}  // namespace
}  // namespace holdfast::search
