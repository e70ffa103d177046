// Accepted offers: "I'd keep the old endpoint until March." – "yes, do that."
#pragma once

#include <optional>
#include <string>

#include "memory/ingest/transcript.h"

namespace holdfast::memory {

struct Acceptance {
  std::string proposal;  // the sentence of the assistant that was agreed to
  int line_from = 1;     // its lines
  int line_to = 1;
};

// Whether `answer`, of a person, agrees to something that `offer`, of the assistant, proposes: short, begins with a
// word of agreement or names one of the options. A yes to "shall I do this now?" is a request, not a decision.
[[nodiscard]] std::optional<Acceptance> accepted_offer(const TranscriptMessage& offer, const TranscriptMessage& answer);

}  // namespace holdfast::memory
