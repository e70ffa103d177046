// Tries what Holdfast needs of a model server, one thing after the other, and says in words for people what works and
// what to change. For `holdfast models check`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "models/encoder.h"
#include "models/openai/chat_model.h"
#include "models/openai/provider.h"

namespace holdfast::models {

struct CheckLine {
  enum class State {
    kWorks,
    kLimited,  // Holdfast gets along with it; `advice` says what would be better
    kFails,
  };

  std::string what;  // "server", "model", "chat", "schema", "streaming", "context", "caching", "latency"
  State state = State::kWorks;
  std::string found = {};    // "answers in 12 ms"
  std::string advice = {};   // what to change; "" when there is nothing
  std::int64_t took_us = 0;  // 0 where nothing was asked
};

// About five short calls. Ends early where nothing further can work. Both must be of the same server.
[[nodiscard]] Task<std::vector<CheckLine>> check_chat(const OpenAiChat& chat, const Provider& provider,
                                                      const Clock& clock);

// "embeddings", "dimensions", "meaning" (texts of one meaning are nearer than others) and "latency".
[[nodiscard]] Task<std::vector<CheckLine>> check_embeddings(const Encoder& encoder, const Clock& clock);

}  // namespace holdfast::models
