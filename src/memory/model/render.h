// What a model is sent of a conversation: messages and candidates as text between marks, numbered from 1 in every
// request. The same input gives the same bytes: days but no time of day, no ids, no session.
//
//   <conversation>
//   <message number="1" role="user" speaker="Melanie" date="2026-03-02, Monday">
//   1| the first line
//   2| the second line
//   </message>
//   </conversation>
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "memory/ingest/candidate.h"
#include "memory/ingest/transcript.h"

namespace holdfast::memory {

// A message of a transcript, or bytes [begin, end) of what may be sent of it (sendable()); its number is its place in
// the list it stands in, from 1.
struct ShownMessage {
  std::size_t at = 0;
  bool context = false;  // only helps to understand the others
  std::size_t begin = 0;
  std::size_t end = std::string::npos;
};

[[nodiscard]] std::string render_messages(const Transcript& transcript, std::span<const ShownMessage> messages,
                                          bool redact);

// "2026-03-02, Monday"
[[nodiscard]] std::string render_day(TimeMs time);

// On one line, without what could end a tag or an attribute; secrets as in sendable().
[[nodiscard]] std::string render_line(std::string_view text, bool redact);

// How many lines a text has, at least 1.
[[nodiscard]] int count_lines(std::string_view text);

}  // namespace holdfast::memory
