// What is told about calls to model servers, for metrics and the ledger of tokens.
#pragma once

#include <cstdint>
#include <string_view>

#include "models/chat.h"

namespace holdfast::models {

// Thread-safe. Every method may be called from any thread and must not block.
class ModelObserver {
 public:
  virtual ~ModelObserver() = default;

  // A call has ended. `outcome`: "ok", "remembered" (from the cache of replies), "repaired" (after a repair turn),
  // "rate_limited", "timeout", "unreachable", "refused" (the server's 4xx), "failed" (its 5xx), "too_long" (context),
  // "breaker" (not tried), "budget".
  virtual void on_call(std::string_view stage, std::string_view model, std::string_view outcome, std::int64_t us,
                       const ChatUsage& usage) = 0;
  // One more attempt will be made, because of `reason` ("429", "503", "500", "timeout", "unreachable", "broke_off").
  virtual void on_retry(std::string_view provider, std::string_view reason) = 0;
  // The breaker of a provider has opened (calls fail at once) or closed.
  virtual void on_breaker(std::string_view provider, bool open) = 0;
  // A stage went on with the builtin one, because of `reason` (an outcome above, "unreadable", or "unsupported" by what
  // the reply was made of).
  virtual void on_fallback(std::string_view stage, std::string_view reason) = 0;
};

}  // namespace holdfast::models
