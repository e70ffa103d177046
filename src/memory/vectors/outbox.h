// What of a profile lacks vectors, and the texts to make them from.
#pragma once

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/result.h"
#include "memory/profile/profile.h"
#include "memory/vectors/make.h"
#include "memory/vectors/packed.h"

namespace holdfast::memory {

inline constexpr std::size_t kRowsACommit = 64;  // one fsync

struct WaitingMessage {
  Id id;
  bool dialogue = false;
  std::vector<Id> before;  // oldest first
};

struct WaitingMemory {
  Memory memory;
  std::optional<MemoryVectors> content;  // made when it was stored
};

struct Outbox {
  std::vector<WaitingMemory> memories;
  std::vector<WaitingMessage> messages;  // only when no memory waits
};

// Some dozens of what waits, without what is left aside.
[[nodiscard]] Outbox read_outbox(const Profile& profile, const std::set<VectorKey>& aside);

// Reads from the store. What was forgotten meanwhile is left out.
[[nodiscard]] Result<std::vector<std::pair<Id, MessageToEncode>>> read_texts(
    const Profile& profile, const std::vector<WaitingMessage>& waiting);

// Whether a row is still wanted: its owner may have been forgotten, changed or superseded while it was encoded.
[[nodiscard]] bool still_waits(const ProfileIndex& index, const VectorKey& key);

}  // namespace holdfast::memory
