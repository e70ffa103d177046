// Forgetting: what must go, what must stay, and the hashes that keep it from coming back.
//
// Pure: reads a fold, gives the batch to commit inside the same write turn.
#pragma once

#include <string_view>

#include "memory/profile/fold.h"
#include "memory/profile/profile_store.h"

namespace holdfast::memory {

// Deletes a memory (with any other that says just the same: merged profiles may hold two) and the source messages
// linked to it, but for those that other live memories come from. Leaves tombstones of the statement and of each
// message.
[[nodiscard]] Batch forget_memory(const Fold& fold, const Id& memory);

// Deletes the memories of a statement that was forgotten elsewhere. Their messages stay: those that were forgotten with
// it have tombstones of their own.
[[nodiscard]] Batch forget_statement(const Fold& fold, const Id& statement_hash);

// Deletes a message. A memory that has other sources stays, loses this one, and is of the session of the first that is
// left; one that has none goes with it, and its statement is buried unless another memory says the same.
[[nodiscard]] Batch forget_message(const Fold& fold, const Id& message);

// Deletes a session's memories and messages. A memory that messages of other sessions state as well stays with those,
// and is then of the session of the first of them. Empty when there is no such session.
[[nodiscard]] Batch forget_session(const Fold& fold, std::string_view session_id);

}  // namespace holdfast::memory
