#include "models/openai/chat_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <coroutine>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/log.h"
#include "models/openai/chat_answer.h"
#include "models/openai/chat_body.h"
#include "models/openai/context.h"
#include "models/openai/server_error.h"
#include "models/schema_fit.h"
#include "models/tolerant_json.h"

namespace holdfast::models {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;
using Format = ChatAbilities::Format;

constexpr milliseconds kDiscoveryBudget{5'000};        // of one question
constexpr std::int64_t kDiscoveryPauseUs = 5'000'000;  // after one that failed
constexpr std::size_t kMostAttempts = 8;               // one for each thing a server may refuse, and one broken stream
constexpr std::size_t kMisfitsToGiveUp = 2;            // replies in a row that are not of the schema asked for
constexpr std::size_t kBytesAToken = 4;
constexpr std::size_t kLeastContext = 256;

std::unexpected<Error> failed(std::string message, std::string_view outcome) {
  return fail(Code::kProviderFailed, std::move(message), {}, std::string(outcome));
}

// kTooLarge is the word for a prompt, and kInvalid for a request; neither is meant where no answer came.
std::unexpected<Error> no_reply(Error error) {
  if (error.code != Code::kCancelled && error.code != Code::kProviderFailed) {
    error.code = Code::kProviderFailed;
    error.cause = "failed";
  }
  return std::unexpected(std::move(error));
}

ChatUsage estimated(const ChatRequest& request, std::string_view text) {
  std::size_t prompt = 0;
  for (const ChatMessage& message : request.messages) prompt += message.content.size();
  return {.prompt_tokens = static_cast<std::int64_t>(prompt / kBytesAToken),
          .completion_tokens = static_cast<std::int64_t>(text.size() / kBytesAToken)};
}

// A reply to somebody who was told what was wrong with the last one says nothing about what the server holds to.
bool is_repair(const ChatRequest& request) {
  return std::ranges::any_of(request.messages, [](const ChatMessage& m) { return m.role == ChatRole::kAssistant; });
}

bool fits(const ChatRequest& request, Format format, std::string_view text) {
  const Result<TolerantJson> read = read_tolerantly(text);
  if (!read || read->cut_off) return false;
  if (format != Format::kSchema) return true;
  boost::system::error_code error;
  const json::value schema = json::parse(request.schema->json, error);
  return error || fits_schema(read->value, schema);
}

// The outcome's word of ModelObserver::on_call.
std::string outcome_of(const Result<ChatReply>& reply) {
  if (reply) return "ok";
  switch (reply.error().code) {
    case Code::kTooLarge:
      return "too_long";
    case Code::kCancelled:
      return "timeout";
    default:
      return reply.error().cause.empty() ? "failed" : reply.error().cause;
  }
}

// What was found out together: never more than either.
void narrow(ChatAbilities& known, const ChatAbilities& learned) {
  known.format = std::max(known.format, learned.format);
  known.stream = known.stream && learned.stream;
  known.stream_usage = known.stream_usage && learned.stream_usage;
  known.temperature = known.temperature && learned.temperature;
  known.system_role = known.system_role && learned.system_role;
  known.max_completion_tokens = known.max_completion_tokens || learned.max_completion_tokens;
  known.llama_slots = known.llama_slots && learned.llama_slots;
}

}  // namespace

struct OpenAiChat::State {
  State(OpenAiChatOptions given, const Provider& server, const Clock& time, ModelObserver* watcher)
      : options(std::move(given)), provider(server), clock(time), observer(watcher), name(options.model) {
    abilities.stream = options.stream;
    abilities.context_tokens = options.context_tokens;
  }

  Task<Result<>> discover(std::optional<milliseconds> budget);
  Task<Result<>> ask_limits(std::optional<milliseconds> budget);
  Task<Result<ChatReply>> ask(ChatRequest request, std::int64_t started_us);
  ProviderCall call_for(const ChatRequest& request, const ChatAbilities& tried, std::int64_t started_us);
  std::optional<milliseconds> left_of(const ChatRequest& request, std::int64_t started_us) const;
  Result<ChatReply> reply_of(const ChatRequest& request, const ChatAbilities& tried, const ChatAnswer& answer);
  std::unexpected<Error> too_long(const ChatRequest& request, const ServerError& error);
  std::unexpected<Error> refused(const ServerError& error);
  void look_again();
  void note_fit(const ChatRequest& request, Format tried, std::string_view text);

  ChatAbilities snapshot() {
    const std::lock_guard lock(mutex);
    return abilities;
  }

  const OpenAiChatOptions options;
  const Provider& provider;
  const Clock& clock;
  ModelObserver* const observer;

  std::mutex mutex;
  std::string name;  // the configured one, or the first listed: from "" to that once, so that views of it stay
  bool named = !name.empty();
  ChatAbilities abilities;
  std::size_t misfits = 0;

  enum class Discovery { kOpen, kUnderWay, kDone };
  Discovery discovery = Discovery::kOpen;
  std::int64_t next_discovery_us = 0;
  std::vector<std::coroutine_handle<>> waiting;  // for a discovery under way
};

namespace {

// Goes on when the discovery that is under way has ended.
template <typename State>
struct DiscoveryEnd {
  State& state;
  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> handle) {
    const std::lock_guard lock(state.mutex);
    if (state.discovery != State::Discovery::kUnderWay) return false;
    state.waiting.push_back(handle);
    return true;
  }
  void await_resume() const noexcept {}
};

}  // namespace

Task<Result<>> OpenAiChat::State::ask_limits(std::optional<milliseconds> budget) {
  const milliseconds most = budget ? std::min(*budget, kDiscoveryBudget) : kDiscoveryBudget;
  HOLDFAST_CO_TRY(const ServerLimits limits, co_await find_limits(provider, options.model, most));
  const std::lock_guard lock(mutex);
  if (!named && !limits.models.empty()) {
    name = limits.models.front();
    named = true;
  }
  // A server that was started anew may have another.
  if (options.context_tokens == 0 && limits.context_tokens > 0) abilities.context_tokens = limits.context_tokens;
  abilities.llama_slots = limits.llama_slots;
  abilities.total_slots = limits.total_slots;
  co_return Result<>{};
}

Task<Result<>> OpenAiChat::State::discover(std::optional<milliseconds> budget) {
  bool mine = false;
  {
    const std::lock_guard lock(mutex);
    if (discovery == Discovery::kDone) co_return Result<>{};
    if (discovery == Discovery::kOpen) {
      discovery = Discovery::kUnderWay;
      mine = true;
    }
  }
  if (!mine) {
    co_await DiscoveryEnd<State>{*this};
    co_return Result<>{};
  }
  Result<> found = co_await ask_limits(budget);
  std::vector<std::coroutine_handle<>> others;
  {
    const std::lock_guard lock(mutex);
    discovery = found ? Discovery::kDone : Discovery::kOpen;
    next_discovery_us = clock.monotonic_us() + kDiscoveryPauseUs;
    others.swap(waiting);
  }
  for (const std::coroutine_handle<> other : others) other.resume();
  co_return found;
}

std::optional<milliseconds> OpenAiChat::State::left_of(const ChatRequest& request, std::int64_t started_us) const {
  if (!request.budget) return std::nullopt;
  const std::chrono::microseconds took(clock.monotonic_us() - started_us);
  return *request.budget - std::chrono::duration_cast<milliseconds>(took);
}

ProviderCall OpenAiChat::State::call_for(const ChatRequest& request, const ChatAbilities& tried,
                                         std::int64_t started_us) {
  ProviderCall call;
  call.path = "/chat/completions";
  std::string asked;
  {
    const std::lock_guard lock(mutex);
    asked = name;
  }
  call.body = chat_body(request, asked, tried);
  call.headers.push_back({"Accept", tried.stream ? "text/event-stream" : "application/json"});
  if (!options.affinity_header.empty() && !request.affinity.empty())
    call.headers.push_back({options.affinity_header, request.affinity});
  call.budget = left_of(request, started_us);
  call.priority = request.priority;
  return call;
}

std::unexpected<Error> OpenAiChat::State::too_long(const ChatRequest& request, const ServerError& error) {
  std::size_t tokens = error.context_tokens;
  {
    const std::lock_guard lock(mutex);
    if (tokens == 0) {
      // Not said: three quarters of what was too much, until it fits.
      const auto asked = static_cast<std::size_t>(estimated(request, {}).prompt_tokens) + request.max_tokens;
      tokens = std::max(asked * 3 / 4, kLeastContext);
      if (abilities.context_tokens > 0) tokens = std::min(tokens, abilities.context_tokens);
    }
    abilities.context_tokens = options.context_tokens > 0 ? std::min(tokens, options.context_tokens) : tokens;
    tokens = abilities.context_tokens;
  }
  return fail(Code::kTooLarge, fmt::format("the prompt does not fit the model's context of {} tokens", tokens), {},
              "too_long");
}

std::unexpected<Error> OpenAiChat::State::refused(const ServerError& error) {
  const std::string said = error.message.empty() ? "without a reason" : error.message;
  const std::string& server = provider.options().name;
  switch (error.status) {
    case 401:
    case 403:
      return failed(fmt::format("{} refuses the key ({}): {}", server, error.status, said), "refused");
    case 402:
      return failed(fmt::format("{} wants to be paid (402): {}", server, said), "refused");
    case 404:
      return failed(fmt::format("{} has no such model or path (404): {}", server, said), "refused");
    default:
      return failed(fmt::format("{} refuses the call ({}): {}", server, error.status, said), "refused");
  }
}

// A server that did not answer may come back with another model, context or number of slots.
void OpenAiChat::State::look_again() {
  const std::lock_guard lock(mutex);
  if (discovery == Discovery::kDone) discovery = Discovery::kOpen;
}

// Two replies in a row that are not of the schema: the server takes response_format, and does not hold the model to it.
void OpenAiChat::State::note_fit(const ChatRequest& request, Format tried, std::string_view text) {
  if (!request.schema || tried == Format::kText || is_repair(request)) return;
  const bool fit = fits(request, tried, text);
  const std::lock_guard lock(mutex);
  if (abilities.format > tried) return;  // somebody else has found out more by now
  misfits = fit ? 0 : misfits + 1;
  if (fit) abilities.format = tried;
  if (misfits < kMisfitsToGiveUp) return;
  misfits = 0;
  abilities.format = simpler(tried);
}

Result<ChatReply> OpenAiChat::State::reply_of(const ChatRequest& request, const ChatAbilities& tried,
                                              const ChatAnswer& answer) {
  const std::string& server = provider.options().name;
  if (answer.finish == "content_filter") return failed(fmt::format("{} withheld the reply", server), "refused");
  ChatReply reply{.text = spoken(answer.text), .model = answer.model, .usage = {}};
  if (reply.text.empty() && !answer.refusal.empty()) {
    const ServerError said = read_server_error(0, std::string_view(answer.refusal));
    return failed(fmt::format("the model refused: {}", said.message), "refused");
  }
  if (reply.model.empty()) {
    const std::lock_guard lock(mutex);
    reply.model = name;
  }
  reply.cut_off = answer.finish == "length" || answer.finish == "max_tokens" || answer.finish.empty();
  reply.usage = answer.usage.value_or(estimated(request, answer.text));
  if (!reply.cut_off) note_fit(request, tried_format(tried), reply.text);
  return reply;
}

Task<Result<ChatReply>> OpenAiChat::State::ask(ChatRequest request, std::int64_t started_us) {
  bool broke_off = false;
  for (std::size_t attempt = 0; attempt < kMostAttempts; ++attempt) {
    const ChatAbilities tried = snapshot();
    ProviderCall call = call_for(request, tried, started_us);
    if (call.budget && *call.budget <= milliseconds(0))
      co_return fail(Code::kCancelled, "out of time before the model was asked", {}, "timeout");
    const auto reader = std::make_shared<std::shared_ptr<ChatAnswerReader>>(std::make_shared<ChatAnswerReader>());
    if (tried.stream) {
      call.make_sink = [reader] {
        *reader = std::make_shared<ChatAnswerReader>();
        return [into = *reader](std::string_view piece) { return into->feed(piece); };
      };
    }
    const Result<ProviderReply> reply = co_await provider.call(std::move(call));
    ChatAnswerReader& read = **reader;

    std::optional<ServerError> error = read.answer().error;
    Result<> ended;
    if (!reply && !error) {
      if (reply.error().code == Code::kProviderFailed) look_again();
      co_return no_reply(reply.error());
    }
    if (reply && reply->ok() && !error) {
      if (!tried.stream) ended = read.feed(reply->body);
      if (ended) ended = read.finish();
      error = read.answer().error;
    } else if (reply && !reply->ok()) {
      error = read_server_error(reply->status, reply->body);
    }

    if (error) {
      if (error->too_long) co_return too_long(request, *error);
      if (const auto learned = without_refused(request, tried, *error)) {
        log::info("a model server refused a part of a call, which it is asked without from now on",
                  {{"provider", provider.options().name}, {"status", std::to_string(error->status)}});
        const std::lock_guard lock(mutex);
        narrow(abilities, *learned);
        continue;
      }
      if (reply && !reply->ok()) co_return refused(*error);
      if (!is_passing(*error)) co_return refused(*error);
      if (!reply || broke_off)
        co_return failed(fmt::format("{} reports: {}", provider.options().name, error->message), "failed");
    } else if (ended) {
      co_return reply_of(request, tried, read.answer());
    } else if (broke_off) {
      // What came twice without an end is all there is.
      if (!spoken(read.answer().text).empty()) co_return reply_of(request, tried, read.answer());
      co_return failed(fmt::format("{}: {}", provider.options().name, ended.error().message), "failed");
    }
    broke_off = true;
    if (observer != nullptr) observer->on_retry(provider.options().name, "broke_off");
  }
  co_return failed(fmt::format("{} refuses the call in every form", provider.options().name), "refused");
}

OpenAiChat::OpenAiChat(OpenAiChatOptions options, const Provider& provider, const Clock& clock, ModelObserver* observer)
    : state_(std::make_unique<State>(std::move(options), provider, clock, observer)) {}

OpenAiChat::~OpenAiChat() = default;

Task<Result<ChatReply>> OpenAiChat::complete(ChatRequest request) const {
  State& state = *state_;
  const std::int64_t started_us = state.clock.monotonic_us();
  const std::string stage = request.stage;
  bool find_out = false;
  {
    const std::lock_guard lock(state.mutex);
    find_out = state.discovery != State::Discovery::kDone && started_us >= state.next_discovery_us;
  }
  if (find_out) {
    // A failure is told by the call itself, which is retried where this is not.
    (void)co_await state.discover(request.budget ? std::optional(*request.budget / 4) : std::nullopt);
  }
  Result<ChatReply> reply = co_await state.ask(std::move(request), started_us);
  const std::int64_t took_us = state.clock.monotonic_us() - started_us;
  if (reply) reply->took_us = took_us;
  if (state.observer != nullptr) {
    const std::string outcome = outcome_of(reply);
    state.observer->on_call(stage, model(), outcome, took_us, reply ? reply->usage : ChatUsage{});
  }
  co_return reply;
}

std::string_view OpenAiChat::model() const {
  const std::lock_guard lock(state_->mutex);
  return state_->name;
}

std::size_t OpenAiChat::context_tokens() const { return state_->snapshot().context_tokens; }

Task<Result<>> OpenAiChat::discover() const { return state_->discover(std::nullopt); }

ChatAbilities OpenAiChat::abilities() const { return state_->snapshot(); }

}  // namespace holdfast::models
