// A chat model on an OpenAI-compatible server: llama.cpp, Ollama, vLLM, LM Studio, OpenAI, Workers AI, OpenRouter.
//
// What a server can do is found out by using it, once, and remembered: response_format json_schema, else json_object,
// else the schema in words; streaming, usage in a stream; temperature; max_tokens or max_completion_tokens. Context
// limits come from /props and /v1/models (context.h), or from the error of a prompt that was too long.
//
// A reply is the text a model meant to be read: what it thought before (reasoning_content, <think>…</think>) is left
// out. A server that does not say what a call used is taken to have used a token for every four bytes.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "models/chat.h"
#include "models/openai/provider.h"

namespace holdfast::models {

struct OpenAiChatOptions {
  std::string model;                 // "" for the server's only one
  std::string affinity_header = {};  // header that carries ChatRequest::affinity, "" for none
  bool stream = true;                // so that a call that is given up ends in the server too
  std::size_t context_tokens = 0;    // 0: found out
};

// What has been found out about a server so far; for `holdfast models check` and tests.
struct ChatAbilities {
  enum class Format { kUnknown, kSchema, kObject, kText };
  Format format = Format::kUnknown;
  bool stream = true;
  bool stream_usage = true;            // takes stream_options
  bool temperature = true;             // takes temperature
  bool system_role = true;             // takes system messages; else they are put before the first user's
  bool max_completion_tokens = false;  // wants it instead of max_tokens
  bool llama_slots = false;            // llama.cpp: takes id_slot and cache_prompt
  std::size_t total_slots = 0;
  std::size_t context_tokens = 0;
};

class OpenAiChat final : public ChatModel {
 public:
  // Everything must outlive it.
  OpenAiChat(OpenAiChatOptions options, const Provider& provider, const Clock& clock, ModelObserver* observer);
  ~OpenAiChat() override;

  [[nodiscard]] Task<Result<ChatReply>> complete(ChatRequest request) const override;
  [[nodiscard]] std::string_view model() const override;
  [[nodiscard]] std::size_t context_tokens() const override;

  // Asks the server for its models and limits; done before the first call by itself, and before the next one after the
  // server could not be reached or gave no answer.
  [[nodiscard]] Task<Result<>> discover() const;
  [[nodiscard]] ChatAbilities abilities() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::models
