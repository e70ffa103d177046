// A chat model on an OpenAI-compatible server: llama.cpp, Ollama, vLLM, LM Studio, OpenAI, Workers AI, OpenRouter.
//
// What a server can do is found out by using it, once, and remembered: response_format json_schema, else json_object,
// else the schema in words; streaming, usage in a stream; temperature; max_tokens or max_completion_tokens. Context
// limits come from /props and /v1/models, or from the error of a prompt that was too long.
#pragma once

#include <memory>
#include <string>

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
  bool llama_slots = false;  // takes id_slot
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

  // Asks the server for its models and limits; done before the first call by itself.
  [[nodiscard]] Task<Result<>> discover() const;
  [[nodiscard]] ChatAbilities abilities() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::models
