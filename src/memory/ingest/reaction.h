// Reactions: sentences that only answer what the other one said ("Wow, Anna! That's amazing.", "Keep it up!", "Your
// support means a lot."). Dialogues between people are full of them, and nobody would write one down.
#pragma once

#include "memory/ingest/cues.h"
#include "memory/ingest/tokens.h"

namespace holdfast::memory {

// Whether the sentence, which has words, praises, thanks, wishes, agrees or pities and tells nothing else: no number,
// no name but the one it speaks to, nothing about its speaker but a feeling for the other. English.
[[nodiscard]] bool is_reaction(const CueSet& cues, const Tokens& tokens);

}  // namespace holdfast::memory
