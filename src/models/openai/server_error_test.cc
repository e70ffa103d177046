#include "models/openai/server_error.h"

#include <gtest/gtest.h>

#include <string>

#include "base/utf8.h"

namespace holdfast::models {
namespace {

TEST(ServerError, SaysHowLongAPromptMayBeInManyWords) {
  struct Case {
    int status;
    std::string body;
    std::size_t tokens;
  };
  const Case cases[] = {
      {400,
       R"({"error":{"code":400,"message":"the request exceeds the available context size, try increasing it","type":"exceed_context_size_error","n_prompt_tokens":5024,"n_ctx":2048}})",
       2048},
      {400,
       R"({"error":{"code":400,"message":"request (5024 tokens) exceeds the available context size (4096 tokens), try increasing it","type":"exceed_context_size_error"}})",
       4096},
      {400,
       R"({"error":{"message":"This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens. Please reduce the length of the messages.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}})",
       8192},
      {400,
       R"({"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4500 in the messages, 500 in the completion).","type":"BadRequestError","code":400})",
       4096},
      {400,
       R"({"error":{"message":"'max_tokens' or 'max_completion_tokens' is too large: 3000. This model's maximum context length is 2048 tokens and your request has 100 input tokens (3000 > 2048 - 100).","type":"BadRequestError","code":400}})",
       2048},
      {400, R"({"error":"the decoder prompt (length 5000) is longer than the maximum model length of 4,096"})", 4096},
      {400, R"({"error":{"message":"prompt is too long: 210000 tokens > 200000 maximum"}})", 200000},
      {400,
       R"({"error":"Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough."})",
       4096},
      {413,
       R"({"errors":[{"message":"AiError: The estimated number of input and maximum output tokens (8000) exceeded this model context window limit (7968).","code":5021}],"success":false})",
       7968},
      {400,
       R"([{"error":{"code":400,"message":"The input token count (2000000) exceeds the maximum number of tokens allowed (1048576)."}}])",
       1048576},
      {400, R"({"error":{"message":"the input length exceeds the context length","type":"api_error"}})", 0},
      {413, "", 0},
  };
  for (const Case& one : cases) {
    const ServerError error = read_server_error(one.status, one.body);
    EXPECT_TRUE(error.too_long) << one.body;
    EXPECT_EQ(error.context_tokens, one.tokens) << one.body;
  }
}

TEST(ServerError, OtherErrorsAreOfNoLength) {
  for (
      const std::string body :
      {R"({"error":{"message":"Invalid request","type":"invalid_request_error"}})",
       R"({"error":{"message":"max_tokens is too large: 32768. This model supports at most 16384 completion tokens","param":"max_tokens"}})",
       R"({"error":{"message":"Rate limit reached: 30000 tokens per min"}})", "<html>502</html>", "", "{}", "[]"}) {
    const ServerError error = read_server_error(400, body);
    EXPECT_FALSE(error.too_long) << body;
    EXPECT_EQ(error.context_tokens, 0U) << body;
  }
}

TEST(ServerError, WordsAreFoundAsWords) {
  const ServerError error = read_server_error(
      422,
      R"({"detail":[{"loc":["body","response_format"],"msg":"Extra inputs are not permitted","input":{"stream":true}}]})");
  EXPECT_EQ(error.message, "body response_format Extra inputs are not permitted");
  EXPECT_TRUE(speaks_of(error, "response_format"));
  EXPECT_FALSE(speaks_of(error, "stream")) << "what came in is no reason";
  EXPECT_FALSE(speaks_of(error, "response"));
  EXPECT_TRUE(speaks_of(read_server_error(400, R"({"error":{"message":"no","param":"stream_options.include_usage"}})"),
                        "stream_options"));
  EXPECT_FALSE(speaks_of(read_server_error(400, "the upstream server is gone"), "stream"));
}

TEST(ServerError, MessagesAreOneShortLine) {
  const ServerError error = read_server_error(400, "a\n\n\tb \xFF" + std::string(5000, 'x'));
  EXPECT_TRUE(error.message.starts_with("a b \uFFFDxxx"));
  EXPECT_LE(error.message.size(), 300U);
  EXPECT_TRUE(valid_utf8(error.message));
}

TEST(ServerError, PassesOrStays) {
  const auto passes = [](std::string_view body) { return is_passing(server_error_in(0, boost::json::parse(body))); };
  EXPECT_TRUE(passes(R"({"error":{"code":500,"message":"the model crashed"}})"));
  EXPECT_TRUE(passes(R"({"error":{"code":"429","message":"slow down"}})"));
  EXPECT_TRUE(passes(R"({"error":"something"})"));
  EXPECT_FALSE(passes(R"({"error":{"code":400,"message":"no"}})"));
}

}  // namespace
}  // namespace holdfast::models
