// Forgetting: what must go, what must stay, and the hashes that keep it from coming back.
//
// Pure: reads a fold, gives the batch to commit inside the same write turn.
#pragma once

#include <string_view>

#include "memory/profile/fold.h"
#include "memory/profile/profile_store.h"

namespace holdfast::memory {

// Deletes a memory and the source messages linked to it, but for those that other live memories come from. Leaves
// tombstones of the statement and of each message.
[[nodiscard]] Batch forget_memory(const Fold& fold, const Id& memory);

// Deletes a message. A memory that has other sources stays and loses this one; one that has none goes with it.
[[nodiscard]] Batch forget_message(const Fold& fold, const Id& message);

// Deletes a session's memories and messages. A memory that messages of other sessions state as well stays with those,
// and is then of the session of the first of them. Empty when there is no such session.
[[nodiscard]] Batch forget_session(const Fold& fold, std::string_view session_id);

}  // namespace holdfast::memory
