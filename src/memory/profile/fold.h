// The fold of a profile's log: what is true now, in memory, ready to be asked.
//
// It is fed commit by commit through ChangeVisitor and holds everything but the texts of messages, which stay in the
// store. Two folds fed from the same log, in whatever steps, are equal. It decides nothing: what supersedes what is
// decided before a commit (ingest/place.h).
//
// Not thread-safe: Profile guards it (many readers or one writer).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "memory/profile/profile_store.h"
#include "memory/types.h"

namespace holdfast::memory {

// A message without its text.
struct MessageEntry {
  std::uint32_t session = 0;  // index into Fold::session_by_number
  Role role = Role::kUser;
  TimeMs timestamp = 0;
  std::int64_t position = 0;
  std::uint32_t bytes = 0;  // of the content
};

struct SessionEntry {
  std::string id;
  std::map<std::pair<std::int64_t, Id>, Id> messages;  // (position, id) → id: in order
  std::set<Id> memories;
  std::map<TimeMs, std::uint32_t> times;  // how many messages have each timestamp

  [[nodiscard]] TimeMs first_at() const { return times.empty() ? 0 : times.begin()->first; }
  [[nodiscard]] TimeMs last_at() const { return times.empty() ? 0 : times.rbegin()->first; }
  [[nodiscard]] bool empty() const { return messages.empty() && memories.empty(); }
  [[nodiscard]] std::int64_t next_position() const { return messages.empty() ? 0 : messages.rbegin()->first.first + 1; }
};

class Fold final : public ChangeVisitor {
 public:
  void message(const Message& message) override;
  void memory(const Memory& memory) override;
  void tombstone(const Tombstone& tombstone) override;
  void job(const Job& job) override;
  void deleted_message(const Id& id) override;
  void deleted_memory(const Id& id) override;
  void deleted_tombstone(const Id& hash) override;
  void deleted_job(const Id& id) override;
  // Vectors are derived and large: the index alone keeps them, and the digest leaves them out, since two servers that
  // say the same may have had them made by different models or processors.
  void vectors(const VectorRow&) override {}
  void deleted_vectors(const VectorKey&) override {}

  [[nodiscard]] const MessageEntry* find_message(const Id& id) const;
  [[nodiscard]] const Memory* find_memory(const Id& id) const;
  [[nodiscard]] const Job* find_job(const Id& id) const;
  [[nodiscard]] const SessionEntry* find_session(std::string_view session_id) const;
  [[nodiscard]] const std::string& session_by_number(std::uint32_t number) const { return *session_names_[number]; }

  [[nodiscard]] const std::map<Id, Memory>& memories() const { return memories_; }  // by id, so by source time
  [[nodiscard]] const std::unordered_map<Id, MessageEntry>& messages() const { return messages_; }
  [[nodiscard]] const std::map<std::string, SessionEntry, std::less<>>& sessions() const { return sessions_; }
  [[nodiscard]] const std::map<Id, Job>& jobs() const { return jobs_; }
  [[nodiscard]] const std::set<Id>& tombstones() const { return tombstones_; }

  // Whether a forgotten message or statement of this hash must not come back.
  [[nodiscard]] bool buried(const Id& hash) const { return tombstones_.contains(hash); }
  // Whether a message waits in a pending job.
  [[nodiscard]] bool waits_for_extraction(const Id& message) const { return waiting_.contains(message); }
  [[nodiscard]] std::size_t pending_jobs() const { return pending_jobs_; }

  // Memories of a topic key, current and superseded, by (created_at, position, id).
  [[nodiscard]] std::vector<const Memory*> versions(std::string_view topic_key) const;
  // Topic keys in use that contain `word` (lower case), sorted.
  [[nodiscard]] std::vector<std::string> topic_keys_with(std::string_view word) const;
  // The live memory that says just this (statement_hash of its content), or null.
  [[nodiscard]] const Memory* find_statement(const Id& statement_hash) const;
  // All live memories that say just this, by id.
  [[nodiscard]] std::vector<Id> statements(const Id& statement_hash) const;
  // Live memories that have `message` among their sources, by id.
  [[nodiscard]] std::vector<Id> memories_from(const Id& message) const;
  // Live memories that `memory` directly supersedes, by (created_at, position, id); normally one or none.
  [[nodiscard]] std::vector<Id> predecessors(const Id& memory) const;

  // About how much memory this takes, for the bound on open profiles.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

  // SHA-256 over every row in order: equal folds, equal digests. For tests and replicas.
  [[nodiscard]] Digest digest() const;

 private:
  SessionEntry& session(const std::string& id);
  void drop_session_if_empty(const std::string& id);
  void unlink(const Memory& memory);

  std::unordered_map<Id, MessageEntry> messages_;
  std::map<Id, Memory> memories_;
  std::map<Id, Job> jobs_;
  std::set<Id> tombstones_;
  std::map<std::string, SessionEntry, std::less<>> sessions_;
  std::vector<const std::string*> session_names_;  // number → name; numbers are never reused
  std::map<std::string, std::uint32_t, std::less<>> session_numbers_;
  std::map<std::string, std::set<Id>, std::less<>> by_topic_;
  std::map<std::string, std::set<std::string>, std::less<>> keys_by_word_;
  std::unordered_map<Id, std::set<Id>> by_statement_;
  std::unordered_map<Id, std::set<Id>> by_source_;
  std::unordered_map<Id, std::set<Id>> by_successor_;
  std::unordered_map<Id, int> waiting_;
  std::size_t pending_jobs_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace holdfast::memory
