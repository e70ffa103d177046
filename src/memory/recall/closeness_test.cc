// Candidates against a question by token vectors made by hand: one token a word, eight dimensions.
#include "memory/recall/closeness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "memory/recall/query_vectors.h"
#include "memory/recall/testing.h"
#include "memory/vectors/packed.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kDimensions = 8;
constexpr std::uint8_t kLike = 0xff;    // the signs of the question's tokens
constexpr std::uint8_t kUnlike = 0x00;  // the opposite

class ClosenessTest : public ::testing::Test {
 protected:
  ClosenessTest() {
    world_.index.want_vectors({.model = "m", .dimensions = kDimensions, .messages = true});
    query_ = testing::ask("green boats");
    auto vectors = std::make_shared<QueryVectors>();
    vectors->model = "m";
    vectors->query.text = "green boats";
    vectors->query.pooled.assign(kDimensions, 1);
    vectors->query.spans = {{.begin = 0, .end = 5}, {.begin = 6, .end = 11}};
    vectors->query.content = {true, true};
    vectors->query.tokens.assign(kDimensions, 1);  // green
    vectors->query.tokens.resize(2 * kDimensions, .5F);
    query_.vectors = std::move(vectors);
  }

  Message say(const std::string& text, std::uint8_t code) {
    const Message message = testing::say("s", position_++, Role::kUser, text);
    world_.add(message);
    world_.index.vectors({{OwnerKind::kMessage, message.id},
                          "m",
                          pack(MessageVectors{{search::quantise(std::vector<float>(kDimensions, 1))},
                                              search::quantise(std::vector<float>(kDimensions, 1)),
                                              {.bytes_per_token = 1, .bits = {code}}})});
    return message;
  }
  std::optional<Closeness> of(const Message& message) {
    const std::vector<Measured> one = {{RecallCandidate::Kind::kMessage, message.id, {}}};
    return closeness_of(world_.index, query_, one).at(0);
  }

  testing::World world_;
  AnalysedQuery query_;
  std::int64_t position_ = 0;
};

TEST_F(ClosenessTest, KnowsTheMessageAndTheTurnsNextToIt) {
  say("long ago", kLike);
  say("one", kUnlike);
  say("two", kUnlike);
  const Message message = say("three", kLike);
  say("four", kUnlike);
  const auto closeness = of(message);
  ASSERT_TRUE(closeness);
  ASSERT_EQ(closeness->words.size(), 2U);
  EXPECT_GT(closeness->words[0], closeness->words[1]);  // the longer vector
  EXPECT_GT(closeness->words[1], 0);
  EXPECT_NEAR(closeness->mean, (closeness->words[0] + closeness->words[1]) / 2, 1e-5);
  EXPECT_LT(closeness->before[0], 0);  // only two turns count
  EXPECT_LT(closeness->after[0], 0);
}

TEST_F(ClosenessTest, NothingAroundAMessageThatStandsAlone) {
  const auto closeness = of(say("hello", kUnlike));
  ASSERT_TRUE(closeness);
  EXPECT_LT(closeness->words[0], 0);
  EXPECT_THAT(closeness->before, ::testing::IsEmpty());
  EXPECT_THAT(closeness->after, ::testing::IsEmpty());
}

TEST_F(ClosenessTest, NothingWithoutVectors) {
  const Message bare = testing::say("s", 9, Role::kUser, "not encoded yet");
  world_.add(bare);
  EXPECT_FALSE(of(bare));
  const Message message = say("hello", kLike);
  query_.vectors = nullptr;
  EXPECT_FALSE(of(message));
}

TEST_F(ClosenessTest, WhatIsSaidInOtherWordsMayStillBeRelevant) {
  say("a dinghy the colour of grass", kLike);
  EXPECT_TRUE(anything_relevant(world_.index, query_));
  query_.vectors = nullptr;
  EXPECT_FALSE(anything_relevant(world_.index, query_));
}

}  // namespace
}  // namespace holdfast::memory
