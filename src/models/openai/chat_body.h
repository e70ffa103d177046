// What is sent to /chat/completions.
#pragma once

#include <optional>
#include <string>

#include "models/chat.h"
#include "models/openai/chat_model.h"
#include "models/openai/server_error.h"

namespace holdfast::models {

// The body in JSON, as far as the server is known to understand it. `model` "" is left out.
[[nodiscard]] std::string chat_body(const ChatRequest& request, const std::string& model,
                                    const ChatAbilities& abilities);

// What is tried of a server whose ability is not known.
[[nodiscard]] ChatAbilities::Format tried_format(const ChatAbilities& abilities);
// The next simpler one; of the simplest, itself.
[[nodiscard]] ChatAbilities::Format simpler(ChatAbilities::Format format);

// The abilities without what a server refused of a body made by chat_body(); nullopt when it refused none of that.
[[nodiscard]] std::optional<ChatAbilities> without_refused(const ChatRequest& request, ChatAbilities abilities,
                                                           const ServerError& error);

}  // namespace holdfast::models
