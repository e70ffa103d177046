// How near a candidate is to a question by the encoder's vectors, which know synonyms where words do not.
#pragma once

#include <optional>
#include <span>

#include "memory/profile/profile_index.h"
#include "memory/recall/candidates.h"
#include "memory/recall/query.h"

namespace holdfast::memory {

// By the token codes of a memory and of the messages it was read from, or of the message. Nothing when the question or
// the candidate has none. About 10 µs a candidate.
[[nodiscard]] std::optional<Closeness> closeness_of(const ProfileIndex& index, const AnalysedQuery& query,
                                                    RecallCandidate::Kind kind, const Id& id,
                                                    std::span<const Source> sources);

}  // namespace holdfast::memory
