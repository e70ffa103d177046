// Sentences, and ends of sentences, that state nothing: questions, requests, reactions, talk about the talk, what a
// program printed, calculations. English; pure functions for any thread, linear in the sentence.
#pragma once

#include <cstddef>
#include <string_view>

#include "memory/ingest/cues.h"
#include "memory/ingest/tokens.h"

namespace holdfast::memory {

// Whether nothing in the sentence is worth a memory, whatever the sum of its cues.
[[nodiscard]] bool states_nothing(const CueSet& cues, const Tokens& tokens);

[[nodiscard]] bool is_question(const CueSet& cues, const Tokens& tokens);

// Where the asking begins of a sentence that tells something first: "I gathered 22 articles, can you help me sort
// them", "it is on May 3, but I want to make sure that …"; in bytes. The sentence's size when it does not.
[[nodiscard]] std::size_t asking_begins(const Tokens& tokens);

// Where a tag begins that asks for no more than a nod: "I come on the 23rd, ok?"; in bytes. The sentence's size for
// none.
[[nodiscard]] std::size_t tag_begins(std::string_view sentence);

}  // namespace holdfast::memory
