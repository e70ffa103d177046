// Units: the pieces of a message that are kept or left as one.
//
// A short message is one unit, since the words that matter stand next door to each other; a long one is cut into runs
// of sentences. What nobody states is left out before: code, quoted and pasted text, questions, requests, small talk.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "memory/ingest/cues.h"

namespace holdfast::memory {

struct Unit {
  std::string text;    // sentences of one message, joined with a space; secrets are redacted
  std::string header;  // the line before the list the unit is an item of, or ""
  int line_from = 1;   // 1-based lines of the message
  int line_to = 1;
  CueSet cues;                 // of the text
  std::string topic;           // its topic key, or ""
  bool known_value = false;    // names a tool or preference of the lexicon
  bool undated_event = false;  // a part of it says that something was done, and no day
  bool announced = false;      // it is introduced as a rule or a procedure: "new rule: …", "release procedure: …"
};

struct MessageUnits {
  std::vector<Unit> units;
  bool asks = false;      // a question was left out
  bool requests = false;  // something to do now was left out
  bool fenced = false;    // it shows code
  bool pasted = false;    // it shows other quoted or pasted text
  std::size_t bytes = 0;  // of all units
};

inline constexpr std::size_t kWholeMessage = 260;   // bytes up to which a message is one unit
inline constexpr std::size_t kWholeList = 280;      // bytes up to which a list with its header is one unit
inline constexpr std::size_t kJoinSentences = 156;  // bytes up to which sentences of a longer one are joined
inline constexpr std::size_t kFragment = 25;        // bytes below which a sentence is never alone

// `body` is the content without the speaker's name; `line` the number of its first line. Linear.
[[nodiscard]] MessageUnits units_of(std::string_view body, int line = 1);

// `body` with what its author pasted or quoted blanked: text between two ruled lines, quotations of a sentence or more.
// Offsets and lines stay as they are. Code and quoted lines are left to language::sentences.
[[nodiscard]] std::string without_quotations(std::string_view body);

// Whether most letters are of the Latin alphabet: the rules read English, and keep quiet about what they cannot read.
[[nodiscard]] bool is_readable(std::string_view text);

}  // namespace holdfast::memory
