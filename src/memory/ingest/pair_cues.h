// The cues of a pair: what speaks for and against that a part of one memory takes the place of a part of an older one.
//
// The heads of pair_head.h weigh them; `holdfast-dev features pairs` prints them to fit it.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "memory/heads/linear_head.h"
#include "memory/ingest/comparable.h"

namespace holdfast::memory {

// How alike two memories are to the encoder (likeness.h).
struct Likeness {
  bool known = false;  // both have vectors
  double message = 0;  // cosine of the whole memories
  // Of each part of the newer, over its tokens, the best product with one of the older's: their mean, and the lowest.
  std::vector<double> parts;
  std::vector<double> lowest;
  [[nodiscard]] double part(std::size_t at) const { return at < parts.size() ? parts[at] : 0; }
};

// What is known of a pair from those around it.
struct PairContext {
  std::size_t rank = 1;  // of the older among all candidates of the newer, by closeness; from 1
  double margin = 0;     // its closeness less that of the best other candidate
  bool same_session = false;
  double days = 0;    // between the two; ≥ 0
  double likest = 0;  // the largest cosine with any of them,
  double usual = 0;   // and the mean of usual_likeness()
  Likeness likeness;
  // In how many of the candidates each topic term of the newer occurs; null: in one.
  std::shared_ptr<const std::map<std::string, std::size_t, std::less<>>> occurrences;
};

// How alike a memory is to those around it anyway: the mean of its largest few cosines, that with the likest aside.
[[nodiscard]] double usual_likeness(std::span<const Likeness> likenesses);

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
