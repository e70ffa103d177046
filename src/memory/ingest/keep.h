// Whether a unit is worth remembering: a learned head over its cues and what stands around it, against a threshold.
//
// Weights: heads/keep.inc. Fitted by tools/train/keep.py on labelled conversations, so that people can do the same for
// theirs; what rules must never keep (questions, code, quotations, secrets) has gone before (units.h).
#pragma once

#include <span>

#include "memory/heads/linear_head.h"

namespace holdfast::memory {

// By cues alone, and by cues with the encoder's vector of the unit (heads/keep_vectors.inc).
[[nodiscard]] const LinearHead& keep_head();
[[nodiscard]] const LinearHead& keep_vector_head();

// `cues`: of the unit (unit_cues) and of what stands around it (surroundings). `vector`: of its text, or empty.
[[nodiscard]] double keep_probability(const CueRow& cues, std::span<const float> vector);

inline constexpr double kKeepThreshold = 0.40625;
// What stands in one message with something kept is kept more easily: people who tell one thing tell the next.
inline constexpr double kKeepBeside = 0.34375;

}  // namespace holdfast::memory
