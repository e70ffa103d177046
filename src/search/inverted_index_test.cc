#include "search/inverted_index.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>
#include <set>

namespace holdfast::search {
namespace {

using Terms = std::vector<TermId>;
using Fields = std::vector<Terms>;

DocId add(InvertedIndex& index, const Fields& fields) {
  std::vector<FieldTerms> parts;
  for (std::size_t field = 0; field < fields.size(); ++field)
    parts.push_back({static_cast<std::uint8_t>(field), fields[field]});
  return index.add(parts);
}

// The formula of the header, said in the plainest way.
std::map<DocId, double> naive(const std::map<DocId, Fields>& documents, const std::vector<QueryTerm>& query,
                              const Bm25Options& options) {
  std::map<DocId, double> scores;
  const auto count = static_cast<double>(documents.size());
  std::array<double, kMaxFields> average = {};
  for (const auto& [doc, fields] : documents)
    for (std::size_t f = 0; f < fields.size(); ++f) average[f] += static_cast<double>(fields[f].size()) / count;
  const double b = static_cast<double>(options.b);
  const double k1 = static_cast<double>(options.k1);
  for (const QueryTerm& term : query) {
    double with = 0;
    for (const auto& [doc, fields] : documents) {
      bool in = false;
      for (const Terms& field : fields) in = in || std::count(field.begin(), field.end(), term.term) > 0;
      with += in ? 1 : 0;
    }
    for (const auto& [doc, fields] : documents) {
      double weighted = 0;
      for (std::size_t f = 0; f < fields.size(); ++f) {
        const auto frequency = static_cast<double>(std::count(fields[f].begin(), fields[f].end(), term.term));
        if (frequency == 0) continue;
        weighted += static_cast<double>(options.field_weights[f]) * frequency /
                    (1 - b + b * static_cast<double>(fields[f].size()) / average[f]);
      }
      if (weighted == 0) continue;
      scores[doc] += static_cast<double>(term.weight) * std::log(1 + (count - with + .5) / (with + .5)) * weighted *
                     (k1 + 1) / (k1 + weighted);
    }
  }
  return scores;
}

TEST(InvertedIndex, ScoresAnExampleDoneByHand) {
  InvertedIndex index;
  add(index, {{0, 1, 0, 2}});  // 4 terms, the average is 3
  add(index, {{1, 2}});
  add(index, {{3, 3, 3}});
  Scores scores;
  index.bm25(std::vector<QueryTerm>{{0, 1}, {1, 1}}, {}, scores);
  // Term 0: in 1 of 3, idf = ln(1 + 2.5/1.5) = .980829; tf 2, norm = 1.2 · (.25 + .75 · 4/3) = 1.5: · 2 · 2.2 / 3.5.
  // Term 1: in 2 of 3, idf = ln(1 + 1.5/2.5) = .470004; tf 1 in both: · 2.2 / 2.5, and norm .9: · 2.2 / 1.9.
  EXPECT_NEAR(scores[0], .980829 * 4.4 / 3.5 + .470004 * 2.2 / 2.5, 1e-5);
  EXPECT_NEAR(scores[1], .470004 * 2.2 / 1.9, 1e-5);
  EXPECT_EQ(scores[2], 0);
  const auto best = top(scores, 10);
  ASSERT_EQ(best.size(), 2u);
  EXPECT_EQ(best[0].doc, 0u);
  EXPECT_EQ(best[1].doc, 1u);
}

TEST(InvertedIndex, AgreesWithTheFormulaThroughRemovalsAndCompaction) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    std::mt19937 chance(seed);
    const auto below = [&chance](std::size_t bound) { return static_cast<std::uint32_t>(chance() % bound); };
    InvertedIndex index;
    Scores scores;
    std::map<DocId, Fields> documents;
    for (int round = 0; round < 6; ++round) {
      for (int i = 0; i < 30; ++i) {
        Fields fields(1 + below(kMaxFields));
        for (Terms& field : fields)
          for (std::size_t left = below(20); left > 0; --left) field.push_back(below(4) * below(12));
        documents[add(index, fields)] = fields;
      }
      for (std::size_t left = below(60); left > 0 && documents.size() > 1; --left) {
        const auto victim = std::next(documents.begin(), below(documents.size()));
        EXPECT_TRUE(index.remove(victim->first));
        EXPECT_FALSE(index.remove(victim->first));
        documents.erase(victim);
      }
      ASSERT_EQ(index.size(), documents.size());

      Bm25Options options;
      options.field_weights = {1, .5f, 2, static_cast<float>(below(2))};
      std::vector<QueryTerm> query;
      for (int i = 0; i < 5; ++i) query.push_back({below(40), 1 + static_cast<float>(below(3))});
      index.bm25(query, options, scores);
      const auto expected = naive(documents, query, options);
      const std::set<DocId> touched(scores.touched().begin(), scores.touched().end());
      ASSERT_EQ(touched.size(), scores.touched().size());
      ASSERT_EQ(touched.size(), expected.size()) << "seed " << seed;
      for (const auto& [doc, score] : expected)
        ASSERT_NEAR(static_cast<double>(scores[doc]), score, 1e-4 * (1 + score)) << "seed " << seed << " doc " << doc;
    }
  }
}

TEST(InvertedIndex, CountsAFieldInPartsAsOne) {
  InvertedIndex whole;
  InvertedIndex parts;
  const Terms a = {1, 2};
  const Terms b = {2, 3};
  const Terms both = {1, 2, 2, 3};
  whole.add(std::array{FieldTerms{1, both}});
  parts.add(std::array{FieldTerms{1, a}, FieldTerms{1, b}});
  add(whole, {{5}});
  add(parts, {{5}});
  Scores one;
  Scores other;
  whole.bm25(std::vector<QueryTerm>{{2, 1}}, {}, one);
  parts.bm25(std::vector<QueryTerm>{{2, 1}}, {}, other);
  EXPECT_GT(one[0], 0);
  EXPECT_EQ(one[0], other[0]);
  EXPECT_EQ(parts.document_frequency(2), 1u);
}

TEST(InvertedIndex, FindsNothingInNothing) {
  InvertedIndex index;
  Scores scores;
  index.bm25(std::vector<QueryTerm>{{7, 1}}, {}, scores);
  EXPECT_TRUE(top(scores, 5).empty());
  EXPECT_FALSE(index.remove(0));
  const DocId doc = add(index, {{}, {1}});
  index.bm25(std::vector<QueryTerm>{{7, 1}, {4'000'000'000u, 1}}, {}, scores);
  EXPECT_TRUE(top(scores, 5).empty());
  EXPECT_EQ(index.document_frequency(4'000'000'000u), 0u);
  EXPECT_TRUE(index.remove(doc));
  index.bm25(std::vector<QueryTerm>{{1, 1}}, {}, scores);
  EXPECT_TRUE(top(scores, 5).empty());
  EXPECT_EQ(index.document_frequency(1), 0u);
  EXPECT_EQ(add(index, {{1}}), 1u) << "a DocId is never used again";
}

TEST(InvertedIndex, BreaksTiesTowardsTheNewer) {
  InvertedIndex index;
  for (int i = 0; i < 6; ++i) add(index, {{1, 2}});
  Scores scores;
  index.bm25(std::vector<QueryTerm>{{1, 1}}, {}, scores);
  const auto latest = top(scores, 3);
  ASSERT_EQ(latest.size(), 3u);
  EXPECT_EQ(latest[0].doc, 5u);
  EXPECT_EQ(latest[2].doc, 3u);
  const auto even_first = top(scores, 3, [](DocId a, DocId b) { return a % 2 < b % 2; });
  EXPECT_EQ(even_first[0].doc, 4u);
  EXPECT_EQ(even_first[2].doc, 0u);
}

TEST(InvertedIndex, CostsLittleWhenSmallAndGivesBackWhatIsRemoved) {
  InvertedIndex index;
  for (TermId i = 0; i < 10; ++i) add(index, {{i * 3, i * 3 + 1, i * 3 + 2, 0, 1, 2}});
  EXPECT_LT(index.bytes(), 4096u);

  for (TermId i = 0; i < 5000; ++i) add(index, {{i % 50, i % 70, i % 90}});
  const std::size_t full = index.bytes();
  for (DocId doc = 0; doc < 4900; ++doc) index.remove(doc);
  index.shrink_to_fit();
  EXPECT_LT(index.bytes(), full / 2);
}

}  // namespace
}  // namespace holdfast::search
