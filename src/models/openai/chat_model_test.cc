#include "models/openai/chat_model.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>

#include "models/openai/scripted_server_testing.h"

namespace holdfast::models {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;
using testing::answer;
using testing::Asked;
using testing::not_found;
using testing::World;
using Format = ChatAbilities::Format;

std::string quoted(std::string_view text) { return json::serialize(json::value(text)); }

net::OutboundReply whole(std::string_view text, std::string_view finish = "stop") {
  return answer(200, fmt::format(R"({{"model":"m-1","choices":[{{"message":{{"content":{}}},"finish_reason":"{}"}}],)"
                                 R"("usage":{{"prompt_tokens":7,"completion_tokens":2}}}})",
                                 quoted(text), finish));
}

std::string event(std::string_view text) { return fmt::format("data: {}\n\n", text); }
std::string piece(std::string_view text) {
  return event(fmt::format(R"({{"model":"m-1","choices":[{{"delta":{{"content":{}}}}}]}})", quoted(text)));
}
std::string end(std::string_view finish) {
  return event(fmt::format(R"({{"choices":[{{"delta":{{}},"finish_reason":"{}"}}]}})", finish));
}

// Streams where it is asked to.
net::OutboundReply says(const Asked& asked, std::string_view text, std::string_view finish = "stop") {
  if (!asked.has("stream")) return whole(text, finish);
  return answer(200, piece(text.substr(0, text.size() / 2)) + piece(text.substr(text.size() / 2)) + end(finish) +
                         event(R"({"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}})") +
                         event("[DONE]"));
}

net::OutboundReply refuses(std::string_view message, int status = 400, std::string_view param = {}) {
  return answer(status, fmt::format(R"({{"error":{{"message":{},"param":{}}}}})", quoted(message), quoted(param)));
}

struct Chat {
  explicit Chat(testing::ScriptedServer::Say say, OpenAiChatOptions options = {.model = "m"})
      : world([say = std::move(say)](const Asked& asked) -> Result<net::OutboundReply> {
          if (asked.path != "/v1/chat/completions" && asked.path != "/v1/models" && asked.path != "/props")
            return not_found();
          if (asked.path != "/v1/chat/completions") return listed(asked);
          return say(asked);
        }),
        model(std::move(options), world.provider, world.clock, &world.observer) {}

  static net::OutboundReply listed(const Asked& asked) {
    return asked.path == "/v1/models" ? answer(200, R"({"data":[{"id":"m","owned_by":"openai"}]})") : not_found();
  }

  Result<ChatReply> ask(ChatRequest request) const { return run_here(model.complete(std::move(request))); }

  World world;
  OpenAiChat model;
};

ChatRequest question(bool schema = false) {
  ChatRequest request{.stage = "extract",
                      .messages = {{.role = ChatRole::kSystem, .content = "Be brief."}, {.content = "Who?"}}};
  if (schema) {
    request.schema = ChatSchema{
        .name = "who", .json = R"({"type":"object","properties":{"who":{"type":"string"}},"required":["who"]})"};
  }
  return request;
}

TEST(OpenAiChat, AsksInTheCommonForm) {
  Chat chat([](const Asked& asked) { return says(asked, "Ann"); },
            {.model = "m", .affinity_header = "x-session-affinity"});
  ChatRequest request = question(true);
  request.affinity = "ann";
  request.max_tokens = 300;
  const auto reply = chat.ask(request);
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->text, "Ann");
  EXPECT_EQ(reply->model, "m-1");
  EXPECT_FALSE(reply->cut_off);
  EXPECT_EQ(reply->usage, (ChatUsage{7, 2, 0}));
  EXPECT_GT(reply->took_us, 0);

  const Asked asked = chat.world.server.asked().at(0);
  EXPECT_EQ(net::find_header(asked.headers, "X-Session-Affinity"), "ann");
  EXPECT_EQ(json::serialize(asked.body.at("messages")),
            R"([{"role":"system","content":"Be brief."},{"role":"user","content":"Who?"}])");
  EXPECT_EQ(asked.body.at("model"), "m");
  EXPECT_EQ(asked.body.at("max_tokens"), 300);
  EXPECT_EQ(asked.body.at("temperature"), 0);
  EXPECT_EQ(asked.body.at("stream"), true);
  EXPECT_EQ(asked.body.at("stream_options").at("include_usage"), true);
  const json::value& format = asked.body.at("response_format");
  EXPECT_EQ(format.at("type"), "json_schema");
  EXPECT_EQ(format.at("json_schema").at("name"), "who");
  EXPECT_EQ(format.at("json_schema").at("schema").at("required").at(0), "who");
  EXPECT_FALSE(asked.has("id_slot"));
  EXPECT_EQ(chat.world.observer.calls, std::vector<std::string>{"extract m ok"});
}

TEST(OpenAiChat, ASchemaIsToldAsTheServerCanHearIt) {
  std::string refused = "json_schema";
  Chat chat([&](const Asked& asked) {
    if (!asked.has("response_format")) return says(asked, R"({"who":"Ann"})");
    const std::string type(asked.body.at("response_format").at("type").as_string());
    if (type == "json_schema" || refused == "json_object")
      return refuses(fmt::format("response_format type '{}' is not supported by this model", type));
    return says(asked, R"({"who":"Ann"})");
  });
  ASSERT_TRUE(chat.ask(question(true)));
  EXPECT_EQ(chat.model.abilities().format, Format::kObject);
  ASSERT_EQ(chat.world.server.asked().size(), 2U);
  const Asked second = chat.world.server.asked()[1];
  EXPECT_EQ(second.body.at("response_format").at("type"), "json_object");
  const std::string system(second.body.at("messages").at(0).at("content").as_string());
  EXPECT_TRUE(system.starts_with("Be brief.\n\n"));
  EXPECT_NE(system.find(question(true).schema->json), std::string::npos);
  EXPECT_NE(system.find("JSON"), std::string::npos) << "OpenAI wants the word where it is asked for an object";

  ASSERT_TRUE(chat.ask(question(true)));
  EXPECT_EQ(chat.world.server.asked().size(), 3U) << "it is remembered";

  refused = "json_object";
  ASSERT_TRUE(chat.ask(question(true)));
  EXPECT_EQ(chat.model.abilities().format, Format::kText);
  EXPECT_FALSE(chat.world.server.asked().back().has("response_format"));
}

TEST(OpenAiChat, AnOrdersOfGrammarOrFieldIsUnderstoodTheSame) {
  for (
      const std::string body :
      {R"({"error":{"code":400,"message":"Failed to parse grammar"}})",
       R"({"error":{"message":"Invalid schema for response_format 'who': 'additionalProperties' is required"}})",
       R"({"detail":[{"type":"extra_forbidden","loc":["body","response_format"],"msg":"Extra inputs are not permitted"}]})",
       R"({"error":{"message":"no","param":"response_format.json_schema"}})"}) {
    Chat chat([&](const Asked& asked) {
      const bool schema = asked.has("response_format") && asked.body.at("response_format").at("type") == "json_schema";
      return schema ? answer(422, body) : says(asked, R"({"who":"Ann"})");
    });
    EXPECT_TRUE(chat.ask(question(true))) << body;
    EXPECT_EQ(chat.model.abilities().format, Format::kObject) << body;
  }
}

TEST(OpenAiChat, AServerThatTakesASchemaAndDoesNotHoldToItIsToldInWords) {
  Chat chat([](const Asked& asked) {
    return says(asked, asked.has("response_format") ? "Ann, I think." : R"({"who":"Ann"})");
  });
  ASSERT_TRUE(chat.ask(question(true)));
  EXPECT_EQ(chat.model.abilities().format, Format::kUnknown) << "once is no proof";
  ChatRequest repair = question(true);
  repair.messages.push_back({.role = ChatRole::kAssistant, .content = "Ann, I think."});
  repair.messages.push_back({.content = "That is no JSON."});
  ASSERT_TRUE(chat.ask(repair));
  EXPECT_EQ(chat.model.abilities().format, Format::kUnknown) << "a repair proves nothing";
  ASSERT_TRUE(chat.ask(question(true)));
  EXPECT_EQ(chat.model.abilities().format, Format::kObject);
  ASSERT_TRUE(chat.ask(question(true)));
  ASSERT_TRUE(chat.ask(question(true)));
  EXPECT_EQ(chat.model.abilities().format, Format::kText);
  EXPECT_EQ(chat.ask(question(true))->text, R"({"who":"Ann"})");
  EXPECT_EQ(chat.model.abilities().format, Format::kText);
}

TEST(OpenAiChat, AServerThatHoldsToItIsKnownTo) {
  bool well = true;
  Chat chat([&](const Asked& asked) { return says(asked, well ? R"({"who":"Ann"})" : R"({"name":"Ann"})"); });
  ASSERT_TRUE(chat.ask(question(true)));
  EXPECT_EQ(chat.model.abilities().format, Format::kSchema);
  for (const bool next : {false, true, false, true}) {
    well = next;
    ASSERT_TRUE(chat.ask(question(true)));
  }
  EXPECT_EQ(chat.model.abilities().format, Format::kSchema) << "two misfits, but not in a row";
}

TEST(OpenAiChat, WhatIsRefusedIsLeftOutFromThenOn) {
  Chat chat([](const Asked& asked) {
    if (asked.has("stream_options")) return refuses("Unrecognized request argument supplied: stream_options");
    if (asked.has("max_tokens"))
      return refuses(
          "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
          400, "max_tokens");
    if (asked.has("temperature"))
      return refuses("Unsupported value: 'temperature' does not support 0 with this model.", 400, "temperature");
    if (asked.body.at("messages").at(0).at("role") == "system") return refuses("System role not supported");
    if (asked.has("stream")) return refuses("streaming is not supported", 422);
    return says(asked, "Ann");
  });
  const auto reply = chat.ask(question());
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->text, "Ann");
  EXPECT_EQ(chat.world.server.asked().size(), 6U);
  const Asked last = chat.world.server.asked().back();
  EXPECT_EQ(last.body.at("max_completion_tokens"), 1024);
  EXPECT_EQ(json::serialize(last.body.at("messages")), R"([{"role":"user","content":"Be brief.\n\nWho?"}])");
  ASSERT_TRUE(chat.ask(question()));
  EXPECT_EQ(chat.world.server.asked().size(), 7U);
}

TEST(OpenAiChat, AServerThatDoesNotStreamWhenAskedToIsReadAllTheSame) {
  Chat chat([](const Asked&) { return whole("Ann"); });
  const auto reply = chat.ask(question());
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->text, "Ann");
}

TEST(OpenAiChat, LlamaCppKeepsAProfileInItsSlot) {
  World world([](const Asked& asked) {
    if (asked.path == "/v1/models") return answer(200, R"({"data":[{"id":"smol.gguf","owned_by":"llamacpp"}]})");
    if (asked.path == "/props") return answer(200, R"({"default_generation_settings":{"n_ctx":2048},"total_slots":4})");
    return says(asked, "Ann");
  });
  const OpenAiChat chat({}, world.provider, world.clock, nullptr);
  EXPECT_EQ(chat.model(), "");
  std::set<std::int64_t> slots;
  for (const std::string profile : {"ann", "bob", "cem", "dan", "eve", "fay", "gus", "ann"}) {
    ChatRequest request = question();
    request.affinity = profile;
    ASSERT_TRUE(run_here(chat.complete(request)));
    const json::value body = world.server.asked().back().body;
    EXPECT_EQ(body.at("cache_prompt"), true);
    EXPECT_EQ(body.at("model"), "smol.gguf") << "the only one there is";
    slots.insert(body.at("id_slot").as_int64());
  }
  EXPECT_EQ(world.server.asked().front().body.at("id_slot"), world.server.asked().back().body.at("id_slot"));
  EXPECT_GT(slots.size(), 1U);
  EXPECT_LT(*slots.rbegin(), 4);
  EXPECT_EQ(chat.model(), "smol.gguf");
  EXPECT_EQ(chat.context_tokens(), 2048U);
  EXPECT_EQ(world.server.asked("/props").size(), 1U) << "found out once";
}

TEST(OpenAiChat, AServerThatWasGoneIsLookedAtAnew) {
  std::atomic<int> slots = 4;
  World world([&](const Asked& asked) -> Result<net::OutboundReply> {
    if (slots == 0) return fail(Code::kIo, "nobody there", {}, std::string(net::no_answer::kUnreachable));
    if (asked.path == "/v1/models") return answer(200, R"({"data":[{"id":"m","owned_by":"llamacpp"}]})");
    if (asked.path == "/props") {
      return answer(200, fmt::format(R"({{"default_generation_settings":{{"n_ctx":{}}},"total_slots":{}}})",
                                     8192 / slots, slots.load()));
    }
    return says(asked, "Ann");
  });
  ManualClock clock(0);
  const OpenAiChat chat({.model = "m"}, world.provider, clock, nullptr);
  ASSERT_TRUE(run_here(chat.complete(question())));
  EXPECT_EQ(chat.context_tokens(), 2048U);
  slots = 0;
  EXPECT_FALSE(run_here(chat.complete(question())));
  slots = 2;
  clock.advance(10'000);
  ASSERT_TRUE(run_here(chat.complete(question())));
  EXPECT_EQ(chat.abilities().total_slots, 2U);
  EXPECT_EQ(chat.context_tokens(), 4096U);
}

TEST(OpenAiChat, APromptThatDoesNotFitTellsTheContext) {
  std::string body =
      R"({"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error","n_prompt_tokens":5000,"n_ctx":2048}})";
  Chat chat([&](const Asked&) { return answer(400, body); });
  EXPECT_EQ(chat.model.context_tokens(), 0U);
  const auto reply = chat.ask(question());
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Code::kTooLarge);
  EXPECT_EQ(chat.model.context_tokens(), 2048U);
  EXPECT_EQ(chat.world.server.asked().size(), 1U);
  EXPECT_EQ(chat.world.observer.calls, std::vector<std::string>{"extract m too_long"});

  // Without a number it shrinks until it fits.
  body = R"({"error":{"message":"the input length exceeds the context length"}})";
  ChatRequest request = question();
  request.messages[1].content = std::string(4'000, 'x');
  request.max_tokens = 1'000;
  EXPECT_EQ(chat.ask(request).error().code, Code::kTooLarge);
  EXPECT_EQ(chat.model.context_tokens(), 1501U);
}

TEST(OpenAiChat, TheConfiguredContextIsNeverWidened) {
  Chat chat([](const Asked&) { return refuses("This model's maximum context length is 8192 tokens."); },
            {.model = "m", .context_tokens = 4096});
  EXPECT_EQ(chat.ask(question()).error().code, Code::kTooLarge);
  EXPECT_EQ(chat.model.context_tokens(), 4096U);
}

TEST(OpenAiChat, AnErrorInMidStreamIsTriedAgain) {
  std::atomic<int> times = 0;
  Chat chat([&](const Asked& asked) {
    if (++times == 1)
      return answer(200, piece("An") + event(R"({"error":{"code":500,"message":"the model crashed"}})"));
    return says(asked, "Ann");
  });
  const auto reply = chat.ask(question());
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->text, "Ann") << "nothing is left of the first attempt";
  EXPECT_EQ(chat.world.observer.retries, std::vector<std::string>{"broke_off"});
}

TEST(OpenAiChat, AnErrorInMidStreamThatStaysIsTold) {
  Chat crashes([](const Asked&) {
    return answer(200, piece("An") + event(R"({"error":{"code":500,"message":"the model crashed"}})"));
  });
  const auto crashed = crashes.ask(question());
  ASSERT_FALSE(crashed);
  EXPECT_EQ(crashed.error().code, Code::kProviderFailed);
  EXPECT_EQ(crashed.error().cause, "failed");
  EXPECT_NE(crashed.error().message.find("the model crashed"), std::string::npos);

  Chat overflows([](const Asked&) {
    return answer(200,
                  piece("An") + event(R"({"error":{"code":400,"message":"maximum context length is 512 tokens"}})"));
  });
  EXPECT_EQ(overflows.ask(question()).error().code, Code::kTooLarge);
  EXPECT_EQ(overflows.model.context_tokens(), 512U);
  EXPECT_EQ(overflows.world.server.asked().size(), 1U);

  Chat ignorant([](const Asked& asked) {
    if (asked.has("response_format"))
      return answer(200, event(R"({"error":{"code":400,"message":"no response_format"}})"));
    return says(asked, R"({"who":"Ann"})");
  });
  EXPECT_TRUE(ignorant.ask(question(true)));
  EXPECT_EQ(ignorant.model.abilities().format, Format::kText);
}

TEST(OpenAiChat, AStreamWithoutAnEndIsAskedForAgainAndThenTakenForCutOff) {
  std::atomic<int> times = 0;
  Chat once([&](const Asked& asked) { return ++times == 1 ? answer(200, piece("An")) : says(asked, "Ann"); });
  EXPECT_EQ(once.ask(question())->text, "Ann");

  Chat always([](const Asked&) { return answer(200, piece(R"({"items": ["Ann", "Bo)")); });
  const auto cut = always.ask(question());
  ASSERT_TRUE(cut);
  EXPECT_TRUE(cut->cut_off);
  EXPECT_EQ(cut->text, R"({"items": ["Ann", "Bo)");
  EXPECT_EQ(always.world.server.asked().size(), 2U);

  Chat nothing([](const Asked&) { return answer(200, "OK, but this is no JSON"); });
  const auto reply = nothing.ask(question());
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().cause, "failed");
}

TEST(OpenAiChat, RepliesThatAreNone) {
  Chat filtered([](const Asked& asked) { return says(asked, "", "content_filter"); });
  EXPECT_EQ(filtered.ask(question()).error().cause, "refused");

  Chat refusing([](const Asked&) {
    return answer(200,
                  R"({"choices":[{"message":{"content":null,"refusal":"I cannot help."},"finish_reason":"stop"}]})");
  });
  const auto refused = refusing.ask(question());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kProviderFailed);
  EXPECT_NE(refused.error().message.find("I cannot help."), std::string::npos);

  for (const std::string text : {"", " \n\n ", "<think>what"}) {
    Chat silent([&](const Asked& asked) { return says(asked, text); });
    const auto reply = silent.ask(question());
    ASSERT_TRUE(reply) << text;
    EXPECT_EQ(reply->text, "");
  }
}

TEST(OpenAiChat, ThoughtsAreLeftOutAndLengthIsTold) {
  Chat chat([](const Asked& asked) { return says(asked, "<think>Who {is} it?</think>\n{\"who\":\"An", "length"); });
  const auto reply = chat.ask(question());
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->text, "{\"who\":\"An");
  EXPECT_TRUE(reply->cut_off);
}

TEST(OpenAiChat, UsageIsEstimatedWhereItIsNotTold) {
  Chat chat([](const Asked&) { return answer(200, piece("Ann and Bob.") + end("stop") + event("[DONE]")); });
  const auto reply = chat.ask(question());
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->usage, (ChatUsage{3, 3, 0}));
}

TEST(OpenAiChat, RefusalsOfTheServerSayWhatToChange) {
  for (const auto& [status, word] : {std::pair{401, "key"}, {402, "paid"}, {404, "model"}, {400, "refuses the call"}}) {
    Chat chat([&](const Asked&) { return refuses("Invalid", status); });
    const auto reply = chat.ask(question(true));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, Code::kProviderFailed);
    EXPECT_EQ(reply.error().cause, "refused");
    EXPECT_NE(reply.error().message.find(word), std::string::npos) << reply.error().message;
    EXPECT_EQ(chat.world.server.asked().size(), 1U);
  }
}

TEST(OpenAiChat, AServerThatRefusesEverythingIsGivenUp) {
  Chat chat([](const Asked&) {
    return refuses("stream_options, response_format, temperature, max_completion_tokens, stream, system role: no");
  });
  const auto reply = chat.ask(question(true));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().cause, "refused");
  EXPECT_LE(chat.world.server.asked().size(), 8U);
}

TEST(OpenAiChat, AnAnswerThatIsTooLargeIsNoPromptThatIs) {
  Chat chat([](const Asked&) -> Result<net::OutboundReply> { return fail(Code::kTooLarge, "over 32 MiB"); });
  const auto reply = chat.ask(question());
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Code::kProviderFailed);
  EXPECT_EQ(chat.model.context_tokens(), 0U);
}

TEST(OpenAiChat, ABudgetThatIsSpentIsNotOverdrawn) {
  Chat chat([](const Asked& asked) { return says(asked, "Ann"); });
  ChatRequest request = question();
  request.budget = milliseconds(0);
  const auto reply = chat.ask(request);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Code::kCancelled);
  EXPECT_TRUE(chat.world.server.asked().empty());
}

TEST(OpenAiChat, CallsAtOnceFindOutOnce) {
  Chat chat([](const Asked& asked) { return says(asked, "Ann"); });
  const auto replies =
      run_here(gather<Result<ChatReply>>(8, 8, [&](std::size_t) { return chat.model.complete(question()); }));
  for (const auto& reply : replies) EXPECT_TRUE(reply);
  EXPECT_EQ(chat.world.server.asked("/v1/models").size(), 1U);
  EXPECT_EQ(chat.world.server.asked().size(), 8U);
}

}  // namespace
}  // namespace holdfast::models
