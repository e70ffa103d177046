// The cues of a pair: what speaks for and against that a part of one memory takes the place of a part of an older one.
//
// The head `replaces` (pair_head.h) weighs them; `holdfast-dev features pairs` prints them to fit it.
#pragma once

#include <cstddef>
#include <vector>

#include "memory/heads/linear_head.h"
#include "memory/ingest/comparable.h"

namespace holdfast::memory {

// How alike two memories, or two parts of them, are to the encoder: cosines, 0 when there are no vectors.
struct Likeness {
  double message = 0;      // of the whole memories
  double newer_older = 0;  // mean over the newer's tokens of the best cosine with one of the older's
  double older_newer = 0;
};

// What is known of a pair from those around it.
struct PairContext {
  std::size_t rank = 1;  // of the older among all candidates of the newer, by closeness; from 1
  double margin = 0;     // its closeness less that of the best other candidate
  bool same_session = false;
  double days = 0;  // between the two; ≥ 0
  Likeness likeness;
};

// Of the terms of both, weighted: what they share.
[[nodiscard]] double shared_weight(const std::vector<TopicTerm>& a, const std::vector<TopicTerm>& b);

// How close two memories are by the words of their closest parts; 0 … 1 and more.
[[nodiscard]] double closeness(const Comparable& newer, const Comparable& older);

// The part of `older` that part `at` of `newer` speaks of, if any does: the one with which it shares most.
[[nodiscard]] std::size_t aligned_part(const Comparable& newer, std::size_t at, const Comparable& older);

// Whether no cue can make part `at` of `newer` replace a part of an older memory: they hold in different scopes
// (staging and production, a son and a daughter), or the newer memory says that this stays.
[[nodiscard]] bool surely_apart(const Comparable& newer, std::size_t at, const PartView& older);

// The cues for part `at` of `newer` against part `beside` of `older`.
[[nodiscard]] CueRow pair_cues(const Comparable& newer, std::size_t at, const Comparable& older, std::size_t beside,
                               const PairContext& context);

}  // namespace holdfast::memory
