// What an OpenAI-compatible server answers to /chat/completions: one object, or a stream of them.
#pragma once

#include <boost/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "models/chat.h"
#include "models/openai/event_stream.h"
#include "models/openai/server_error.h"

namespace holdfast::models {

struct ChatAnswer {
  std::string text;     // as it came: thoughts within it are still there
  std::string refusal;  // the model's own words
  std::string model;
  std::string finish;  // "stop", "length", …; "" as long as it has not ended
  std::optional<ChatUsage> usage;
  std::optional<ServerError> error;
};

// Adds what a value brings: a whole answer, or the next piece of one.
void add_to_answer(const boost::json::value& object, ChatAnswer& answer);

// What was meant to be read of a text: without <think>…</think> at its beginning, white space around it and malformed
// UTF-8. A text that ends while it thinks is empty.
[[nodiscard]] std::string spoken(std::string_view text);

// Takes the body of a 2xx answer piece by piece, whether the server streams as it was asked to or sends one object all
// the same. Not thread-safe.
class ChatAnswerReader {
 public:
  ChatAnswerReader();
  ChatAnswerReader(const ChatAnswerReader&) = delete;
  ChatAnswerReader& operator=(const ChatAnswerReader&) = delete;

  // kIo when the call may go better if it is made again: an event that cannot be read, or the server's word that
  // something has gone wrong with it. kProviderFailed when it will not (answer().error).
  [[nodiscard]] Result<> feed(std::string_view piece);
  // The body has ended. kIo when the answer has not.
  [[nodiscard]] Result<> finish();

  [[nodiscard]] const ChatAnswer& answer() const { return answer_; }

 private:
  enum class Form { kUnknown, kEvents, kObject };
  Result<> event(std::string_view data);
  Result<> object(std::string_view text);

  ChatAnswer answer_;
  EventStream events_;
  std::string body_;
  Form form_ = Form::kUnknown;
  bool done_ = false;
};

}  // namespace holdfast::models
