// Whether what a memory says is said already, in other words or in another cut.
#pragma once

#include <cstddef>

#include "memory/ingest/comparable.h"

namespace holdfast::memory {

// Whether `older` says what part `at` of `newer` says: the same values and names, most of its words, the same yes or
// no. `likeness`: mean over the part's tokens of the best cosine with one of the older's, 0 when there are no vectors;
// it makes up for words that are others.
[[nodiscard]] bool says_part(const Comparable& older, const Comparable& newer, std::size_t at, double likeness);

// Whether a part says nothing that would be missed: "great", "as I said".
[[nodiscard]] bool says_nothing(const PartView& part);

}  // namespace holdfast::memory
