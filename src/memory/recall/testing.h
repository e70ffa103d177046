// Profiles made by hand, for the tests of recall.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/task.h"
#include "base/time.h"
#include "memory/recall/channels/channel.h"
#include "memory/recall/relevance.h"
#include "memory/recall/stages.h"

namespace holdfast::memory::testing {

inline TimeMs at(const std::string& iso) { return *parse_iso(iso); }

inline Message say(const std::string& session, std::int64_t position, Role role, const std::string& content,
                   const std::string& when = "2026-03-02T10:00:00Z", const std::string& name = "") {
  return {.id = message_id(session, role, content, name),
          .session_id = session,
          .role = role,
          .name = name,
          .content = content,
          .timestamp = at(when) + position * 1'000,
          .position = position};
}

// A memory stated by `source`, or by nobody.
inline Memory keep(MemoryType type, const std::string& content, const Message* source = nullptr,
                   const std::string& topic_key = "", const std::string& when = "2026-03-02T10:00:00Z") {
  Memory memory;
  memory.type = type;
  memory.content = content;
  memory.summary = content;
  memory.topic_key = topic_key;
  memory.created_at = source != nullptr ? source->timestamp : at(when);
  memory.updated_at = memory.created_at;
  if (source != nullptr) {
    memory.session_id = source->session_id;
    memory.position = source->position;
    memory.sources = {{.message = source->id, .line_from = 1, .line_to = 1}};
  }
  memory.id = memory_id(type, content, source != nullptr ? &source->id : nullptr, memory.created_at);
  return memory;
}

// A fold and an index that were fed the same.
struct World {
  Fold fold;
  ProfileIndex index;

  void add(const Message& message) { fold.message(message), index.message(message); }
  void add(const Memory& memory) { fold.memory(memory), index.memory(memory); }
  void remove_message(const Id& id) { fold.deleted_message(id), index.deleted_message(id); }
  void remove_memory(const Id& id) { fold.deleted_memory(id), index.deleted_memory(id); }
};

// What a channel is given for a question.
struct Asked {
  const World& world;
  AnalysedQuery query;
  Evidence evidence;
  [[nodiscard]] RecallView view() const { return {world.fold, world.index, evidence}; }
};

inline AnalysedQuery ask(const std::string& question, const std::string& today = "2026-06-01") {
  RecallRequest request;
  request.query = question;
  request.reference_date = at(today);
  return *run_here(builtin_query_analyser()->analyse({}, request));
}

inline AnalysedQuery ask(const World& world, const std::string& question, const std::string& today = "2026-06-01") {
  AnalysedQuery query = ask(question, today);
  note_rarity(world.index, query);
  return query;
}

inline Asked asked(const World& world, const std::string& question) {
  AnalysedQuery query = ask(world, question);
  Evidence evidence = weigh_messages(world.index, query);
  return {world, std::move(query), std::move(evidence)};
}

}  // namespace holdfast::memory::testing
