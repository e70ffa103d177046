// The search index of one open profile: a view of its log, followed commit by commit.
//
// Memories are indexed in fields; raw messages with their session, neighbours, speaker, day and cues (message_cues.h).
// Both share one vocabulary. What a term, a field or a cue is worth is the query's business (recall/weights.h).
//
// Not thread-safe: Profile guards it (many readers or one writer). Const calls may run at the same time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "memory/profile/profile_store.h"
#include "memory/profile/profile_vectors.h"
#include "memory/profile/topic_index.h"
#include "memory/profile/word_cache.h"
#include "search/conversation_index.h"
#include "search/inverted_index.h"
#include "search/vocabulary.h"

namespace holdfast::memory {

// Fields of a memory.
inline constexpr std::uint8_t kContentField = 0;
inline constexpr std::uint8_t kSummaryField = 1;
inline constexpr std::uint8_t kKeywordField = 2;  // keywords, topic key, who stated it
inline constexpr std::uint8_t kQueryField = 3;

// What a query needs to know of a memory without asking the fold for each of its hits.
struct MemoryEntry {
  Id id;
  TimeMs created_at = 0;
  std::int64_t position = 0;
  MemoryType type = MemoryType::kFact;
  bool superseded = false;
  bool has_sources = false;  // was read from messages
};

class ProfileIndex final : public ChangeVisitor {
 public:
  void message(const Message& message) override;
  void memory(const Memory& memory) override;
  void tombstone(const Tombstone&) override {}
  void job(const Job&) override {}
  void deleted_message(const Id& id) override;
  void deleted_memory(const Id& id) override;
  void deleted_tombstone(const Id&) override {}
  void deleted_job(const Id&) override {}
  void vectors(const VectorRow& row) override;
  void deleted_vectors(const VectorKey& key) override;

  // Before the first row; else no vectors are kept.
  void want_vectors(WantedVectors wanted) { embeddings_.want(std::move(wanted)); }

  [[nodiscard]] const search::Vocabulary& vocabulary() const { return vocabulary_; }

  [[nodiscard]] const search::InvertedIndex& memories() const { return memories_; }
  [[nodiscard]] const MemoryEntry& memory_at(search::DocId doc) const { return memory_entries_[doc]; }
  [[nodiscard]] std::optional<search::DocId> find_memory(const Id& id) const;
  [[nodiscard]] const TopicIndex& topics() const { return topics_; }

  [[nodiscard]] const search::ConversationIndex& messages() const { return messages_; }
  [[nodiscard]] const Id& message_at(search::DocId doc) const { return message_ids_[doc]; }
  [[nodiscard]] std::optional<search::DocId> find_message(const Id& id) const;

  // The vectors of both, by the same DocIds, and what lacks them.
  [[nodiscard]] const ProfileVectors& embeddings() const { return embeddings_; }

  // Numbers of the speakers that a folded word names: any word of the name given with a message or written before its
  // text ("Anna: …"). Ascending.
  [[nodiscard]] std::vector<std::uint32_t> speakers_named(std::string_view folded_word) const;

  // ln(median length of what the assistant says / of what the user says) in a session, drawn towards that of the whole
  // profile while the session is short. Near 0: people in dialogue; above ln 3: an assistant that answers at length.
  [[nodiscard]] double length_ratio(std::uint32_t session) const;
  [[nodiscard]] std::size_t sessions() const { return session_lengths_.size(); }

  // The first and the last day (since 1970-01-01) anything was ever said; nothing in a profile without messages.
  [[nodiscard]] std::optional<std::pair<std::int32_t, std::int32_t>> days() const { return days_; }

  // How the length of messages spreads (in units of the kLogLength count); at least 1.
  [[nodiscard]] double length_deviation() const;

  [[nodiscard]] std::size_t bytes() const;  // of memory, about

  // Gives back room kept for growth; worth calling after a profile was opened.
  void shrink_to_fit();

 private:
  // How many messages of each role there are by log length, so that medians follow every change at once.
  struct Lengths {
    static constexpr std::size_t kBuckets = 48;
    std::array<std::array<std::uint32_t, kBuckets>, 2> counts = {};  // user, others
    std::array<std::uint32_t, 2> totals = {};

    void change(Role role, std::size_t bytes, int by);
    [[nodiscard]] double log_ratio() const;  // 0 while either side is empty
    [[nodiscard]] std::uint32_t size() const { return totals[0] + totals[1]; }
  };

  void add_terms(std::string_view text, std::vector<search::TermId>& out);
  [[nodiscard]] std::uint32_t session_number(const std::string& session_id);
  [[nodiscard]] std::uint32_t speaker_number(std::string_view speaker);
  void refresh_neighbour_cues(search::DocId doc);
  void count_length(search::DocId doc, int by);
  void unlink_message(search::DocId doc);
  void unlink_memory(search::DocId doc);

  search::Vocabulary vocabulary_;
  WordCache words_;

  search::InvertedIndex memories_;
  std::vector<MemoryEntry> memory_entries_;
  std::unordered_map<Id, search::DocId> memory_docs_;
  std::unordered_map<search::DocId, std::string> topic_of_;
  TopicIndex topics_;

  ProfileVectors embeddings_;

  search::ConversationIndex messages_;
  std::vector<Id> message_ids_;
  std::vector<std::uint32_t> message_bytes_;
  std::unordered_map<Id, search::DocId> message_docs_;
  std::unordered_map<std::string, std::uint32_t> session_numbers_;
  std::unordered_map<std::string, std::uint32_t> speaker_numbers_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> speakers_by_word_;
  std::vector<Lengths> session_lengths_;
  Lengths all_lengths_;
  std::optional<std::pair<std::int32_t, std::int32_t>> days_;
  std::int64_t length_sum_ = 0;
  std::int64_t length_squares_ = 0;

  std::vector<search::TermId> terms_;  // working room
};

}  // namespace holdfast::memory
