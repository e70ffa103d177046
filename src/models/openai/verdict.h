// What an attempt's end means: done, worth another try, or not; and how to say it to people.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "models/openai/provider.h"
#include "net/outbound.h"

namespace holdfast::models {

struct Verdict {
  enum class Retry {
    kNo,
    kOnce,     // once more at most, whatever `retries` says
    kYes,      // while `retries` last
    kLoading,  // beyond `retries`: the server says that it will be there soon
  };
  // What the breaker learns.
  enum class Sign { kAnswered, kNoAnswer, kNone };

  bool done = false;  // the reply is the caller's
  Retry retry = Retry::kNo;
  Sign sign = Sign::kAnswered;
  std::string reason = {};                             // ModelObserver::on_retry's
  std::optional<std::chrono::milliseconds> wait = {};  // the server asks for it
  Error error = {};                                    // unless done: the call's, when it is not tried again
};

// `origin` is the server's, for messages.
[[nodiscard]] Verdict judge(const Result<net::OutboundReply>& reply, const ProviderOptions& options,
                            const std::string& origin, TimeMs now);

// "2 s", "1500 ms"
[[nodiscard]] std::string duration_text(std::chrono::milliseconds time);

}  // namespace holdfast::models
