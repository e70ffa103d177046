// For the tests of a provider: a server that answers by hand or by script, and time that stands still.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <coroutine>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <string>
#include <utility>
#include <vector>

#include "models/openai/provider.h"

namespace holdfast::models {

using namespace std::chrono_literals;

// Jobs run when their time has come on the clock, in the order of their times.
class HandScheduler final : public Scheduler {
 public:
  explicit HandScheduler(ManualClock& clock) : clock_(clock) {}
  void spawn(std::function<void()> job) override { after(0ms, std::move(job)); }
  void after(std::chrono::milliseconds delay, std::function<void()> job) override {
    const std::lock_guard lock(mutex_);
    jobs_.emplace(clock_.now() + delay.count(), std::move(job));
  }
  // The first job's time, nullopt when there is none.
  std::optional<TimeMs> next() const {
    const std::lock_guard lock(mutex_);
    return jobs_.empty() ? std::nullopt : std::optional(jobs_.begin()->first);
  }
  void run_due() {
    for (;;) {
      std::function<void()> job;
      {
        const std::lock_guard lock(mutex_);
        if (jobs_.empty() || jobs_.begin()->first > clock_.now()) return;
        job = std::move(jobs_.begin()->second);
        jobs_.erase(jobs_.begin());
      }
      job();
    }
  }

 private:
  ManualClock& clock_;
  mutable std::mutex mutex_;
  std::multimap<TimeMs, std::function<void()>> jobs_;
};

// Answers from a script; what has none waits until answer() or stop().
class FakeOutbound final : public net::Outbound {
 public:
  using Reply = Result<net::OutboundReply>;
  using Script = std::function<Reply(const net::OutboundRequest&)>;

  void then(Script script) {
    const std::lock_guard lock(mutex_);
    scripts_.push_back(std::move(script));
  }
  void then_status(int status, std::vector<net::Header> headers = {}, std::string body = {}) {
    then([=](const net::OutboundRequest&) {
      return net::OutboundReply{.status = status, .headers = headers, .body = body};
    });
  }
  void then_none(Code code, std::string_view cause) {
    then([=](const net::OutboundRequest&) -> Reply { return fail(code, "cannot reach it", {}, std::string(cause)); });
  }

  Task<Reply> send(net::OutboundRequest request) override {
    Script script;
    {
      const std::lock_guard lock(mutex_);
      requests.push_back(request);
      if (!scripts_.empty()) {
        script = std::move(scripts_.front());
        scripts_.pop_front();
      }
    }
    if (script) co_return script(request);
    Held held{*this, {}, {}};
    co_await held;
    co_return *std::move(held.reply);
  }

  // Ends the call that has waited longest.
  void answer(Reply reply) {
    Held* held = nullptr;
    {
      const std::lock_guard lock(mutex_);
      ASSERT_FALSE(held_.empty());
      held = held_.front();
      held_.pop_front();
    }
    held->reply.emplace(std::move(reply));
    held->waiting.resume();
  }
  void stop() override {
    while (in_flight() > 0) answer(fail(Code::kCancelled, "stopping", {}, std::string(net::no_answer::kStopped)));
  }
  [[nodiscard]] std::size_t in_flight() const {
    const std::lock_guard lock(mutex_);
    return held_.size();
  }
  [[nodiscard]] std::size_t asked() const {
    const std::lock_guard lock(mutex_);
    return requests.size();
  }

  std::vector<net::OutboundRequest> requests;

 private:
  struct Held {
    FakeOutbound& outbound;
    std::coroutine_handle<> waiting;
    std::optional<Reply> reply;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      waiting = handle;
      const std::lock_guard lock(outbound.mutex_);
      outbound.held_.push_back(this);
    }
    void await_resume() const noexcept {}
  };

  mutable std::mutex mutex_;
  std::deque<Script> scripts_;
  std::deque<Held*> held_;
};

class NotingObserver final : public ModelObserver {
 public:
  void on_call(std::string_view, std::string_view, std::string_view, std::int64_t, const ChatUsage&) override {}
  void on_retry(std::string_view provider, std::string_view reason) override { note(provider, "retry", reason); }
  void on_breaker(std::string_view provider, bool open) override {
    note(provider, "breaker", open ? "open" : "closed");
  }
  void on_fallback(std::string_view, std::string_view) override {}

  [[nodiscard]] std::vector<std::string> seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  void note(std::string_view provider, std::string_view what, std::string_view more) {
    const std::lock_guard lock(mutex_);
    seen_.push_back(std::string(provider) + " " + std::string(what) + " " + std::string(more));
  }
  mutable std::mutex mutex_;
  std::vector<std::string> seen_;
};

class ProviderTest : public testing::Test {
 protected:
  using Ended = std::optional<Result<ProviderReply>>;

  void make(ProviderOptions options = {}) {
    if (options.base_url.empty()) options.base_url = "http://127.0.0.1:8080/v1/";
    provider_ = std::make_unique<Provider>(std::move(options),
                                           ProviderParts{outbound_, pool_, scheduler_, clock_, random_, &observer_});
  }

  // Starts a call; its end is there when it has come and settle() was called.
  std::shared_ptr<Ended> call(ProviderCall request = {}) {
    if (request.path.empty()) request.path = "/chat/completions";
    auto ended = std::make_shared<Ended>();
    start(provider_->call(std::move(request)),
          [ended](Result<ProviderReply> reply) { ended->emplace(std::move(reply)); });
    settle();
    return ended;
  }

  // Until the pool has nothing more to do. It has one thread, and a call hops fewer times than this in a row.
  void settle() {
    for (int i = 0; i < 40; ++i) {
      std::binary_semaphore done{0};
      pool_.post([&done] { done.release(); }, Priority::kBackground);
      done.acquire();
    }
  }

  void pass(std::chrono::milliseconds time) {
    clock_.advance(time.count());
    scheduler_.run_due();
    settle();
  }

  // Goes to the next job's time and runs it; how long that was.
  std::chrono::milliseconds pass_to_next() {
    const std::optional<TimeMs> next = scheduler_.next();
    if (!next) {
      ADD_FAILURE() << "nothing waits";
      return 0ms;
    }
    const std::chrono::milliseconds time(std::max<TimeMs>(0, *next - clock_.now()));
    pass(time);
    return time;
  }

  void answer(FakeOutbound::Reply reply) {
    outbound_.answer(std::move(reply));
    settle();
  }

  ManualClock clock_{1'000'000'000'000};
  HandScheduler scheduler_{clock_};
  SeededRandom random_{42};
  Pool pool_{"test", 1, 10'000};
  FakeOutbound outbound_;
  NotingObserver observer_;
  std::unique_ptr<Provider> provider_;
};

}  // namespace holdfast::models
