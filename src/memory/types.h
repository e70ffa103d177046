// The nouns of the memory service: what a profile is made of.
//
// Values only: no behaviour beyond identity. Wire names and limits: docs/api.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"

namespace holdfast::memory {

enum class Role : std::uint8_t { kSystem, kUser, kAssistant };
enum class MemoryType : std::uint8_t { kFact, kEvent, kInstruction, kTask };

[[nodiscard]] std::string_view to_string(Role role);
[[nodiscard]] std::string_view to_string(MemoryType type);
[[nodiscard]] std::optional<Role> parse_role(std::string_view text);
[[nodiscard]] std::optional<MemoryType> parse_memory_type(std::string_view text);

// One message of a conversation, verbatim.
struct Message {
  Id id;                   // message_id() of the fields below
  std::string session_id;  // 1–64 characters
  Role role = Role::kUser;
  std::string name;     // who said it; "" when the role is all that is known
  std::string content;  // UTF-8, 1–32,768 bytes
  TimeMs timestamp = 0;
  std::int64_t position = 0;  // its place in the session, from 0; not always dense

  bool operator==(const Message&) const = default;
};

// SHA-256 over session id, role, content and, only when there is one, name, each length-prefixed, cut to 128 bits.
// Timestamps do not count: two equal messages of one session are one.
[[nodiscard]] Id message_id(std::string_view session_id, Role role, std::string_view content, std::string_view name);

// A message that states a memory, and the 1-based lines of its content that do.
struct Source {
  Id message;
  int line_from = 1;
  int line_to = 1;

  bool operator==(const Source&) const = default;
};

// What is remembered: one atomic statement, grounded in its sources.
struct Memory {
  Id id;  // memory_id() of type, content and first source, at `created_at`
  MemoryType type = MemoryType::kFact;
  std::string content;
  std::string summary;
  std::string session_id;     // of the first source; "" for none
  std::string name;           // who stated it; "" when it was the user
  TimeMs created_at = 0;      // source time: that of the first message that states it
  TimeMs updated_at = 0;      // source time of what last changed it (a confirmation, a successor)
  std::int64_t position = 0;  // of that first message; (created_at, position) orders versions
  std::string topic_key;      // facts and instructions of one key are versions of each other; "" for none
  std::vector<std::string> keywords;
  std::vector<std::string> queries;      // questions it answers, for the indexes
  std::vector<Source> sources;           // in the order of their weight; empty when it was given by `remember`
  std::vector<std::string> derivations;  // named rules by which words not in the sources follow from them
  std::optional<Id> superseded_by;

  bool operator==(const Memory&) const = default;
  [[nodiscard]] bool current() const { return !superseded_by.has_value(); }
};

// 48 bits of source time, 80 bits of SHA-256(type, content, first source id): the same memory again has the same id.
[[nodiscard]] Id memory_id(MemoryType type, std::string_view content, const Id* first_source, TimeMs source_time);

// The hash that a forgotten memory leaves behind: over its statement, with case and white space folded, so that the
// same statement does not come back from any message. (A forgotten message leaves its own id.)
[[nodiscard]] Id statement_hash(std::string_view content);

struct Tombstone {
  Id hash;

  bool operator==(const Tombstone&) const = default;
};

// Work that outlives a request: messages that still wait for extraction.
struct Job {
  enum class State : std::uint8_t { kPending, kDone, kFailed };

  Id id;  // a ULID
  State state = State::kPending;
  std::string session_id;
  std::vector<Id> messages;    // emptied once done
  std::uint32_t attempts = 0;  // how often it was begun
  TimeMs created_at = 0;       // arrival
  TimeMs finished_at = 0;      // 0 while pending
  std::string detail;          // done: what came of it, in numbers; failed: why

  bool operator==(const Job&) const = default;
};

[[nodiscard]] std::string_view to_string(Job::State state);

}  // namespace holdfast::memory
