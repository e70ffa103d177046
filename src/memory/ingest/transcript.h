// A conversation as the stages of ingest see it: roles and names kept apart, dates absolute, messages whole.
#pragma once

#include <string>
#include <vector>

#include "memory/types.h"

namespace holdfast::memory {

struct TranscriptMessage {
  Message message;       // verbatim
  std::string speaker;   // "The user", "The assistant", "The system", or the name given with the message
  bool context = false;  // extracted before: it helps to understand its neighbours, no memory comes from it alone
};

// Messages of one session in order.
struct Transcript {
  std::string session_id;
  std::vector<TranscriptMessage> messages;
};

// Resolves the speaker. A dialogue that writes "Name: text" in its contents keeps that name as the speaker.
[[nodiscard]] Transcript make_transcript(std::string session_id, std::vector<Message> messages,
                                         const std::vector<bool>& context);

}  // namespace holdfast::memory
