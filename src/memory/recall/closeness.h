// How near candidates are to a question by the encoder's vectors, which know synonyms where words do not.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "memory/profile/profile_index.h"
#include "memory/recall/candidates.h"
#include "memory/recall/query.h"

namespace holdfast::memory {

struct Measured {
  RecallCandidate::Kind kind = RecallCandidate::Kind::kMemory;
  Id id;
  std::span<const Source> sources;  // of a memory
};

// By the token codes of a memory and of the messages it was read from, or of the message; and of the messages around
// those. Parallel to `candidates`; nothing for one when the question or it has none. About 20 µs a candidate.
[[nodiscard]] std::vector<std::optional<Closeness>> closeness_of(const ProfileIndex& index, const AnalysedQuery& query,
                                                                 std::span<const Measured> candidates);

// How far a word of the question is met by the closest token to it, from `words`, `before` or `after` of a Closeness:
// 0 for nothing in common to .9 for as good as the word itself.
[[nodiscard]] double met_of(const std::vector<float>& words, std::size_t word);

}  // namespace holdfast::memory
