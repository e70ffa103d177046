// Whether a statement replaces an older one that has no topic key in common with it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "memory/ingest/cues.h"
#include "memory/ingest/statement.h"
#include "memory/types.h"

namespace holdfast::memory {

// Kinds of values: two statements of one thing give it values of one kind.
enum class ValueKind : std::uint8_t { kDay, kWeekday, kTime, kMoney, kVersion, kQuantity, kContact, kPath, kName };

struct KindedValue {
  ValueKind kind;
  std::string value;
  std::string unit;  // of a quantity: the word after it, in the singular; of a version: what it is the version of

  auto operator<=>(const KindedValue&) const = default;
};

// A clause of a memory.
struct ClauseView {
  std::vector<std::string> topics;  // stems of the words that say what it is about; sorted
  std::vector<KindedValue> values;  // sorted
  std::vector<std::string> scopes;  // production, weekend, …; sorted
  CueSet cues;
};

// A memory, made comparable.
struct Comparable {
  const Memory* memory = nullptr;
  Statement statement;
  CueSet cues;
  std::vector<ClauseView> clauses;
  std::vector<std::string> asserted;  // known values (tools, preferences) it says hold; sorted
  std::vector<std::string> denied;    // values it says hold no longer; sorted
};

// `memory` must outlive it.
[[nodiscard]] Comparable make_comparable(const Memory& memory);

// How surely `newer` replaces `older`, both facts or instructions: 0 for not at all. It has to say itself that
// something changed (or to give another version of the same thing), and either to name the old value or to give, in
// some clause, another value of the same kind to the same thing; never across scopes.
[[nodiscard]] double replacement_score(const Comparable& newer, const Comparable& older);

inline constexpr double kReplaces = 0.6;        // the score from which it does
inline constexpr double kReplacesMargin = 0.1;  // and by how much it has to be ahead of the next candidate

// Whether two statements of one topic give it the same value.
[[nodiscard]] bool same_value(const Comparable& a, const Comparable& b);

}  // namespace holdfast::memory
