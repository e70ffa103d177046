// Fact, event, instruction or task: by the cues of a statement.
#pragma once

#include <string_view>

#include "memory/ingest/cues.h"
#include "memory/types.h"

namespace holdfast::memory {

// Instruction: how to do something, a standing rule. Task: being worked on or to be done. Event: happened or will
// happen at a certain time. Fact: true now. `dated` says whether the statement itself names a date. A statement that
// says that a lasting value changed ("we switched to Yarn") is a fact: `keyed` says that it has a topic key.
[[nodiscard]] MemoryType type_of(const CueSet& cues, bool dated, bool keyed);

}  // namespace holdfast::memory
