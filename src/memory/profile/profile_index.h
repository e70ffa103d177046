// The search index of one open profile: a view of its log, followed commit by commit.
//
// Memories are indexed in fields (content, summary, keywords and queries); raw messages with their session and
// neighbours. Not thread-safe: Profile guards it (many readers or one writer).
#pragma once

#include "memory/profile/profile_store.h"

namespace holdfast::memory {

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

  [[nodiscard]] std::size_t bytes() const;  // of memory, about
};

}  // namespace holdfast::memory
