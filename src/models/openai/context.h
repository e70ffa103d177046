// How much a model server takes at once, asked of the server itself: each kind says it somewhere else.
//
//   llama.cpp   GET /props: default_generation_settings.n_ctx (of one slot), total_slots
//   vLLM        GET /v1/models: max_model_len
//   OpenRouter  GET /v1/models: context_length; others there: context_window, max_context_length
//   LM Studio   GET /api/v0/models: loaded_context_length, else max_context_length
//   Ollama      GET /api/ps: context_length of a loaded model; else POST /api/show: num_ctx of its parameters, else
//   what
//               Ollama takes by default, 4096, or the model's own length when that is less
//
// OpenAI and Workers AI say it only in the error of a prompt that was too long (server_error.h).
#pragma once

#include <boost/json.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "models/openai/provider.h"

namespace holdfast::models {

struct ServerLimits {
  std::vector<std::string> models;  // as listed; empty when the server has no list
  std::size_t context_tokens = 0;   // of prompt and reply together; 0: not said
  bool llama_slots = false;         // llama.cpp
  std::size_t total_slots = 0;
};

// Asks one after the other until one says it, each at most `budget` long and without retries. `model` "" is the first
// one listed. An error when the server cannot be reached or refuses the key: what Provider::call() answers, and
// kProviderFailed with cause "refused".
[[nodiscard]] Task<Result<ServerLimits>> find_limits(const Provider& provider, std::string model,
                                                     std::chrono::milliseconds budget);

// What find_limits() reads, for tests. 0 and empty for whatever is not there.
struct ListedModels {
  std::vector<std::string> names;
  std::string owner;  // "llamacpp", "vllm", "library" (Ollama), "organization_owner" (LM Studio), …
  std::size_t context_tokens = 0;
};
[[nodiscard]] ListedModels read_models(const boost::json::value& answer, std::string_view model);
[[nodiscard]] ServerLimits read_llama_props(const boost::json::value& answer);
[[nodiscard]] std::size_t read_ollama_loaded(const boost::json::value& answer, std::string_view model);
[[nodiscard]] std::size_t read_ollama_model(const boost::json::value& answer);

// The server's own address, which is where its other interfaces are: "http://host:1/v1/" → "http://host:1".
[[nodiscard]] std::string server_root(std::string_view base_url);

}  // namespace holdfast::models
