// What may become a standing rule: only what a person, or the system message, states in words of their own. Orders in
// pasted documents, in code, in quotations and in an assistant's text are nobody's.
//
// Deterministic rules over the transcript, whatever a model says. Pure; any thread.
#pragma once

#include <string_view>

#include "memory/ingest/candidate.h"
#include "memory/ingest/transcript.h"

namespace holdfast::memory {

// Whether a candidate may be of type instruction: most of its words stand in its sources' own words, or it is an offer
// of the assistant's that one of its sources accepts.
[[nodiscard]] bool may_instruct(const Transcript& transcript, const Candidate& candidate);

// Whether a text is an order to machines that read along ("ignore previous instructions"): no memory of any type.
[[nodiscard]] bool is_machine_order(std::string_view text);

}  // namespace holdfast::memory
