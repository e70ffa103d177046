// What a message says, without the speaker's name before it.
#pragma once

#include <string_view>

#include "memory/ingest/transcript.h"

namespace holdfast::memory {

struct Body {
  std::string_view text;  // part of the message's content
  int line = 1;           // the line of the content it begins on
};

[[nodiscard]] Body body_of(const TranscriptMessage& message);

}  // namespace holdfast::memory
