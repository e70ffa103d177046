#include "models/openai/check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "models/openai/scripted_server_testing.h"

namespace holdfast::models {
namespace {

using State = CheckLine::State;
using testing::answer;
using testing::Asked;
using testing::not_found;
using testing::World;

std::vector<CheckLine> checked(World& world, std::string model) {
  const OpenAiChat chat({.model = std::move(model)}, world.provider, world.clock, nullptr);
  return run_here(check_chat(chat, world.provider, world.clock));
}

CheckLine line_of(const std::vector<CheckLine>& lines, std::string_view what) {
  const auto found = std::ranges::find(lines, what, &CheckLine::what);
  EXPECT_NE(found, lines.end()) << what;
  return found == lines.end() ? CheckLine{} : *found;
}

net::OutboundReply says(const Asked& asked, std::int64_t cached = 0) {
  const bool form = asked.has("response_format");
  return answer(200, std::string(R"({"choices":[{"message":{"content":")") +
                         (form ? R"({\"fruit\":\"apple\",\"count\":3})" : "ready") +
                         R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":2000,"completion_tokens":1,)" +
                         R"("prompt_tokens_details":{"cached_tokens":)" + std::to_string(cached) + "}}}");
}

TEST(Check, AServerThatCanDoEverything) {
  World world([](const Asked& asked) {
    if (asked.path == "/v1/models") return answer(200, R"({"data":[{"id":"m","max_model_len":32768}]})");
    return says(asked, 1990);
  });
  const auto lines = checked(world, "m");
  std::string order;
  for (const CheckLine& line : lines) {
    order += line.what + " ";
    EXPECT_EQ(line.state, State::kWorks) << line.what << ": " << line.found;
    EXPECT_EQ(line.advice, "") << line.what;
    EXPECT_NE(line.found, "") << line.what;
  }
  EXPECT_EQ(order, "server model chat schema streaming context caching latency ");
  EXPECT_EQ(line_of(lines, "chat").found, "it answers \"ready\"");
  EXPECT_EQ(line_of(lines, "context").found, "32768 tokens for prompt and reply");
  EXPECT_EQ(line_of(lines, "caching").found, "1990 of a prompt's 2000 tokens were there already");
}

TEST(Check, AServerThatCanDoLittle) {
  World world([](const Asked& asked) {
    if (asked.path == "/v1/models") return answer(200, R"({"data":[{"id":"other","max_model_len":2048},{"id":"n"}]})");
    if (asked.path != "/v1/chat/completions") return not_found();
    if (asked.has("response_format")) return answer(400, R"({"error":{"message":"response_format is not known"}})");
    if (asked.has("stream")) return answer(400, R"({"error":{"message":"stream is not supported"}})");
    const std::string system(asked.body.at("messages").at(0).at("content").as_string());
    if (!system.contains("JSON Schema")) return says(asked);
    return answer(200, R"({"choices":[{"message":{"content":"{fruit: 'apple', count: 3}"},"finish_reason":"stop"}]})");
  });
  const auto lines = checked(world, "m");
  for (const std::string_view what : {"model", "schema", "streaming", "context", "caching"}) {
    const CheckLine line = line_of(lines, what);
    EXPECT_EQ(line.state, State::kLimited) << what << ": " << line.found;
  }
  EXPECT_NE(line_of(lines, "model").advice.find("other, n"), std::string::npos);
  EXPECT_NE(line_of(lines, "schema").found.find("in words only"), std::string::npos);
  EXPECT_EQ(line_of(lines, "chat").state, State::kWorks);
}

TEST(Check, AModelThatCannotFillAForm) {
  World world([](const Asked& asked) {
    if (asked.path == "/v1/models") return not_found();
    if (asked.path != "/v1/chat/completions") return not_found();
    return answer(200, R"({"choices":[{"message":{"content":"ready"},"finish_reason":"stop"}]})");
  });
  const CheckLine schema = line_of(checked(world, "m"), "schema");
  EXPECT_EQ(schema.state, State::kFails);
  EXPECT_NE(schema.advice, "");
}

TEST(Check, NoServerAndAWrongKeyEndIt) {
  World gone([](const Asked&) -> Result<net::OutboundReply> {
    return fail(Code::kIo, "models.test cannot be reached", {}, std::string(net::no_answer::kUnreachable));
  });
  const auto lines = checked(gone, "m");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].state, State::kFails);
  EXPECT_NE(lines[0].advice.find("http://models.test/v1"), std::string::npos);

  World closed([](const Asked&) { return answer(401, R"({"error":{"message":"no key"}})"); });
  const auto refused = checked(closed, "m");
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_NE(refused[0].advice.find("api_key"), std::string::npos);
}

class Axes final : public Encoder {
 public:
  explicit Axes(bool good) : good_(good) {}
  std::string_view model() const override { return "openai/axes/2"; }
  std::size_t dimensions() const override { return 2; }
  bool has_tokens() const override { return false; }
  Task<Result<std::vector<Encoding>>> encode(std::vector<EncoderInput> inputs) const override {
    std::vector<Encoding> out(inputs.size());
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i].pooled = i == 2 && good_ ? std::vector<float>{0, 1} : std::vector<float>{1, 0};
    co_return out;
  }
  std::vector<std::string_view> pieces(std::string_view text, std::size_t, std::size_t, std::size_t) const override {
    return {text};
  }

 private:
  const bool good_;
};

TEST(Check, Embeddings) {
  const SystemClock clock;
  const auto good = run_here(check_embeddings(Axes(true), clock));
  for (const CheckLine& line : good) EXPECT_EQ(line.state, State::kWorks) << line.what;
  EXPECT_EQ(line_of(good, "dimensions").found, "2");
  const auto bad = run_here(check_embeddings(Axes(false), clock));
  EXPECT_EQ(line_of(bad, "meaning").state, State::kFails);
}

}  // namespace
}  // namespace holdfast::models
