#include "memory/ingest/type.h"

#include <utility>

namespace holdfast::memory {
namespace {

struct Weights {
  double event, fact, instruction, task;
};
struct Row {
  Cue cue;
  Weights weights;
};

// What each cue says for and against each type; the highest sum decides. The sizes follow what a logistic regression
// over labelled statements gave, rounded.
constexpr Row kRows[] = {
    {Cue::kAlways, {-0.4, 0.0, 0.9, -0.4}},     {Cue::kForbids, {0.0, 0.0, 0.4, 0.0}},
    {Cue::kNegation, {-0.2, 0.0, 0.3, -0.1}},   {Cue::kImperative, {-0.2, -0.3, 0.6, 0.0}},
    {Cue::kYou, {-0.2, -0.2, 0.4, 0.0}},        {Cue::kOpen, {-0.2, -0.3, -0.1, 0.8}},
    {Cue::kUnfinished, {0.0, -0.4, -0.2, 0.9}}, {Cue::kDone, {0.9, -0.3, -0.5, 0.1}},
    {Cue::kCancels, {0.3, 0.0, -0.2, 0.0}},     {Cue::kPast, {0.5, 0.1, -0.2, -0.4}},
    {Cue::kNumber, {0.3, 0.1, -0.4, 0.0}},      {Cue::kFuture, {0.0, -0.1, -0.2, 0.3}},
    {Cue::kFirstPerson, {0.0, 0.0, -0.3, 0.3}}, {Cue::kVersion, {-0.1, 0.3, -0.1, 0.0}},
    {Cue::kSetup, {-0.2, 0.4, 0.0, 0.0}},       {Cue::kIdentity, {0.0, 0.3, -0.1, -0.2}},
    {Cue::kKin, {0.0, 0.3, -0.2, -0.1}},        {Cue::kStates, {0.1, 0.3, -0.1, -0.3}},
    {Cue::kDecides, {-0.3, 0.0, 0.3, 0.0}},     {Cue::kStrongChange, {0.1, 0.3, -0.1, -0.2}},
    {Cue::kPrefers, {-0.2, 0.2, 0.0, 0.0}},     {Cue::kRemember, {0.0, -0.2, 0.2, 0.0}},
    {Cue::kTimeOfDay, {0.0, 0.1, 0.2, -0.3}},
};
constexpr Weights kBias = {-0.6, 0.7, 0.6, -0.9};
constexpr Weights kDated = {1.2, -0.3, -0.7, 0.0};
constexpr Weights kDatedSetup = {0.3, 0.0, -0.5, 0.0};  // how something is set up holds, whatever date stands beside it
constexpr Weights kKeyed = {0.0, 0.4, -0.2, 0.0};
constexpr Weights kKeyedChange = {-1.2, 0.0, 0.0, 0.0};

}  // namespace

MemoryType type_of(const CueSet& cues, bool dated, bool keyed) {
  Weights sum = kBias;
  const auto add = [&](const Weights& weights) {
    sum.event += weights.event;
    sum.fact += weights.fact;
    sum.instruction += weights.instruction;
    sum.task += weights.task;
  };
  for (const Row& row : kRows)
    if (cues.has(row.cue)) add(row.weights);
  if (dated) add(cues.has(Cue::kSetup) && !cues.any(Cue::kDone, Cue::kStrongChange) ? kDatedSetup : kDated);
  if (keyed) add(kKeyed);
  // "We migrated to X in March" happened once, but what it tells is what holds since.
  if (keyed && cues.has(Cue::kStrongChange) && !cues.has(Cue::kDone)) add(kKeyedChange);
  // A tie goes to the earlier: a fact claims least.
  MemoryType best = MemoryType::kFact;
  double score = sum.fact;
  for (const auto& [type, value] : {std::pair{MemoryType::kInstruction, sum.instruction},
                                    std::pair{MemoryType::kEvent, sum.event}, std::pair{MemoryType::kTask, sum.task}}) {
    if (value <= score) continue;
    best = type;
    score = value;
  }
  return best;
}

}  // namespace holdfast::memory
