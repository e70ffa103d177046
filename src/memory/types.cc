#include "memory/types.h"

namespace holdfast::memory {

std::string_view to_string(Role role) {
  switch (role) {
    case Role::kSystem:
      return "system";
    case Role::kUser:
      return "user";
    case Role::kAssistant:
      return "assistant";
  }
  return "user";
}

std::string_view to_string(MemoryType type) {
  switch (type) {
    case MemoryType::kFact:
      return "fact";
    case MemoryType::kEvent:
      return "event";
    case MemoryType::kInstruction:
      return "instruction";
    case MemoryType::kTask:
      return "task";
  }
  return "fact";
}

std::string_view to_string(Job::State state) {
  switch (state) {
    case Job::State::kPending:
      return "pending";
    case Job::State::kDone:
      return "done";
    case Job::State::kFailed:
      return "failed";
  }
  return "failed";
}

std::optional<Role> parse_role(std::string_view text) {
  for (const Role role : {Role::kSystem, Role::kUser, Role::kAssistant})
    if (text == to_string(role)) return role;
  return std::nullopt;
}

std::optional<MemoryType> parse_memory_type(std::string_view text) {
  for (const MemoryType type : {MemoryType::kFact, MemoryType::kEvent, MemoryType::kInstruction, MemoryType::kTask})
    if (text == to_string(type)) return type;
  return std::nullopt;
}

Id message_id(std::string_view session_id, Role role, std::string_view content, std::string_view name) {
  Sha256 hash;
  hash.add_field(session_id).add_field(to_string(role)).add_field(content);
  if (!name.empty()) hash.add_field(name);
  return Id::from_digest(hash.finish());
}

Id memory_id(MemoryType type, std::string_view content, const Id* first_source, TimeMs source_time) {
  Sha256 hash;
  hash.add_field(to_string(type)).add_field(content);
  hash.add_field(first_source == nullptr ? std::string() : first_source->to_string());
  return Id::ulid(source_time, hash.finish());
}

Id statement_hash(std::string_view content) {
  std::string folded;
  folded.reserve(content.size());
  for (const char c : content) {
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (space && (folded.empty() || folded.back() == ' ')) continue;
    folded += space ? ' ' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  while (!folded.empty() && folded.back() == ' ') folded.pop_back();
  return Id::from_digest(Sha256().add_field("statement").add_field(folded).finish());
}

}  // namespace holdfast::memory
