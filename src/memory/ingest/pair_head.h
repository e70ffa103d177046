// Whether a memory takes the place of an older one, or of parts of it: the learned decision behind supersession.
//
// Boosted trees over the cues of the pair (pair_cues.h), fitted by tools/train/pairs.py; weights: heads/replaces.inc.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "memory/heads/tree_head.h"
#include "memory/ingest/comparable.h"
#include "memory/ingest/pair_cues.h"

namespace holdfast::memory {

inline constexpr double kReplaces = 0.2;  // the probability from which a memory replaces an older one,
// … where no word of change and no two values speak for it,
inline constexpr double kReplacesUnchanged = 0.6;
// … where everything is alike, as when friends talk about one thing for months: usual_likeness() from kCrowded,
inline constexpr double kReplacesCrowded = 0.5;
inline constexpr double kCrowded = 0.5;
inline constexpr double kReplacesKeyed = 0.125;    // … and when both have one topic key
inline constexpr std::size_t kReplacesAtMost = 2;  // older ones by one newer

struct Replacement {
  double probability = 0;
  std::size_t part = 0;            // of the older, that is replaced most surely
  std::vector<std::size_t> parts;  // all of the older that are; ascending, empty unless it is replaced
};

// Whether the older memory can be replaced by the newer one at all: a fact, an instruction or a task, not of one
// message with it.
[[nodiscard]] bool may_be_replaced(const Memory& older, const Memory& newer);

// The contexts of the pairs of `newer` with each of `older`; the likenesses are parallel to `older`, or none.
[[nodiscard]] std::vector<PairContext> contexts_of(const Comparable& newer, std::span<const Comparable* const> older,
                                                   std::span<const Likeness> likenesses);

[[nodiscard]] const TreeHead& replaces_head();

[[nodiscard]] Replacement judge_pair(const Comparable& newer, const Comparable& older, const PairContext& context,
                                     double threshold);

}  // namespace holdfast::memory
