#include "search/late_signal.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "search/vectors.h"

namespace holdfast::search {
namespace {

constexpr std::size_t kDimensions = 16;

// A token that is the sign pattern of `number`'s bits, twice.
std::vector<float> token(unsigned number) {
  std::vector<float> values(kDimensions);
  for (unsigned i = 0; i < kDimensions; ++i) values[i] = (number >> (i % 8) & 1) != 0 ? .25f : -.25f;
  return values;
}

struct Talk {
  ConversationIndex index;
  std::vector<TokenCodes> codes;

  void say(std::uint32_t session, std::initializer_list<unsigned> tokens) {
    const std::vector<float> mean(kDimensions, 0.f);
    index.add({.terms = {}, .session = session, .order = static_cast<std::int64_t>(codes.size())});
    TokenCodes& own = codes.emplace_back();
    for (const unsigned number : tokens) append_codes(token(number), mean, {}, own);
  }
  [[nodiscard]] LateSignal::Codes look_up() const {
    return [this](DocId doc) { return std::span<const std::uint8_t>(codes[doc].bits); };
  }
};

LateQuery asking(std::initializer_list<unsigned> tokens) {
  LateQuery query{.dimensions = kDimensions, .tokens = {}, .weights = {}};
  for (const unsigned number : tokens) {
    const std::vector<float> values = token(number);
    query.tokens.insert(query.tokens.end(), values.begin(), values.end());
    query.weights.push_back(1);
  }
  return query;
}

std::vector<DocId> all(const Talk& talk) {
  std::vector<DocId> docs(talk.codes.size());
  for (DocId doc = 0; doc < docs.size(); ++doc) docs[doc] = doc;
  return docs;
}

TEST(LateSignal, TheMessageWithTheTokensIsBestAndAnAverageOneIsNothing) {
  Talk talk;
  for (int i = 0; i < 10; ++i) talk.say(static_cast<std::uint32_t>(i), {0x0F, 0x3C});
  talk.say(10, {0xA5, 0x0F});
  talk.say(11, {});
  const LateQuery query = asking({0xA5});
  LateSignal signal(talk.index, query, talk.look_up(), {.plain = 2, .windowed = 0, .window = {}});
  std::vector<CandidateValue> values(12);
  signal.score(all(talk), all(talk), values);
  EXPECT_GT(values[10].score, 5);
  EXPECT_FLOAT_EQ(values[10].score, 2 * values[10].match);
  EXPECT_LT(values[0].score, 0);
  EXPECT_EQ(values[11].score, 0) << "without codes";
}

TEST(LateSignal, ANeighbourLendsAShareWithinItsSession) {
  Talk talk;
  for (int i = 0; i < 8; ++i) talk.say(0, {0x0F, 0x3C});
  talk.say(0, {0xA5});
  talk.say(0, {0x3C});
  talk.say(1, {0x3C});
  const LateQuery query = asking({0xA5});
  LateSignal signal(talk.index, query, talk.look_up(),
                    {.plain = 0, .windowed = 1, .window = {.previous = .6f, .next = .4f, .before_previous = 0}});
  std::vector<CandidateValue> values(11);
  signal.score(all(talk), all(talk), values);
  EXPECT_GT(values[8].score, values[9].score);
  EXPECT_GT(values[9].score, values[7].score) << "the turn after gets more";
  EXPECT_GT(values[7].score, values[10].score) << "another session gets nothing";
}

TEST(LateSignal, CandidatesOutsideTheSampleAreMeasuredByIt) {
  Talk talk;
  for (unsigned i = 0; i < 40; ++i) talk.say(i / 4, {i % 3 == 0 ? 0x0FU : 0x3DU, 0x3CU});
  talk.say(10, {0xA5});
  const LateQuery query = asking({0xA5, 0x0F});
  const std::vector<DocId> sample = {0, 1, 2, 3, 20, 21, 22, 23};
  const std::array candidates = {DocId{40}, DocId{5}};
  std::array<CandidateValue, 2> values;
  LateSignal signal(talk.index, query, talk.look_up(),
                    {.plain = 1, .windowed = 1, .window = {.previous = .6f, .next = .4f, .before_previous = .4f}});
  signal.score(candidates, sample, values);
  EXPECT_GT(values[0].score, values[1].score);
  EXPECT_GT(values[0].match, 0);
}

}  // namespace
}  // namespace holdfast::search
