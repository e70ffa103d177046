// Whether a unit is worth remembering: a sum of its cues, each with a weight, against a threshold. One table.
#pragma once

#include <cstddef>

#include "memory/heads/linear_head.h"
#include "memory/ingest/units.h"

namespace holdfast::memory {

// What stands around a unit.
struct Surroundings {
  std::size_t position = 0;       // of its message in the session
  std::size_t bytes = 0;          // that its message states in all
  bool asks = false;              // its message asked something too
  bool requests = false;          // its message asked for something to be done too
  bool fenced = false;            // its message shows code
  bool pasted = false;            // its message shows quoted or pasted text
  bool answers_question = false;  // the message before it ends in a question
  bool acknowledged = false;      // the answer takes note ("Noted.")
  bool long_answer = false;       // the answer is long: it was a question after all
};

// What the head sees of a unit.
[[nodiscard]] CueRow keep_cues(const Unit& unit, bool dated, const Surroundings& around);

[[nodiscard]] double keep_score(const Unit& unit, bool dated, const Surroundings& around);

inline constexpr double kKeepThreshold = 0.0;
// What stands in one message with something kept is kept more easily: people who tell one thing tell the next.
inline constexpr double kKeepBeside = -0.6;

}  // namespace holdfast::memory
