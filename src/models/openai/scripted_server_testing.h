// For the tests of this folder: a model server that is a function, behind a real Provider.
#pragma once

#include <boost/json.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/pool.h"
#include "base/random.h"
#include "base/scheduler.h"
#include "models/observer.h"
#include "models/openai/provider.h"
#include "net/outbound.h"

namespace holdfast::models::testing {

struct Asked {
  std::string method;
  std::string path;  // after "http://models.test"
  boost::json::value body;
  std::vector<net::Header> headers;

  [[nodiscard]] bool has(std::string_view field) const { return body.is_object() && body.get_object().contains(field); }
};

inline net::OutboundReply answer(int status, std::string body) {
  net::OutboundReply reply;
  reply.status = status;
  reply.body = std::move(body);
  return reply;
}

inline net::OutboundReply not_found() { return answer(404, R"({"error":{"code":404,"message":"File Not Found"}})"); }

class ScriptedServer final : public net::Outbound {
 public:
  using Say = std::function<Result<net::OutboundReply>(const Asked&)>;

  explicit ScriptedServer(Say say) : say_(std::move(say)) {}

  Task<Result<net::OutboundReply>> send(net::OutboundRequest request) override {
    constexpr std::string_view kHost = "http://models.test";
    Asked asked{.method = request.method,
                .path = request.url.substr(std::min(kHost.size(), request.url.size())),
                .body = request.body.empty() ? boost::json::value() : boost::json::parse(request.body),
                .headers = request.headers};
    Result<net::OutboundReply> reply = say_(asked);
    {
      const std::lock_guard lock(mutex_);
      asked_.push_back(std::move(asked));
    }
    if (!reply || reply->status / 100 != 2 || !request.sink) co_return reply;
    const std::string body = std::exchange(reply->body, {});
    for (std::size_t at = 0; at < body.size(); at += 7) {
      HOLDFAST_CO_CHECK(request.sink(std::string_view(body).substr(at, 7)));
    }
    co_return reply;
  }

  [[nodiscard]] std::vector<Asked> asked(std::string_view path = "/v1/chat/completions") const {
    const std::lock_guard lock(mutex_);
    std::vector<Asked> found;
    for (const Asked& one : asked_)
      if (one.path == path) found.push_back(one);
    return found;
  }

 private:
  const Say say_;
  mutable std::mutex mutex_;
  std::vector<Asked> asked_;
};

struct Watched final : ModelObserver {
  void on_call(std::string_view stage, std::string_view model, std::string_view outcome, std::int64_t,
               const ChatUsage&) override {
    const std::lock_guard lock(mutex);
    calls.push_back(std::string(stage).append(" ").append(model).append(" ").append(outcome));
  }
  void on_retry(std::string_view, std::string_view reason) override {
    const std::lock_guard lock(mutex);
    retries.emplace_back(reason);
  }
  void on_breaker(std::string_view, bool) override {}
  void on_fallback(std::string_view, std::string_view) override {}

  std::mutex mutex;
  std::vector<std::string> calls, retries;
};

// A provider of the server "http://models.test/v1", which waits next to nothing between its attempts.
struct World {
  explicit World(ScriptedServer::Say say) : server(std::move(say)), provider(options(), parts()) {}

  static ProviderOptions options() {
    ProviderOptions made;
    made.base_url = "http://models.test/v1";
    made.backoff = std::chrono::milliseconds(1);
    made.breaker_failures = 100;
    return made;
  }
  ProviderParts parts() {
    return {.outbound = server,
            .pool = pool,
            .scheduler = scheduler,
            .clock = clock,
            .random = random,
            .observer = &observer};
  }

  ScriptedServer server;
  Pool pool{"test", 1, 100};
  PoolScheduler scheduler{pool};
  SystemClock clock;
  SystemRandom random;
  Watched observer;
  Provider provider;
};

}  // namespace holdfast::models::testing
