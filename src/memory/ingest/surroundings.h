// What stands around a message: what was said before it, and what the answer shows it was.
#pragma once

#include <cstddef>

#include "memory/heads/linear_head.h"
#include "memory/ingest/transcript.h"
#include "memory/ingest/units.h"

namespace holdfast::memory {

struct Surroundings {
  std::size_t position = 0;  // of the message in its session
  std::size_t bytes = 0;     // that the message states in all
  std::size_t size = 0;      // of all it says, pasted text too
  std::size_t units = 0;
  bool named = false;     // the speaker has a name
  bool dialogue = false;  // two people talk, one of them in the assistant's place
  bool asks = false;      // it asked something too
  bool requests = false;  // it asked for something to be done too
  bool fenced = false;    // it shows code
  bool pasted = false;    // it shows quoted or pasted text
  // The message before.
  bool after_machine = false;
  bool after_person = false;
  bool after_question = false;  // it asks near its end
  // The message after, when it is there already.
  bool answered = false;      // a machine's
  bool acknowledged = false;  // it takes note ("Noted.")
  bool long_answer = false;   // it was a question after all
  bool short_answer = false;
  bool same_number = false;  // the answer repeats a number
  bool asked_back = false;   // it ends in a question
};

[[nodiscard]] Surroundings surroundings_of(const Transcript& transcript, std::size_t at, const MessageUnits& units);

void add_cues(const Surroundings& around, CueRow& row);

}  // namespace holdfast::memory
