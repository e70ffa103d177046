// Whether a profile can hold anything for a question, and which of its words would tell.
#pragma once

#include "memory/profile/profile_index.h"
#include "memory/recall/query.h"

namespace holdfast::memory {

// Sets each term's rarity, from how many of the profile's memories and messages have its word; a word nobody ever used
// has the highest there is.
void note_rarity(const ProfileIndex& index, AnalysedQuery& query);

// Whether anything shares a word with the question (or a synonym of one), or was said on a date it names.
[[nodiscard]] bool anything_relevant(const ProfileIndex& index, const AnalysedQuery& query);

}  // namespace holdfast::memory
