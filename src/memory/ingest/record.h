// What a service says it has arranged: "Booked: Thursday, 12 February, 10:30, confirmation PP-3381.", "Your contract
// runs until 31 May." An assistant's own words are no memories; what it did for the user outside of the conversation
// is.
#pragma once

#include <vector>

#include "memory/ingest/transcript.h"
#include "memory/ingest/units.h"

namespace holdfast::memory {

// The sentences of a machine's message that are such records: short messages without code, sentences that name a
// booking, an order, a contract or the like, or a reference, with a number or date, and no offer, question or
// condition. Values that stand before one without a verb go with it. "You" is the user. None of a person's message.
[[nodiscard]] std::vector<Unit> records_of(const TranscriptMessage& message);

}  // namespace holdfast::memory
