// From what was said to what is remembered: first person resolved, dates absolute, at most 300 characters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "memory/ingest/cues.h"

namespace holdfast::memory {

struct Composed {
  std::string content;
  std::vector<std::string> derivations;
  bool dated = false;     // it names a date, its own or that of the message
  bool own_date = false;  // the words themselves named one
};

// `name` is the speaker's, "" for the user. The date of the message is added when `stamped`:
// " (2026-03-02)", or " (said 2026-03-02)" where the text names another.
// Words that only lead in ("btw", "ok so", "please note that") are left out.
[[nodiscard]] Composed compose(std::string_view text, std::string_view name, TimeMs said_at, bool stamped);

// Dates absolute, as in a composed memory: "on Thursday" → "on Thursday (2026-03-05)", "yesterday" → "on 2026-03-01"; a
// weekday that means every one stays as it is. Nothing else is changed.
[[nodiscard]] std::string with_days_named(std::string_view text, TimeMs said_at);

}  // namespace holdfast::memory
