// What the heads for keeping and for types see of a unit itself: its cues, its size and shape, its dates.
#pragma once

#include "base/time.h"
#include "memory/heads/linear_head.h"
#include "memory/ingest/units.h"

namespace holdfast::memory {

// `said_at`: when its message was said.
[[nodiscard]] CueRow unit_cues(const Unit& unit, TimeMs said_at);

}  // namespace holdfast::memory
