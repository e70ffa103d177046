#include "models/openai/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "base/utf8.h"
#include "models/openai/context.h"
#include "models/structured.h"

namespace holdfast::models {
namespace {

namespace json = boost::json;
using State = CheckLine::State;
using std::chrono::milliseconds;

constexpr milliseconds kBudget{10'000};
constexpr std::size_t kReplyTokens = 512;      // a model that thinks first needs them
constexpr std::size_t kEnoughContext = 8'192;  // a chunk with its prompt and reply
constexpr std::size_t kPrefixLines = 190;      // about 1,150 tokens: some servers keep no shorter ones
constexpr std::int64_t kSlowUs = 5'000'000;
constexpr std::int64_t kSlowEncodingUs = 500'000;

// How long what is awaited takes.
class Stopwatch {
 public:
  explicit Stopwatch(const Clock& clock) : clock_(clock), began_us_(clock.monotonic_us()) {}
  [[nodiscard]] std::int64_t us() const { return std::max<std::int64_t>(clock_.monotonic_us() - began_us_, 1); }

 private:
  const Clock& clock_;
  const std::int64_t began_us_;
};

std::string in_words(std::int64_t us) {
  return us < 1'000'000 ? fmt::format("{} ms", (us + 500) / 1000)
                        : fmt::format("{:.1f} s", static_cast<double>(us) / 1e6);
}

std::string advice_for(const Error& error, const ProviderOptions& options) {
  if (error.cause.starts_with("refused")) {
    if (error.message.contains("404"))
      return fmt::format("does base_url \"{}\" end where the server's paths begin, mostly in /v1?", options.base_url);
    return options.api_key.empty() ? "set api_key, api_key_env or api_key_file"
                                   : "is the key right, and of this server?";
  }
  if (error.cause.starts_with("unreachable"))
    return fmt::format("is the server running, and is base_url \"{}\" its address?", options.base_url);
  if (error.cause.starts_with("timeout") || error.code == Code::kCancelled)
    return "is the model loaded, and the machine fast enough? timeout_ms may be raised";
  if (error.cause.starts_with("rate_limited")) return "lower concurrency, or wait until the server allows more";
  return "";
}

CheckLine failure(std::string what, const Error& error, const ProviderOptions& options, std::int64_t us) {
  return {.what = std::move(what),
          .state = State::kFails,
          .found = error.message,
          .advice = advice_for(error, options),
          .took_us = us};
}

CheckLine about_server(const ServerLimits& limits, const ProviderOptions& options, std::int64_t us) {
  return {.what = "server",
          .found = limits.models.empty() ? fmt::format("{} answers; it has no list of models", options.base_url)
                                         : fmt::format("{} answers and lists {} model{}", options.base_url,
                                                       limits.models.size(), limits.models.size() == 1 ? "" : "s"),
          .took_us = us};
}

CheckLine about_model(const ServerLimits& limits, std::string_view model) {
  const auto is_it = [&](std::string_view name) { return name == model || name == std::string(model) + ":latest"; };
  CheckLine line{.what = "model", .found = fmt::format("\"{}\"", model)};
  if (model.empty()) {
    line.found = "none is named and none is listed";
    line.state = State::kLimited;
    line.advice = "set model";
  } else if (limits.models.empty()) {
    line.found += ", as configured";
  } else if (std::ranges::any_of(limits.models, is_it)) {
    line.found += " is there";
  } else {
    line.state = State::kLimited;
    line.found += " is not among the models listed";
    std::string names;
    for (std::size_t i = 0; i < limits.models.size() && i < 5; ++i) names += (i == 0 ? "" : ", ") + limits.models[i];
    line.advice = fmt::format("set model to one of them ({}{})", names, limits.models.size() > 5 ? ", …" : "");
  }
  return line;
}

ChatRequest question(std::string system, std::string user, std::size_t max_tokens) {
  ChatRequest request{.stage = "check",
                      .messages = {{.role = ChatRole::kSystem, .content = std::move(system)},
                                   {.role = ChatRole::kUser, .content = std::move(user)}}};
  request.max_tokens = max_tokens;
  request.affinity = "check";
  request.priority = Priority::kQuery;
  return request;
}

CheckLine about_chat(const ChatReply& reply, std::int64_t us) {
  CheckLine line{.what = "chat", .took_us = us};
  if (reply.text.empty()) {
    line.state = State::kLimited;
    line.found = "the reply is empty";
    line.advice = "is this a model for chats? One that thinks for long needs to be told not to";
  } else {
    line.found = fmt::format("it answers \"{}\"", first_code_points(reply.text, 40));
  }
  return line;
}

CheckLine about_schema(const Result<StructuredReply>& reply, const ChatAbilities& abilities, std::int64_t us) {
  CheckLine line{.what = "schema", .took_us = us};
  if (!reply) {
    line.state = State::kFails;
    line.found = reply.error().message;
    line.advice = "the program itself will do whatever this model cannot: choose a larger one";
    return line;
  }
  switch (abilities.format) {
    case ChatAbilities::Format::kUnknown:
    case ChatAbilities::Format::kSchema:
      line.found = "the server holds the model to a JSON Schema";
      break;
    case ChatAbilities::Format::kObject:
      line.state = State::kLimited;
      line.found = "the server holds the model to JSON, the schema is told in words";
      line.advice = "a newer server, or one with structured output, would spare repairs";
      break;
    case ChatAbilities::Format::kText:
      line.state = State::kLimited;
      line.found = "the schema is told in words only";
      line.advice = "a server with structured output (response_format) would spare repairs";
      break;
  }
  if (reply->repaired) {
    line.state = State::kLimited;
    line.found += "; the first reply had to be repaired";
  }
  return line;
}

CheckLine about_context(std::size_t tokens) {
  CheckLine line{.what = "context"};
  if (tokens == 0) {
    line.state = State::kLimited;
    line.found = "the server does not say how long a prompt may be";
    line.advice = "set context_tokens, or leave it to be found out when a prompt is too long";
    return line;
  }
  line.found = fmt::format("{} tokens for prompt and reply", tokens);
  if (tokens < kEnoughContext) {
    line.state = State::kLimited;
    line.advice = fmt::format(
        "conversations are sent in smaller pieces; {} would do (llama-server: -c, for all slots "
        "together; Ollama: OLLAMA_CONTEXT_LENGTH; vLLM: --max-model-len)",
        kEnoughContext);
  }
  return line;
}

CheckLine about_caching(const ChatUsage& first, const ChatUsage& second, std::int64_t first_us,
                        std::int64_t second_us) {
  CheckLine line{.what = "caching", .took_us = second_us};
  if (second.cached_tokens > 0) {
    line.found =
        fmt::format("{} of a prompt's {} tokens were there already", second.cached_tokens, second.prompt_tokens);
  } else {
    line.state = State::kLimited;
    line.found = fmt::format("no token of a prompt asked before is said to be reused ({}, then {})", in_words(first_us),
                             in_words(second_us));
    line.advice = first.prompt_tokens < 1'024 ? "some servers reuse prompts of 1,024 tokens or more only" : "";
  }
  return line;
}

std::string long_instruction() {
  std::string text = "Answer every question with one word. The rest of this message is only here to be long.";
  for (std::size_t i = 0; i < kPrefixLines; ++i) text += fmt::format(" Line {} says nothing.", i + 1);
  return text;
}

float cosine(std::span<const float> a, std::span<const float> b) {
  float sum = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

Task<std::vector<CheckLine>> check_chat(const OpenAiChat& chat, const Provider& provider, const Clock& clock) {
  const ProviderOptions& options = provider.options();
  std::vector<CheckLine> lines;

  const Stopwatch reach(clock);
  const Result<ServerLimits> limits = co_await find_limits(provider, std::string(chat.model()), kBudget);
  if (!limits) {
    lines.push_back(failure("server", limits.error(), options, reach.us()));
    co_return lines;
  }
  lines.push_back(about_server(*limits, options, reach.us()));
  (void)co_await chat.discover();
  lines.push_back(about_model(*limits, chat.model()));

  const Stopwatch plain(clock);
  const Result<ChatReply> reply =
      co_await chat.complete(question("You are being tried out.", "Say the word: ready", kReplyTokens));
  const std::int64_t plain_us = plain.us();
  if (!reply) {
    lines.push_back(failure("chat", reply.error(), options, plain_us));
    co_return lines;
  }
  lines.push_back(about_chat(*reply, plain_us));

  ChatRequest fruit =
      question("You fill in forms.", "Ann has three red apples. What has she, and how many?", kReplyTokens);
  fruit.schema =
      ChatSchema{.name = "fruit",
                 .json = R"({"type":"object","properties":{"fruit":{"type":"string"},"count":{"type":"integer"}},)"
                         R"("required":["fruit","count"],"additionalProperties":false})"};
  const CheckReply is_fruit = [](const json::value& value) -> Result<> {
    const json::object* object = value.if_object();
    if (object == nullptr || !object->contains("fruit") || !object->contains("count"))
      return fail(Code::kInvalid, "fruit or count is missing");
    return {};
  };
  const Stopwatch form(clock);
  const Result<StructuredReply> filled = co_await ask_structured(chat, std::move(fruit), is_fruit);
  lines.push_back(about_schema(filled, chat.abilities(), form.us()));

  const ChatAbilities abilities = chat.abilities();
  lines.push_back({.what = "streaming",
                   .state = abilities.stream ? State::kWorks : State::kLimited,
                   .found = abilities.stream
                                ? "replies are streamed, so that a call that is given up ends in the server"
                                : "replies are not streamed: a call that is given up goes on in the server"});
  lines.push_back(about_context(chat.context_tokens()));

  const std::string instruction = long_instruction();
  const Stopwatch first(clock);
  const Result<ChatReply> once = co_await chat.complete(question(instruction, "What is the colour of snow?", 16));
  const std::int64_t first_us = first.us();
  const Stopwatch second(clock);
  const Result<ChatReply> twice = co_await chat.complete(question(instruction, "What is the colour of coal?", 16));
  const std::int64_t second_us = second.us();
  if (once && twice) {
    lines.push_back(about_caching(once->usage, twice->usage, first_us, second_us));
  } else {
    const Error& error = once ? twice.error() : once.error();
    CheckLine line = failure("caching", error, options, first_us);
    if (error.code == Code::kTooLarge) line.state = State::kLimited;
    lines.push_back(std::move(line));
  }

  CheckLine latency{.what = "latency", .found = fmt::format("a short call takes {}", in_words(plain_us))};
  if (plain_us > kSlowUs) {
    latency.state = State::kLimited;
    latency.advice = "recalls will go on without the model when recall_timeout_ms is over; a smaller model is faster";
  }
  lines.push_back(std::move(latency));
  co_return lines;
}

Task<std::vector<CheckLine>> check_embeddings(const Encoder& encoder, const Clock& clock) {
  std::vector<CheckLine> lines;
  std::vector<EncoderInput> inputs{{.text = "Who looks after the dog?", .query = true},
                                   {.text = "Sam feeds the puppy and takes it for walks."},
                                   {.text = "The invoice of March has not been paid."}};
  const Stopwatch watch(clock);
  const Result<std::vector<Encoding>> vectors = co_await encoder.encode(std::move(inputs));
  const std::int64_t us = watch.us();
  if (!vectors || vectors->size() != 3) {
    lines.push_back({.what = "embeddings",
                     .state = State::kFails,
                     .found = vectors ? "another number of vectors than texts" : vectors.error().message,
                     .advice = "is [embedding] model one that makes vectors, and base_url the server that has it?",
                     .took_us = us});
    co_return lines;
  }
  lines.push_back({.what = "embeddings", .found = fmt::format("{} answers", encoder.model()), .took_us = us});
  lines.push_back({.what = "dimensions", .found = fmt::format("{}", encoder.dimensions())});

  const float near = cosine((*vectors)[0].pooled, (*vectors)[1].pooled);
  const float far = cosine((*vectors)[0].pooled, (*vectors)[2].pooled);
  CheckLine meaning{.what = "meaning",
                    .found = fmt::format("a text that answers a question is nearer to it ({:.2f}) than one that does "
                                         "not ({:.2f})",
                                         near, far)};
  if (!(near > far)) {
    meaning.state = State::kFails;
    meaning.found = fmt::format(
        "a text that answers a question is not nearer to it ({:.2f}) than one that does not "
        "({:.2f})",
        near, far);
    meaning.advice = "is it a model for embeddings? Some want query_prefix and passage_prefix";
  }
  lines.push_back(std::move(meaning));

  CheckLine latency{.what = "latency", .found = fmt::format("three texts take {}", in_words(us))};
  if (us > kSlowEncodingUs) {
    latency.state = State::kLimited;
    latency.advice = "every recall waits for its query's vector; a smaller model, or the embedded one, is faster";
  }
  lines.push_back(std::move(latency));
  co_return lines;
}

}  // namespace holdfast::models
