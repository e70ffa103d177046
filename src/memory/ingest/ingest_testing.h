// For tests: conversations that run through the builtin stages into a fold, without store or server.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "memory/ingest/merge.h"
#include "memory/ingest/place.h"
#include "memory/ingest/stages.h"
#include "memory/profile/fold.h"

namespace holdfast::memory::ingest_testing {

inline TimeMs at(std::string_view day) { return parse_iso(day).value(); }

inline Message say(std::string content, std::string_view day = "2026-03-02T09:00:00Z", Role role = Role::kUser,
                   std::string name = {}) {
  Message message;
  message.role = role;
  message.name = std::move(name);
  message.content = std::move(content);
  message.timestamp = at(day);
  return message;
}
inline Message reply(std::string content, std::string_view day = "2026-03-02T09:01:00Z", std::string name = {}) {
  return say(std::move(content), day, Role::kAssistant, std::move(name));
}

// A profile that remembers.
class Profile {
 public:
  Placed ingest(std::string session, std::vector<Message> messages) {
    for (std::size_t i = 0; i < messages.size(); ++i) {
      Message& message = messages[i];
      message.session_id = session;
      message.position = static_cast<std::int64_t>(i);
      message.id = message_id(session, message.role, message.content, message.name);
      fold.message(message);
    }
    const Transcript transcript = make_transcript(session, std::move(messages), {});
    std::vector<std::vector<Candidate>> lists;
    for (const Chunk piece : chunk(transcript))
      lists.push_back(*run_here(builtin_extractor()->extract({}, transcript, piece)));
    for (const Chunk piece : detail_windows(transcript))
      lists.push_back(*run_here(builtin_detail_extractor()->extract({}, transcript, piece)));
    std::vector<Candidate> verified;
    for (Verdict& verdict : *run_here(builtin_verifier()->verify({}, transcript, merge(std::move(lists), dropped)))) {
      if (verdict.kind == Verdict::Kind::kDrop)
        dropped.push_back({verdict.candidate.content, verdict.reason, "verify", "builtin"});
      else
        verified.push_back(std::move(verdict.candidate));
    }
    std::vector<std::string> keys;
    for (const auto& [id, memory] : fold.memories())
      if (!memory.topic_key.empty()) keys.push_back(memory.topic_key);
    last_batch = {};
    Placed placed = place(fold, *run_here(builtin_classifier()->classify({}, session, std::move(verified), keys)),
                          false, last_batch);
    for (const Memory& memory : last_batch.memories) fold.memory(memory);
    return placed;
  }

  [[nodiscard]] std::vector<std::string> contents(bool current = true) const {
    std::vector<std::string> list;
    for (const auto& [id, memory] : fold.memories())
      if (memory.current() == current) list.push_back(memory.content);
    return list;
  }
  // The only memory whose content has `words`; null when there is none or more than one.
  [[nodiscard]] const Memory* find(std::string_view words) const {
    const Memory* found = nullptr;
    for (const auto& [id, memory] : fold.memories()) {
      if (memory.content.find(words) == std::string::npos) continue;
      if (found != nullptr) return nullptr;
      found = &memory;
    }
    return found;
  }

  Fold fold;
  Batch last_batch;
  std::vector<Dropped> dropped;
};

// What one message of the user, said alone, leaves behind.
inline std::vector<std::string> kept(std::string content) {
  Profile profile;
  profile.ingest("s", {say(std::move(content))});
  return profile.contents();
}

}  // namespace holdfast::memory::ingest_testing
