// How much each raw message speaks for a question, made once a query and used by every channel that cares for where a
// memory came from.
//
// A message is scored with the turns around it, its session, its speaker, its date and its cues. Two kinds of
// conversation want different weights: people in dialogue, and an assistant that answers at length. Each session is
// judged by the lengths of its messages, and its messages get the two scores mixed by that.
#pragma once

#include <limits>
#include <vector>

#include "memory/profile/profile_index.h"
#include "memory/recall/query.h"
#include "memory/recall/weights.h"

namespace holdfast::memory {

inline constexpr float kNoEvidence = -std::numeric_limits<float>::infinity();

struct Evidence {
  std::vector<float>
      scores;  // by DocId of the messages; kNoEvidence for those that have nothing to do with the question
  std::vector<search::DocId> strong;  // the messages above the floor, by DocId
  float best = 0;
  float floor = 0;         // the score a message needs to speak for anything
  bool only_chat = false;  // no session is a dialogue

  // 1 for the best message, 0 for one at the floor, below it, or left out.
  [[nodiscard]] double of(search::DocId doc) const;
};

// Without vectors, messages without a word of the question in them or around them are left out, unless they were said
// on a date that it names. `sums`: null for the shipped ones.
[[nodiscard]] Evidence weigh_messages(const ProfileIndex& index, const AnalysedQuery& query,
                                      const weights::Sums* sums = nullptr);

}  // namespace holdfast::memory
