// Asks a chat model for JSON and gets it: what servers really send is read tolerantly, and a reply that cannot be read
// is sent back once to be repaired.
#pragma once

#include <boost/json.hpp>

#include <cstddef>
#include <functional>
#include <string>

#include "base/result.h"
#include "base/task.h"
#include "models/chat.h"

namespace holdfast::models {

struct StructuredReply {
  boost::json::value value;
  std::string model;
  ChatUsage usage;          // of all turns
  bool remembered = false;  // nothing was asked
  bool repaired = false;    // the second turn gave it
  bool salvaged = false;    // the reply broke off: what was whole of it is here
};

// Whether a value is what was asked for; the error's message tells the model what is wrong ("items[2].content is
// missing").
using CheckReply = std::function<Result<>(const boost::json::value&)>;

// kProviderFailed with cause "unreadable" when the repaired reply cannot be used either; else what complete() answers.
[[nodiscard]] Task<Result<StructuredReply>> ask_structured(const ChatModel& model, ChatRequest request,
                                                           CheckReply check);

}  // namespace holdfast::models
