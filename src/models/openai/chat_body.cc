#include "models/openai/chat_body.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"

namespace holdfast::models {
namespace {

namespace json = boost::json;
using Format = ChatAbilities::Format;

std::string_view role_name(ChatRole role) {
  switch (role) {
    case ChatRole::kSystem:
      return "system";
    case ChatRole::kUser:
      return "user";
    case ChatRole::kAssistant:
      return "assistant";
  }
  return "user";
}

// One profile's calls go to one slot, where the beginning of its prompts is kept.
std::uint64_t slot_of(std::string_view affinity, std::size_t slots) {
  const Digest digest = sha256(affinity);
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < sizeof number; ++i) number = number << 8U | digest[i];
  return number % slots;
}

// At the end of the system message: what stays the same from call to call stays in front.
void add_schema(std::vector<ChatMessage>& messages, const ChatSchema& schema) {
  const std::string words = fmt::format(
      "Reply with one JSON value and nothing else: no words around it, no code fence. It must have this JSON "
      "Schema:\n{}",
      schema.json);
  if (!messages.empty() && messages.front().role == ChatRole::kSystem) {
    messages.front().content += "\n\n" + words;
  } else {
    messages.insert(messages.begin(), {.role = ChatRole::kSystem, .content = words});
  }
}

// For models whose templates know users and assistants only.
void fold_system(std::vector<ChatMessage>& messages) {
  std::string system;
  std::erase_if(messages, [&](const ChatMessage& message) {
    if (message.role == ChatRole::kSystem) system += message.content + "\n\n";
    return message.role == ChatRole::kSystem;
  });
  if (messages.empty()) messages.push_back({});
  messages.front().content.insert(0, system);
}

json::array messages_of(const ChatRequest& request, const ChatAbilities& abilities) {
  std::vector<ChatMessage> messages = request.messages;
  if (request.schema && tried_format(abilities) != Format::kSchema) add_schema(messages, *request.schema);
  if (!abilities.system_role) fold_system(messages);
  json::array written;
  for (const ChatMessage& message : messages)
    written.push_back(json::object{{"role", role_name(message.role)}, {"content", message.content}});
  return written;
}

// {} for a text that is no JSON: the schema is ours, and one that asks for nothing is kept by every reply.
json::value schema_of(const ChatRequest& request) {
  boost::system::error_code error;
  json::value schema = json::parse(request.schema->json, error);
  return error ? json::value(json::object()) : schema;
}

}  // namespace

Format tried_format(const ChatAbilities& abilities) {
  return abilities.format == Format::kUnknown ? Format::kSchema : abilities.format;
}

Format simpler(Format format) {
  return format == Format::kObject || format == Format::kText ? Format::kText : Format::kObject;
}

std::string chat_body(const ChatRequest& request, const std::string& model, const ChatAbilities& abilities) {
  const Format format = tried_format(abilities);
  json::object body;
  if (!model.empty()) body["model"] = model;
  body["messages"] = messages_of(request, abilities);
  body[abilities.max_completion_tokens ? "max_completion_tokens" : "max_tokens"] = request.max_tokens;
  if (abilities.temperature) body["temperature"] = 0;
  if (abilities.stream) body["stream"] = true;
  if (abilities.stream && abilities.stream_usage) body["stream_options"] = json::object{{"include_usage", true}};
  if (request.schema && format == Format::kSchema) {
    body["response_format"] =
        json::object{{"type", "json_schema"},
                     {"json_schema",
                      json::object{{"name", request.schema->name}, {"strict", true}, {"schema", schema_of(request)}}}};
  } else if (request.schema && format == Format::kObject) {
    body["response_format"] = json::object{{"type", "json_object"}};
  }
  if (abilities.llama_slots) {
    body["cache_prompt"] = true;
    if (abilities.total_slots > 1 && !request.affinity.empty())
      body["id_slot"] = slot_of(request.affinity, abilities.total_slots);
  }
  return json::serialize(body);
}

std::optional<ChatAbilities> without_refused(const ChatRequest& request, ChatAbilities abilities,
                                             const ServerError& error) {
  const auto speaks_of_any = [&](std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return speaks_of(error, word); });
  };
  const Format format = tried_format(abilities);
  if (abilities.stream && abilities.stream_usage && speaks_of_any({"stream_options", "include_usage"})) {
    abilities.stream_usage = false;
  } else if (request.schema && format != Format::kText &&
             speaks_of_any({"response_format", "json_schema", "json_object", "json mode", "grammar", "schema",
                            "structured output", "structured outputs", "guided_json", "guided decoding"})) {
    abilities.format = simpler(format);
  } else if (!abilities.max_completion_tokens && speaks_of(error, "max_completion_tokens")) {
    abilities.max_completion_tokens = true;
  } else if (abilities.temperature && speaks_of(error, "temperature")) {
    abilities.temperature = false;
  } else if (abilities.system_role && speaks_of_any({"system role", "system message", "system messages", "role system",
                                                     "role: system", "role 'system'"})) {
    abilities.system_role = false;
  } else if (abilities.llama_slots && speaks_of_any({"id_slot", "cache_prompt", "slot"})) {
    abilities.llama_slots = false;
  } else if (abilities.stream && speaks_of_any({"stream", "streaming"})) {
    abilities.stream = false;
  } else {
    return std::nullopt;
  }
  return abilities;
}

}  // namespace holdfast::models
