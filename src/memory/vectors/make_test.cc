#include "memory/vectors/make.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory/vectors/content_tokens.h"
#include "memory/vectors/encoder_testing.h"

namespace holdfast::memory {
namespace {

using testing::ElementsAre;

std::vector<models::Encoding> encoded(const HashEncoder& encoder, const std::vector<models::EncoderInput>& inputs) {
  return *run_here(encoder.encode(inputs));
}

std::vector<models::TokenSpan> spans_at(std::initializer_list<std::pair<int, int>> places) {
  std::vector<models::TokenSpan> spans;
  for (const auto& [begin, end] : places)
    spans.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
  return spans;
}

TEST(ContentTokensTest, StopWordsAndPunctuationGo) {
  // pnpm | ' | s | the | lock | ##file | !
  EXPECT_THAT(
      content_tokens("pnpm's the lockfile!", spans_at({{0, 4}, {4, 5}, {5, 6}, {7, 10}, {11, 15}, {15, 19}, {19, 20}})),
      ElementsAre(true, false, true, false, true, true, false));
  // don | ' | t is one word, and says nothing
  EXPECT_THAT(content_tokens("don't smoke", spans_at({{0, 3}, {3, 4}, {4, 5}, {6, 11}})),
              ElementsAre(false, false, false, true));
  EXPECT_THAT(content_tokens("… café", spans_at({{0, 3}, {4, 9}})), ElementsAre(false, true));
  EXPECT_THAT(content_tokens("is it ?", spans_at({{0, 2}, {3, 5}, {6, 7}})), ElementsAre(true, true, true));
}

TEST(MakeVectorsTest, ADialogueTurnIsReadWithTheTurnsBeforeIt) {
  const HashEncoder encoder;
  const MessageToEncode alone{.role = Role::kUser, .content = "visit in July", .dialogue = true, .before = {}};
  MessageToEncode after = alone;
  after.before = {"shall we go to Lisbon", "gladly"};
  const auto inputs = inputs_of(encoder, after);
  ASSERT_EQ(inputs.size(), 2U);
  EXPECT_FALSE(inputs[0].tokens);
  EXPECT_EQ(inputs[1].context, after.before);
  const MessageVectors with = message_vectors(encoder, after, inputs, encoded(encoder, inputs));
  const auto alone_inputs = inputs_of(encoder, alone);
  ASSERT_EQ(alone_inputs.size(), 1U);
  const MessageVectors without = message_vectors(encoder, alone, alone_inputs, encoded(encoder, alone_inputs));
  EXPECT_EQ(with.pieces, without.pieces);
  EXPECT_NE(with.contextual, without.contextual);
  EXPECT_EQ(without.contextual, without.pieces.front());
  EXPECT_EQ(with.codes.tokens(), 2U);  // "visit" and "July", not "in"
  EXPECT_NE(with.codes, without.codes);
}

TEST(MakeVectorsTest, LongMessagesAreReadInPieces) {
  const HashEncoder encoder;
  std::string page;
  for (int i = 0; i < 3'000; ++i) page += "word" + std::to_string(i) + " ";
  const auto pieces = [&](Role role, bool dialogue) {
    return inputs_of(encoder, MessageToEncode{role, page, dialogue, {}}).size();
  };
  EXPECT_EQ(pieces(Role::kUser, false), kMostPieces);
  EXPECT_EQ(pieces(Role::kAssistant, false), kMostChatPieces);
  EXPECT_EQ(pieces(Role::kAssistant, true), kMostPieces);
}

TEST(MakeVectorsTest, AMemoryIsItsContentAndItsQueries) {
  const HashEncoder encoder;
  Memory memory;
  memory.content = "uses pnpm for packages";
  memory.queries = {"which package manager", "pnpm"};
  const auto content = encoded(encoder, {content_input(encoder, memory.content)});
  MemoryVectors vectors = memory_vectors(encoder, memory, encoded_text(memory.content, content[0]));
  EXPECT_FALSE(vectors.complete);
  EXPECT_EQ(vectors.codes.tokens(), 3U);  // not "for"
  add_queries(encoded(encoder, query_inputs(memory)), vectors);
  EXPECT_TRUE(vectors.complete);
  EXPECT_EQ(vectors.queries.size(), 2U);
  EXPECT_EQ(unpack_memory(pack(vectors), HashEncoder::kDimensions), vectors);
}

}  // namespace
}  // namespace holdfast::memory
