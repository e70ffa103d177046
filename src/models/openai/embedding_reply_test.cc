#include "models/openai/embedding_reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::models {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;

TEST(EmbeddingReply, GivesVectorsByIndexAndOfUnitLength) {
  const auto reply = read_embeddings(
      R"({"object":"list","data":[{"index":1,"embedding":[0,2]},{"index":0,"embedding":[3.0,-4e0]}],
          "model":"m","usage":{"prompt_tokens":9,"total_tokens":9}})",
      2, 0);
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_THAT(reply->vectors[0], ElementsAre(FloatNear(.6F, 1e-6F), FloatNear(-.8F, 1e-6F)));
  EXPECT_THAT(reply->vectors[1], ElementsAre(0, 1));
  EXPECT_EQ(reply->usage.prompt_tokens, 9);
}

TEST(EmbeddingReply, TakesBase64AndItemsWithoutIndex) {
  // 1.0f, 0.0f and 0.0f, -2.0f
  const auto reply = read_embeddings(R"({"data":[{"embedding":"AACAPwAAAAA="},{"embedding":"AAAAAAAAAMA"}]})", 2, 2);
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_THAT(reply->vectors[0], ElementsAre(1, 0));
  EXPECT_THAT(reply->vectors[1], ElementsAre(0, -1));
  EXPECT_TRUE(read_embeddings(R"([{"embedding":[1]}])", 1, 0));
}

TEST(EmbeddingReply, ABadVectorIsAFailure) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"data":[{"index":0,"embedding":[NaN,1]}]})", "no JSON"},
      {R"({"data":[{"index":0,"embedding":[null,1]}]})", "no number"},
      {R"({"data":[{"index":0,"embedding":[1e300,1]}]})", "infinity"},
      {R"({"data":[{"index":0,"embedding":[0,0.0]}]})", "all zero"},
      {R"({"data":[{"index":0,"embedding":[1,2,3]}]})", "3 dimensions, not 2"},
      {R"({"data":[{"index":0,"embedding":[]}]})", "empty"},
      {R"({"data":[{"index":0,"embedding":"AADAfwAAAAA="}]})", "NaN"},
      {R"({"data":[{"index":0,"embedding":"AAC"}]})", "base64"},
      {R"({"data":[{"index":0,"embedding":"A!=="}]})", "base64"},
      {R"({"data":[{"index":0,"embedding":7}]})", "neither"},
      {R"({"data":[{"index":1,"embedding":[1,2]}]})", "out of range"},
      {R"({"data":[{"index":-1,"embedding":[1,2]}]})", "out of range"},
      {R"({"data":[{"index":0}]})", "no `embedding`"},
      {R"({"data":[]})", "0 vectors"},
      {R"({"error":{"message":"x"}})", "no `data`"},
      {R"({"data":[{"index":0,"embedding":[1,2]})", "no JSON"},
      {"", "no JSON"},
  };
  for (const auto& [body, words] : cases) {
    const auto reply = read_embeddings(body, 1, 2);
    ASSERT_FALSE(reply) << body;
    EXPECT_EQ(reply.error().code, Code::kProviderFailed);
    EXPECT_THAT(reply.error().message, HasSubstr(words)) << body;
  }
  const auto twice = read_embeddings(R"({"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]})", 2, 0);
  EXPECT_THAT(twice.error().message, HasSubstr("twice"));
  const auto mixed = read_embeddings(R"({"data":[{"embedding":[1]},{"embedding":[1,2]}]})", 2, 0);
  EXPECT_THAT(mixed.error().message, HasSubstr("2 dimensions, not 1"));
}

// Words of servers in use.
TEST(EmbeddingReply, RefusalsAreUnderstoodByTheirWords) {
  EXPECT_EQ(refusal_of(400, "This model's maximum context length is 512 tokens, however you requested 600 tokens"),
            EmbeddingRefusal::kTextTooLong);
  EXPECT_EQ(refusal_of(400, "input (700 tokens) is too large to process. increase the physical batch size"),
            EmbeddingRefusal::kTextTooLong);
  EXPECT_EQ(refusal_of(400, R"({"error":"the input length exceeds the context length"})"),
            EmbeddingRefusal::kTextTooLong);
  EXPECT_EQ(refusal_of(413, ""), EmbeddingRefusal::kTextTooLong);
  EXPECT_EQ(refusal_of(422, "batch size 64 > maximum allowed batch size 32"), EmbeddingRefusal::kTooManyTexts);
  EXPECT_EQ(refusal_of(400, R"(Model "x" does not support matryoshka representation)"),
            EmbeddingRefusal::kNoDimensions);
  EXPECT_EQ(refusal_of(400, "unknown field: encoding_format"), EmbeddingRefusal::kNoFormat);
  EXPECT_EQ(refusal_of(404, "model not found"), EmbeddingRefusal::kOther);
}

}  // namespace
}  // namespace holdfast::models
