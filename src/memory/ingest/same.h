// Whether two memories say one thing in different words: the learned decision behind merging.
//
// A linear head over what the encoder and the words say of the pair, fitted by tools/train/same.py; weights:
// heads/same.inc. Values that differ decide by themselves.
#pragma once

#include "memory/heads/linear_head.h"
#include "memory/ingest/comparable.h"
#include "memory/ingest/pair_cues.h"

namespace holdfast::memory {

inline constexpr double kSame = 0.3;  // the probability from which a memory is the older one in other words
// By how much it must be more like that one than like others: where people talk about one thing for long, everything is
// alike.
inline constexpr double kStandsOut = 0.25;

// Whether `older` can say what `newer` says at all: of one speaker, both tasks or neither, not of one message.
[[nodiscard]] bool may_say(const Memory& older, const Memory& newer);

// Whether one is the other but for a word or two in one place: "I live in Berlin", "I live in Munich". Who says one
// thing in other words changes more.
[[nodiscard]] bool one_place_apart(const Comparable& older, const Comparable& newer);

// `likest`: the largest cosine of the newer with any of the older ones; `usual`: usual_likeness() of them.
[[nodiscard]] CueRow same_cues(const Comparable& older, const Comparable& newer, const Likeness& likeness,
                               double likest, double usual);

// The probability that `older` says all that `newer` says; 0 without vectors.
[[nodiscard]] double says_same(const Comparable& older, const Comparable& newer, const Likeness& likeness,
                               double likest, double usual);

[[nodiscard]] const LinearHead& same_head();

}  // namespace holdfast::memory
