// Questions of which the answer has several parts ("which books has she read", "how many trips", "what do both like")
// want messages of several conversations: each part was told on a day of its own, and more of the same day says less
// that is new.
#pragma once

#include <span>

#include "memory/profile/profile_index.h"

namespace holdfast::memory {

// Reorders the first weights::kSpreadPool of `ranked`, best first by `scores` (by DocId): one after the other the best
// is taken, each message losing weights::kSpread for every message of its session that was taken before it, of at most
// weights::kSpreadMost. Of equals the one that stood first.
void spread_over_sessions(const ProfileIndex& index, std::span<const float> scores, std::span<search::DocId> ranked);

}  // namespace holdfast::memory
