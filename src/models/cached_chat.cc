#include "models/cached_chat.h"

#include <fmt/format.h>

#include <atomic>
#include <coroutine>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/time.h"

namespace holdfast::models {
namespace {

std::string_view name_of(ChatRole role) {
  switch (role) {
    case ChatRole::kSystem:
      return "system";
    case ChatRole::kUser:
      return "user";
    case ChatRole::kAssistant:
      return "assistant";
  }
  return "";
}

Digest key_of(std::string_view model, const ChatRequest& request) {
  Sha256 hash;
  hash.add_field("reply/1").add_field(request.affinity).add_field(model).add_field(request.stage);
  hash.add_field(request.schema ? request.schema->name : "").add_field(request.schema ? request.schema->json : "");
  hash.add_field(std::to_string(request.max_tokens));
  for (const ChatMessage& message : request.messages) hash.add_field(name_of(message.role)).add_field(message.content);
  return hash.finish();
}

// One question on its way, and who else waits for its answer.
struct Flight {
  struct Waiter {
    std::coroutine_handle<> handle;
    Priority priority;
  };

  std::optional<std::chrono::milliseconds> budget;
  std::optional<Result<ChatReply>> outcome;
  std::vector<Waiter> waiting;
};

class CachedChat final : public ChatModel {
 public:
  CachedChat(const ChatModel& model, ReplyStore& store, CachedChatOptions options, Pool& storage, Pool& compute,
             const Clock& clock, ModelObserver* observer)
      : model_(model),
        store_(store),
        options_(options),
        storage_(storage),
        compute_(compute),
        clock_(clock),
        observer_(observer) {}

  [[nodiscard]] std::string_view model() const override { return model_.model(); }
  [[nodiscard]] std::size_t context_tokens() const override { return model_.context_tokens(); }

  [[nodiscard]] Task<Result<ChatReply>> complete(ChatRequest request) const override {
    const std::int64_t began = clock_.monotonic_us();
    if (!options_.remember) co_return co_await ask(std::move(request), std::nullopt, began);
    const Digest key = key_of(model_.model(), request);
    for (;;) {
      bool mine = false;
      const std::shared_ptr<Flight> flight = join(key, request.budget, mine);
      if (flight == nullptr) co_return co_await ask(std::move(request), key, began);
      if (mine) {
        Result<ChatReply> outcome = co_await ask(std::move(request), key, began);
        land(key, *flight, outcome);
        co_return outcome;
      }
      co_await Landing{*this, *flight, request.priority};
      Result<ChatReply> outcome = *flight->outcome;
      if (outcome) {
        told(request, "remembered", began);
        outcome->remembered = true;
        outcome->usage = {};
        outcome->took_us = 0;
        co_return outcome;
      }
      // The other was out of its time, which says nothing of this one's.
      if (outcome.error().code != Code::kCancelled) co_return outcome;
    }
  }

 private:
  struct Landing {
    const CachedChat& chat;
    Flight& flight;
    Priority priority;

    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> handle) {
      const std::lock_guard lock(chat.mutex_);
      if (flight.outcome) return false;
      flight.waiting.push_back({handle, priority});
      return true;
    }
    void await_resume() const noexcept {}
  };

  // The flight to wait for, or a new one (`mine`); null when the one under way may take longer than there is time.
  std::shared_ptr<Flight> join(const Digest& key, std::optional<std::chrono::milliseconds> budget, bool& mine) const {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<Flight>& flight = flights_[key];
    if (flight == nullptr) {
      flight = std::make_shared<Flight>();
      flight->budget = budget;
      mine = true;
      return flight;
    }
    if (budget && (!flight->budget || *flight->budget > *budget)) return nullptr;
    return flight;
  }

  void land(const Digest& key, Flight& flight, const Result<ChatReply>& outcome) const {
    std::vector<Flight::Waiter> waiting;
    {
      const std::lock_guard lock(mutex_);
      flight.outcome = outcome;
      waiting = std::move(flight.waiting);
      flights_.erase(key);
    }
    for (const Flight::Waiter& waiter : waiting)
      compute_.post([handle = waiter.handle] { handle.resume(); }, waiter.priority);
  }

  Task<Result<ChatReply>> ask(ChatRequest request, std::optional<Digest> key, std::int64_t began) const {
    const Priority priority = request.priority;
    if (key || options_.tokens_a_day > 0) {
      co_await storage_.turn(priority);
      std::optional<ChatReply> known;
      if (key) known = find(*key);
      std::optional<Error> spent;
      if (!known && options_.tokens_a_day > 0) spent = over_budget(request.affinity);
      co_await compute_.turn(priority);
      if (known) {
        told(request, "remembered", began);
        co_return *std::move(known);
      }
      if (spent) {
        told(request, "budget", began);
        co_return std::unexpected(*std::move(spent));
      }
    }
    const std::string stage = request.stage, profile = request.affinity;
    Result<ChatReply> reply = co_await model_.complete(std::move(request));
    if (!reply) co_return reply;
    if (reply->model.empty()) reply->model = model_.model();
    co_await storage_.turn(priority);
    if (reply->cut_off) key.reset();
    note(store_.add(key, *reply, stage, profile, clock_.now()));
    co_await compute_.turn(priority);
    co_return reply;
  }

  std::optional<ChatReply> find(const Digest& key) const {
    Result<std::optional<ChatReply>> found = store_.find(key);
    if (found) return *std::move(found);
    note(std::unexpected(std::move(found).error()));
    return std::nullopt;
  }

  std::optional<Error> over_budget(std::string_view profile) const {
    const TimeMs now = clock_.now();
    const Result<DayUsage> used = store_.used(profile, now);
    if (!used) {
      note(std::unexpected(used.error()));
      return std::nullopt;
    }
    const std::int64_t tokens = used->usage.prompt_tokens + used->usage.completion_tokens;
    if (tokens < options_.tokens_a_day) return std::nullopt;
    const TimeMs next_day = midnight(day_of(now)) + kDayMs;
    return Error{.code = Code::kRateLimited,
                 .message = fmt::format("the profile has used {} tokens of language models today, of {} that are "
                                        "allowed: raise tokens_per_day in [llm] or wait until midnight UTC",
                                        tokens, options_.tokens_a_day),
                 .cause = "budget",
                 .retry_after_seconds = static_cast<int>((next_day - now + 999) / 1'000)};
  }

  // Warns once, until the store works again.
  void note(const Result<>& outcome) const {
    if (outcome) {
      store_failed_.store(false);
      return;
    }
    if (store_failed_.exchange(true)) return;
    log::warning("replies of language models cannot be remembered; they are asked for again",
                 {{"error", outcome.error().message}, {"cause", outcome.error().cause}});
  }

  void told(const ChatRequest& request, std::string_view outcome, std::int64_t began) const {
    if (observer_ != nullptr)
      observer_->on_call(request.stage, model_.model(), outcome, clock_.monotonic_us() - began, {});
  }

  const ChatModel& model_;
  ReplyStore& store_;
  const CachedChatOptions options_;
  Pool& storage_;
  Pool& compute_;
  const Clock& clock_;
  ModelObserver* const observer_;

  mutable std::mutex mutex_;
  mutable std::map<Digest, std::shared_ptr<Flight>> flights_;
  mutable std::atomic<bool> store_failed_ = false;
};

}  // namespace

std::unique_ptr<ChatModel> cached_chat(const ChatModel& model, ReplyStore& store, CachedChatOptions options,
                                       Pool& storage, Pool& compute, const Clock& clock, ModelObserver* observer) {
  return std::make_unique<CachedChat>(model, store, options, storage, compute, clock, observer);
}

}  // namespace holdfast::models
