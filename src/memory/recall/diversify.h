// Drops what a better candidate says already.
#pragma once

#include <cstddef>
#include <vector>

#include "memory/recall/candidates.h"

namespace holdfast::memory {

// Keeps the order, and of candidates that say nearly the same (in their terms; numbers must agree) the first; a dropped
// one's sources are not added to it. At most `limit` stay.
[[nodiscard]] std::vector<RecallCandidate> diversify(std::vector<RecallCandidate> candidates, std::size_t limit);

}  // namespace holdfast::memory
