// Whether a unit is worth remembering: a learned head over its cues and what stands around it, against a threshold.
//
// Weights: heads/keep.inc. Fitted by tools/train/keep.py on labelled conversations, so that people can do the same for
// theirs; what rules must never keep (questions, code, quotations, secrets) has gone before (units.h).
#pragma once

#include "memory/heads/linear_head.h"
#include "memory/ingest/surroundings.h"
#include "memory/ingest/units.h"

namespace holdfast::memory {

// `of_unit` as unit_cues gives it.
[[nodiscard]] CueRow keep_cues(CueRow of_unit, const Surroundings& around);

[[nodiscard]] const LinearHead& keep_head();

inline constexpr double kKeepThreshold = 0.5625;
// What stands in one message with something kept is kept more easily: people who tell one thing tell the next.
inline constexpr double kKeepBeside = 0.5;

}  // namespace holdfast::memory
