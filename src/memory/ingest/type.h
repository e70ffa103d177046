// Fact, event, instruction or task: by a learned head over the cues of a unit and of what was said before it.
//
// Instruction: how to do something, a standing rule. Task: being worked on or to be done. Event: happened or will
// happen at a certain time. Fact: true now. Weights: heads/type.inc, fitted by tools/train/type.py.
#pragma once

#include <span>

#include "memory/heads/linear_head.h"
#include "memory/types.h"

namespace holdfast::memory {

[[nodiscard]] const LinearHead& type_head();
// With the encoder's vector of the unit: heads/type_vectors.inc.
[[nodiscard]] const LinearHead& type_vector_head();

// `cues` as for keep_probability; the answer to the message counts nothing, since there may be none yet. A tie goes to
// what claims least: fact, instruction, event, task. `instruction`: whether it may be one at all.
[[nodiscard]] MemoryType type_of(const CueRow& cues, std::span<const float> vector = {}, bool instruction = true);

}  // namespace holdfast::memory
