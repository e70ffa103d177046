// A model server: where it is, what it may be asked at once, and what happens when it does not answer.
//
// - A bound on calls in flight; more wait their turn, queries first.
// - Retries with jitter on 408, 429, 503, time-outs, refused and broken connections; other 5xx are tried once more at
//   most. A server that is loading its model (503 of llama.cpp) is waited for beyond `retries`, for `timeout` at most.
// - Retry-After holds for every call to the server. It is obeyed when it fits the call's budget (`timeout` where there
//   is none); otherwise the call fails at once and says when to try again.
// - A breaker: after `breaker_failures` calls in a row that got no answer (also 502, 503 and 504), calls fail at once
//   for `breaker_pause`, then one is let through to see. A pause doubles up to `breaker_pause_most`. What a call's
//   budget has cut short is no sign either way.
// - Never logs a key, a header's value or a body.
//
// Thread-safe. Knows no chat and no embedding: openai/chat_model.h and openai/embeddings.h do.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/pool.h"
#include "base/random.h"
#include "base/result.h"
#include "base/scheduler.h"
#include "base/task.h"
#include "models/observer.h"
#include "net/outbound.h"

namespace holdfast::models {

struct ProviderOptions {
  std::string name = "llm";   // in metrics and messages
  std::string base_url = {};  // "http://127.0.0.1:8080/v1"
  std::string api_key = {};   // sent as `Authorization: Bearer …`; "" for none
  std::vector<net::Header> headers = {};
  std::chrono::milliseconds connect_timeout{3'000};
  std::chrono::milliseconds timeout{120'000};  // of one attempt; with a sink, half of it while nothing comes
  std::size_t retries = 3;
  std::size_t in_flight = 8;
  std::chrono::milliseconds backoff{500};  // before the first retry, about; doubles, at most 30 s
  std::size_t breaker_failures = 5;
  std::chrono::milliseconds breaker_pause{5'000};
  std::chrono::milliseconds breaker_pause_most{60'000};
};

// Built once at start; everything must outlive the provider.
struct ProviderParts {
  net::Outbound& outbound;
  Pool& pool;  // where callers go on
  Scheduler& scheduler;
  const Clock& clock;
  Random& random;
  ModelObserver* observer = nullptr;
};

struct ProviderCall {
  std::string method = "POST";
  std::string path = {};  // after base_url: "/chat/completions"; or an absolute URL of the same server
  std::string body = {};  // JSON
  std::vector<net::Header> headers = {};
  std::optional<std::chrono::milliseconds> budget =
      {};                         // with all retries and waiting; none: no bound but `timeout` each
  std::size_t max_retries = 100;  // fewer than the provider's, where less is wanted
  Priority priority = Priority::kBackground;
  // Makes the sink of one attempt (OutboundRequest::sink); none: the body is in the reply. A sink's error ends the call
  // and is what it returns, but kIo is tried again, as a broken connection is.
  std::function<net::OutboundRequest::Sink()> make_sink = {};
};

struct ProviderReply {
  int status = 0;  // 2xx, or a 4xx that no retry would mend
  std::vector<net::Header> headers = {};
  std::string body = {};
  std::size_t attempts = 1;

  [[nodiscard]] bool ok() const { return status >= 200 && status < 300; }
};

class Provider {
 public:
  Provider(ProviderOptions options, ProviderParts parts);
  ~Provider();  // nothing may be in flight
  Provider(const Provider&) = delete;
  Provider& operator=(const Provider&) = delete;

  // kProviderFailed when all attempts failed (message: what happened and what to do; cause: the outcome's word of
  // ModelObserver::on_call; retry_after_seconds where the server said); kCancelled when the budget is spent (cause
  // "timeout") or the client was stopped (cause "stopped"); kInvalid: an absolute `path` to another server. Goes on on
  // the pool.
  [[nodiscard]] Task<Result<ProviderReply>> call(ProviderCall call) const;

  // Ends calls that wait (for a turn, or to try again) and every later one with kCancelled. To be called with
  // Outbound::stop(), which ends those in flight.
  void stop();

  [[nodiscard]] const ProviderOptions& options() const;
  [[nodiscard]] bool breaker_open() const;
  [[nodiscard]] std::size_t waiting() const;  // calls that wait for their turn

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::models
