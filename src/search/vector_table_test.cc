// Both tables against plain maps, through histories made by chance.
#include "search/vector_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/random.h"
#include "search/code_table.h"
#include "search/vector_scan.h"

namespace holdfast::search {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t kDimensions = 8;

QuantisedVector vector_of(std::int8_t value, float scale = .5F) {
  return {.scale = scale, .values = std::vector<std::int8_t>(kDimensions, value)};
}

TokenCodes codes_of(std::uint8_t value, std::size_t tokens) {
  return {.bytes_per_token = 2, .bits = std::vector<std::uint8_t>(tokens * 2, value)};
}

std::vector<std::int8_t> first_values(const VectorTable::Rows& rows) {
  std::vector<std::int8_t> firsts;
  for (std::size_t row = 0; row < rows.scales.size(); ++row) firsts.push_back(rows.values[row * kDimensions]);
  return firsts;
}

TEST(VectorTableTest, ADocumentHasItsRows) {
  VectorTable table;
  EXPECT_EQ(table.dimensions(), 0U);
  EXPECT_THAT(table.rows_of(3).scales, IsEmpty());
  table.set(3, std::vector{vector_of(1), vector_of(2)});
  table.set(1, std::vector{vector_of(7, .25F)});
  EXPECT_EQ(table.dimensions(), kDimensions);
  EXPECT_THAT(first_values(table.rows_of(3)), ElementsAre(1, 2));
  EXPECT_THAT(table.docs(), ElementsAre(3, 3, 1));
  EXPECT_THAT(table.scales(), ElementsAre(.5F, .5F, .25F));
  table.set(3, std::vector{vector_of(9)});
  EXPECT_THAT(first_values(table.rows_of(3)), ElementsAre(9));
  table.set(3, {});
  EXPECT_FALSE(table.contains(3));
  EXPECT_EQ(table.size(), 1U);
}

TEST(VectorTableTest, ARemovedRowScoresNothing) {
  VectorTable table;
  table.set(0, std::vector{vector_of(100)});
  table.set(1, std::vector{vector_of(100)});
  table.remove(0);
  table.remove(0);
  table.remove(77);
  const std::vector<float> query(kDimensions, 1);
  std::vector<float> scores(table.docs().size());
  scan(query, table.values(), table.scales(), scores);
  for (std::size_t row = 0; row < scores.size(); ++row) EXPECT_EQ(scores[row] > 0, table.docs()[row] == 1);
}

TEST(VectorTableTest, RowsMoveToAnotherDocument) {
  VectorTable table;
  CodeTable code_table;
  table.set(2, std::vector{vector_of(4), vector_of(5)});
  code_table.set(2, codes_of(9, 3));
  table.move(2, 8);
  code_table.move(2, 8);
  EXPECT_FALSE(table.contains(2));
  EXPECT_THAT(first_values(table.rows_of(8)), ElementsAre(4, 5));
  EXPECT_THAT(table.docs(), ElementsAre(8, 8));
  EXPECT_THAT(code_table.codes(2), IsEmpty());
  EXPECT_EQ(code_table.codes(8).size(), 6U);
  table.move(2, 9);  // has none
  EXPECT_FALSE(table.contains(9));
}

TEST(VectorTableTest, HoldsWhatAPlainMapHolds) {
  SeededRandom random(5);
  VectorTable table;
  std::map<DocId, std::vector<std::int8_t>> plain;
  for (int step = 0; step < 5'000; ++step) {
    const auto doc = static_cast<DocId>(random.below(300));
    std::vector<QuantisedVector> vectors;
    plain.erase(doc);
    for (auto n = random.below(4); n > 0; --n) {
      const auto value = static_cast<std::int8_t>(random.below(100));
      vectors.push_back(vector_of(value));
      plain[doc].push_back(value);
    }
    table.set(doc, vectors);
  }
  std::size_t rows = 0;
  for (DocId doc = 0; doc < 300; ++doc) {
    EXPECT_EQ(first_values(table.rows_of(doc)), plain.contains(doc) ? plain[doc] : std::vector<std::int8_t>{});
    rows += table.rows_of(doc).scales.size();
  }
  EXPECT_EQ(table.size(), rows);
  EXPECT_LE(table.docs().size(), rows * 3 / 2 + 64);  // gaps are taken back
  const std::size_t before = table.bytes();
  table.shrink_to_fit();
  EXPECT_LE(table.bytes(), before);
}

TEST(CodeTableTest, HoldsWhatAPlainMapHolds) {
  SeededRandom random(6);
  CodeTable table;
  std::map<DocId, std::vector<std::uint8_t>> plain;
  for (int step = 0; step < 5'000; ++step) {
    const auto doc = static_cast<DocId>(random.below(200));
    const TokenCodes codes = codes_of(static_cast<std::uint8_t>(random.below(200)), random.below(40));
    plain[doc] = codes.bits;
    table.set(doc, codes);
  }
  std::size_t tokens = 0;
  for (DocId doc = 0; doc < 200; ++doc) {
    const auto kept = table.codes(doc);
    EXPECT_EQ(std::vector<std::uint8_t>(kept.begin(), kept.end()), plain[doc]);
    EXPECT_EQ(table.contains(doc), !plain[doc].empty());
    tokens += kept.size() / 2;
  }
  EXPECT_EQ(table.tokens(), tokens);
  EXPECT_LE(table.bytes(), (tokens * 3 / 2 + 1'024) * 2 * 5 / 4 + 4'096);
}

}  // namespace
}  // namespace holdfast::search
