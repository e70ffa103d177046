#include "models/openai/embeddings.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <mutex>
#include <set>
#include <thread>

#include "models/openai/about_tokens.h"

namespace holdfast::models {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;

// Nothing here waits for a time.
class NoScheduler final : public Scheduler {
 public:
  void spawn(std::function<void()>) override {}
  void after(std::chrono::milliseconds, std::function<void()>) override {}
};

// Makes vectors of a text's length and first letter, in the reverse order, and refuses what it shall.
class EmbeddingServer final : public net::Outbound {
 public:
  Task<Result<net::OutboundReply>> send(net::OutboundRequest request) override {
    const std::lock_guard lock(mutex_);
    const json::object body = json::parse(request.body).as_object();
    bodies.push_back(body);
    if (down) co_return fail(Code::kIo, "cannot reach it", {}, std::string(net::no_answer::kUnreachable));
    if (breaks_down_at > 0 && longest(body) > breaks_down_at) co_return net::OutboundReply{.status = 500};
    co_return answer(body);
  }

  std::vector<json::object> bodies;
  bool down = false;
  std::string reply;  // instead of vectors
  std::size_t dimensions = 3;
  std::size_t most_tokens = 1'000;
  std::size_t breaks_down_at = 0;
  std::size_t most_texts = 1'000;
  bool takes_dimensions = true, takes_format = true;

  [[nodiscard]] std::vector<std::string> texts(std::size_t call) const {
    std::vector<std::string> all;
    for (const json::value& text : bodies.at(call).at("input").as_array()) all.emplace_back(text.as_string());
    return all;
  }

 private:
  static std::size_t longest(const json::object& body) {
    std::size_t longest = 0;
    for (const json::value& text : body.at("input").as_array())
      longest = std::max(longest, about_tokens(std::string_view(text.as_string())));
    return longest;
  }

  [[nodiscard]] net::OutboundReply answer(const json::object& body) const {
    const json::array& input = body.at("input").as_array();
    if (body.contains("dimensions") && !takes_dimensions)
      return {.status = 400, .body = "this model does not support the parameter dimensions"};
    if (body.contains("encoding_format") && !takes_format)
      return {.status = 422, .body = "unexpected field: encoding_format"};
    if (input.size() > most_texts)
      return {.status = 422, .body = fmt::format("batch size {} > maximum allowed batch size", input.size())};
    if (longest(body) > most_tokens) return {.status = 400, .body = "the input is longer than the context length"};
    if (!reply.empty()) return {.status = 200, .body = reply};
    json::array data;
    for (std::size_t i = input.size(); i-- > 0;) {
      const std::string_view text = input[i].as_string();
      json::array vector(dimensions, 0.0);
      vector[0] = text.empty() ? 0 : text.front();
      vector[1] = text.size();
      data.push_back(json::object{{"index", i}, {"embedding", vector}});
    }
    return {.status = 200,
            .body = json::serialize(
                json::object{{"data", data}, {"usage", json::object{{"prompt_tokens", input.size() * 10}}}})};
  }

  mutable std::mutex mutex_;
};

class Outcomes final : public ModelObserver {
 public:
  void on_call(std::string_view stage, std::string_view model, std::string_view outcome, std::int64_t,
               const ChatUsage& usage) override {
    const std::lock_guard lock(mutex_);
    seen.push_back(fmt::format("{} {} {} {}", stage, model, outcome, usage.prompt_tokens));
  }
  void on_retry(std::string_view, std::string_view) override {}
  void on_breaker(std::string_view, bool) override {}
  void on_fallback(std::string_view, std::string_view) override {}
  std::vector<std::string> seen;

 private:
  std::mutex mutex_;
};

class OpenAiEncoderTest : public testing::Test {
 protected:
  Result<std::unique_ptr<Encoder>> try_make(OpenAiEmbeddingOptions options = {.model = "m"}) {
    return run_here(make_openai_encoder(std::move(options), provider_, clock_, &outcomes_));
  }
  std::unique_ptr<Encoder> make(OpenAiEmbeddingOptions options = {.model = "m"}) {
    auto encoder = try_make(std::move(options));
    EXPECT_TRUE(encoder) << encoder.error().message;
    return encoder ? std::move(*encoder) : nullptr;
  }

  static std::vector<EncoderInput> inputs(std::vector<std::string> texts) {
    std::vector<EncoderInput> all;
    for (std::string& text : texts) all.push_back({.text = std::move(text)});
    return all;
  }
  static std::string words(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += "word ";
    return text;
  }

  EmbeddingServer server_;
  ManualClock clock_{1'000'000};
  NoScheduler scheduler_;
  SeededRandom random_{1};
  Pool pool_{"pool", 2, 1'000};
  Outcomes outcomes_;
  Provider provider_{{.name = "embedding", .base_url = "http://127.0.0.1:1/v1", .retries = 0},
                     {server_, pool_, scheduler_, clock_, random_, nullptr}};
};

TEST_F(OpenAiEncoderTest, FindsOutItsDimensionsAndNamesItself) {
  const auto encoder = make();
  EXPECT_EQ(encoder->model(), "openai/m/3");
  EXPECT_EQ(encoder->dimensions(), 3U);
  EXPECT_FALSE(encoder->has_tokens());
  EXPECT_GE(encoder->texts_at_once(), 64U);
  EXPECT_EQ(server_.bodies.size(), 1U);
  EXPECT_FALSE(server_.bodies[0].contains("dimensions"));
  EXPECT_EQ(server_.bodies[0].at("encoding_format").as_string(), "float");
}

TEST_F(OpenAiEncoderTest, NeedsTheServerAtTheStartUnlessItKnowsTheDimensions) {
  server_.down = true;
  const auto none = try_make();
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Code::kProviderFailed);
  const auto encoder = make({.model = "m", .dimensions = 3});
  EXPECT_EQ(encoder->model(), "openai/m/3");
  const auto failed = run_here(encoder->encode(inputs({"a"})));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Code::kProviderFailed);
  server_.down = false;
  EXPECT_TRUE(run_here(encoder->encode(inputs({"a"}))));
  EXPECT_FALSE(server_.bodies.back().contains("dimensions"));
}

TEST_F(OpenAiEncoderTest, GivesUnitVectorsInOrderWhateverTheOrderOfTheAnswer) {
  const auto encoder = make({.model = "m", .dimensions = 3, .batch = 2});
  const auto encodings = run_here(encoder->encode(inputs({"a", "bb", "a", "ccc", "dddd", "e"})));
  ASSERT_TRUE(encodings) << encodings.error().message;
  ASSERT_EQ(encodings->size(), 6U);
  const std::vector<std::pair<float, float>> wanted = {{'a', 1}, {'b', 2}, {'a', 1}, {'c', 3}, {'d', 4}, {'e', 1}};
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const Encoding& encoding = (*encodings)[i];
    ASSERT_EQ(encoding.pooled.size(), 3U);
    EXPECT_TRUE(encoding.tokens.empty() && encoding.spans.empty());
    EXPECT_NEAR(encoding.pooled[1] / encoding.pooled[0], wanted[i].second / wanted[i].first, 1e-5);
    float squares = 0;
    for (const float value : encoding.pooled) squares += value * value;
    EXPECT_NEAR(squares, 1, 1e-5);
  }
  ASSERT_EQ(server_.bodies.size(), 3U);  // "a" once
  std::multiset<std::string> sent;
  for (std::size_t call = 0; call < 3; ++call)
    for (std::string& text : server_.texts(call)) sent.insert(std::move(text));
  EXPECT_THAT(sent, ElementsAre("a", "bb", "ccc", "dddd", "e"));
  EXPECT_EQ(outcomes_.seen.size(), 3U);
  EXPECT_THAT(outcomes_.seen[0], HasSubstr("embed m ok "));
}

TEST_F(OpenAiEncoderTest, QuestionsAndPassagesHaveTheirPrefixesAndContextsAreNotSent) {
  const auto encoder = make({.model = "m", .dimensions = 3, .query_prefix = "query: ", .passage_prefix = "passage: "});
  std::vector<EncoderInput> both = inputs({"x", "x", " \n", "y"});
  both[1].query = true;
  both[3].context = {"what was said before"};
  ASSERT_TRUE(run_here(encoder->encode(both)));
  EXPECT_THAT(server_.texts(0), ElementsAre("passage: x", "query: x", "passage: .", "passage: y"));
}

TEST_F(OpenAiEncoderTest, ATextThatIsTooLongIsHalvedAndTheLimitKeptTo) {
  const auto encoder = make({.model = "m", .dimensions = 3});
  server_.most_tokens = 200;
  ASSERT_TRUE(run_here(encoder->encode(inputs({words(2'000), "short"}))));
  ASSERT_EQ(server_.bodies.size(), 3U);
  EXPECT_LE(about_tokens(server_.texts(0)[0]), 512U);
  EXPECT_GT(about_tokens(server_.texts(0)[0]), 500U);
  EXPECT_LE(about_tokens(server_.texts(2)[0]), 128U);
  EXPECT_EQ(server_.texts(2)[1], "short");
  ASSERT_TRUE(run_here(encoder->encode(inputs({words(2'000)}))));
  EXPECT_EQ(server_.bodies.size(), 4U);
  EXPECT_LE(about_tokens(server_.texts(3)[0]), 128U);
}

TEST_F(OpenAiEncoderTest, AServerThatRefusesEveryLengthFailsInTheEnd) {
  const auto encoder = make({.model = "m", .dimensions = 3});
  server_.most_tokens = 0;
  const auto failed = run_here(encoder->encode(inputs({words(2'000)})));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Code::kProviderFailed);
  EXPECT_LE(server_.bodies.size(), 8U);
  server_.most_tokens = 1'000;
  ASSERT_TRUE(run_here(encoder->encode(inputs({words(2'000)}))));
  EXPECT_GT(about_tokens(server_.texts(server_.bodies.size() - 1)[0]), 500U);  // nothing was learned of it
}

TEST_F(OpenAiEncoderTest, AServerThatBreaksDownOnALongTextGetsAShorterOne) {
  const auto encoder = make({.model = "m", .dimensions = 3});
  server_.breaks_down_at = 300;
  EXPECT_TRUE(run_here(encoder->encode(inputs({words(2'000)}))));
  EXPECT_LE(about_tokens(server_.texts(server_.bodies.size() - 1)[0]), 256U);
}

TEST_F(OpenAiEncoderTest, FindsOutWhatElseAServerTakes) {
  server_.takes_dimensions = server_.takes_format = false;
  server_.most_texts = 3;
  const auto encoder = make({.model = "m", .dimensions = 3, .name_dimensions = true});
  const auto encodings = run_here(encoder->encode(inputs({"a", "b", "c", "d", "e", "f", "g"})));
  ASSERT_TRUE(encodings) << encodings.error().message;
  EXPECT_EQ(encodings->size(), 7U);
  EXPECT_NEAR((*encodings)[6].pooled[1] / (*encodings)[6].pooled[0], 1.0 / 'g', 1e-6);
  EXPECT_LE(encoder->texts_at_once(), 3U);
  EXPECT_EQ(server_.bodies.front().at("dimensions").to_number<int>(), 3);
  const std::size_t calls = server_.bodies.size();
  ASSERT_TRUE(run_here(encoder->encode(inputs({"h"}))));
  EXPECT_EQ(server_.bodies.size(), calls + 1);
  EXPECT_FALSE(server_.bodies.back().contains("dimensions"));
  EXPECT_FALSE(server_.bodies.back().contains("encoding_format"));
}

TEST_F(OpenAiEncoderTest, VectorsThatMustNotBeStoredAreFailures) {
  const auto encoder = make();
  for (const std::string_view vector : {"[NaN,1,1]", "[0,0,0]", "[1,1]", "[1e60,0,0]", "[1,1,1,1]"}) {
    server_.reply = fmt::format(R"({{"data":[{{"index":0,"embedding":{}}}]}})", vector);
    const auto failed = run_here(encoder->encode(inputs({"a"})));
    ASSERT_FALSE(failed) << vector;
    EXPECT_EQ(failed.error().code, Code::kProviderFailed);
  }
  EXPECT_THAT(outcomes_.seen.back(), HasSubstr("failed"));
}

TEST_F(OpenAiEncoderTest, CutsTextsByWords) {
  const auto encoder = make();
  EXPECT_GT(encoder->pieces(words(500), 200, 180, 8).size(), 2U);
  EXPECT_THAT(encoder->pieces("", 200, 180, 8), ElementsAre(""));
}

}  // namespace
}  // namespace holdfast::models
