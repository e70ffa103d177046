// Who speaks: people, whose statements are remembered, and machines, whose are not.
#pragma once

#include <string>
#include <string_view>

#include "memory/ingest/transcript.h"

namespace holdfast::memory {

// The name a content begins with in a written-out dialogue ("Melanie: we went …" → "Melanie"), or "". A view into it.
[[nodiscard]] std::string_view name_prefix(std::string_view content);

// Whether a name given with a message is that of an assistant rather than of a person.
[[nodiscard]] bool is_machine_name(std::string_view name);

// Whether a message was said by a person: a user, or an "assistant" that speaks under a person's name.
[[nodiscard]] bool speaks_as_person(const TranscriptMessage& message);

// The speaker's name; "" when only the role is known.
[[nodiscard]] std::string speaker_name(const TranscriptMessage& message);

}  // namespace holdfast::memory
