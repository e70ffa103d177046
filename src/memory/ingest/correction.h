// "No wait, I meant 8.2": a message that takes back a value said a moment before.
//
// Such a correction rarely repeats what it is about, so the learned decision (pair_head.h), which looks for shared
// words, does not see it. What it corrects is known by where it stands: a statement of the same speaker a few messages
// before, with a value of the same sort. English.
#pragma once

#include <cstddef>
#include <optional>

#include "memory/ingest/comparable.h"

namespace holdfast::memory {

// Whether the memory begins as a correction of oneself ("wait, no", "sorry", "I meant", "not 640, …").
[[nodiscard]] bool begins_as_correction(const Comparable& memory);

// The part of `older` whose value `newer` takes back; none when they are not of one speaker, not a few messages apart,
// or have no values of one sort. `newer` begins as a correction.
[[nodiscard]] std::optional<std::size_t> corrected_part(const Comparable& newer, const Comparable& older);

}  // namespace holdfast::memory
