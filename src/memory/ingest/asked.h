// What a short answer answers: "every 30 minutes" says nothing without "How often should the job run?".
#pragma once

#include <optional>
#include <string>

#include "memory/ingest/transcript.h"

namespace holdfast::memory {

struct Asked {
  std::string question;  // without its question mark; "you" is named
  int line_from = 1;     // its lines in the message that asks
  int line_to = 1;
};

// The question that `before` ends with and `answer`, of a person, answers. None when it is answered by yes or no, when
// it asks for leave to do something ("shall I …?"), speaks of the one who asks (whose "I" would become the answerer's),
// or is over 120 bytes.
[[nodiscard]] std::optional<Asked> asked_before(const TranscriptMessage& before, const TranscriptMessage& answer);

}  // namespace holdfast::memory
