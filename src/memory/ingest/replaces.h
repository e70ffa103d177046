// Whether a statement replaces an older one that has no topic key in common with it.
#pragma once

#include <string>
#include <vector>

#include "memory/ingest/cues.h"
#include "memory/ingest/statement.h"
#include "memory/types.h"

namespace holdfast::memory {

// A memory, made comparable.
struct Comparable {
  const Memory* memory = nullptr;
  Statement statement;
  CueSet cues;
  std::vector<std::string> scopes;    // production, weekend, …; sorted
  std::vector<std::string> asserted;  // known values (tools, preferences) it says hold; sorted
  std::vector<std::string> denied;    // values it says hold no longer; sorted
};

[[nodiscard]] Comparable make_comparable(const Memory& memory);

// How surely `newer` replaces `older`, both facts or instructions: 0 for not at all. It has to say itself that something
// changed, and either to name the old value or to speak, in other values, of much the same thing; never across scopes.
[[nodiscard]] double replacement_score(const Comparable& newer, const Comparable& older);

inline constexpr double kReplaces = 0.5;         // the score from which it does
inline constexpr double kReplacesMargin = 0.12;  // and by how much it has to be ahead of the next candidate

// Whether two statements of one topic give it the same value.
[[nodiscard]] bool same_value(const Comparable& a, const Comparable& b);

}  // namespace holdfast::memory
