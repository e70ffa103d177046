// ChatModel: a language model that continues a conversation. One interface for whoever answers: an OpenAI-compatible
// server (openai/), or what stands before one (a cache of replies, a budget).
//
// Thread-safe; calls may run at the same time. A call goes on on the pool the model was made with.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/pool.h"
#include "base/result.h"
#include "base/task.h"

namespace holdfast::models {

enum class ChatRole { kSystem, kUser, kAssistant };

struct ChatMessage {
  ChatRole role = ChatRole::kUser;
  std::string content;

  bool operator==(const ChatMessage&) const = default;
};

// A JSON Schema the reply shall have. Servers that cannot hold the model to it are asked in words.
struct ChatSchema {
  std::string name;  // [a-z_]+
  std::string json;  // the schema's text
};

struct ChatRequest {
  std::string stage;                  // "extract", …: for metrics, budgets and the cache of replies
  std::vector<ChatMessage> messages;  // what stays the same from call to call first, so that servers can reuse it
  std::optional<ChatSchema> schema = {};
  std::size_t max_tokens = 1024;                         // of the reply
  std::string affinity = {};                             // the profile: its calls go where its prompts are cached
  std::optional<std::chrono::milliseconds> budget = {};  // of the whole call with its retries; none: the provider's
  Priority priority = Priority::kBackground;             // of the turn in which the caller goes on
};

struct ChatUsage {
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  std::int64_t cached_tokens = 0;  // of the prompt's, those the server had already

  ChatUsage& operator+=(const ChatUsage& other) {
    prompt_tokens += other.prompt_tokens;
    completion_tokens += other.completion_tokens;
    cached_tokens += other.cached_tokens;
    return *this;
  }
  bool operator==(const ChatUsage&) const = default;
};

struct ChatReply {
  std::string text;
  std::string model;         // as the server calls it
  bool cut_off = false;      // ended at max_tokens, not where the model would have
  bool remembered = false;   // from the cache of replies: nothing was asked, nothing paid
  ChatUsage usage;           // nothing for a remembered one
  std::int64_t took_us = 0;  // of the call with its retries; 0 for a remembered one
};

class ChatModel {
 public:
  virtual ~ChatModel() = default;

  // kProviderFailed: no answer after all retries, or a refusal; the message says which. kTooLarge: the prompt does not
  // fit the model's context (context_tokens() is known from then on). kRateLimited: a budget of ours is spent.
  // kCancelled: out of time, or the server is stopping.
  [[nodiscard]] virtual Task<Result<ChatReply>> complete(ChatRequest request) const = 0;

  // The configured name; metrics, time lines and stored memories carry it.
  [[nodiscard]] virtual std::string_view model() const = 0;
  // Of prompt and reply together; 0 as long as it is not known.
  [[nodiscard]] virtual std::size_t context_tokens() const = 0;
};

}  // namespace holdfast::models
