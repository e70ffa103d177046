// What the vectors of a profile's messages say to a question, in the shape that the sums of evidence.h take it.
#pragma once

#include <span>
#include <vector>

#include "memory/profile/profile_index.h"
#include "memory/recall/query.h"
#include "search/late_signal.h"

namespace holdfast::memory {

// By DocId of the messages, end_doc() values each; everything is empty where the question or the messages have no
// vectors. A message without vectors counts as the average one, a neighbour that is not there as the worst.
struct Meaning {
  std::vector<float> own;       // cosine of the question and the message, of its best piece
  std::vector<float> previous;  // of the turn before it
  std::vector<float> next;
  std::vector<float> context;  // of the message's own tokens, read with the turns before
  search::LateQuery late;

  [[nodiscard]] bool known() const { return !own.empty(); }
};

[[nodiscard]] Meaning meaning_of(const ProfileIndex& index, const AnalysedQuery& query);

// What the vectors say of an overview's topic (AnalysedQuery::topic): the cosine of each message's best piece, by
// DocId, and the topic's tokens. Empty without vectors.
struct TopicMeaning {
  std::vector<float> cosine;
  search::LateQuery late;
};
[[nodiscard]] TopicMeaning topic_meaning_of(const ProfileIndex& index, const AnalysedQuery& query);

// The vector that stands for what the question is about: of all of it, or, for an overview, of what is left without the
// wording of the wish. Unit length; empty without vectors.
[[nodiscard]] std::vector<float> topic_vector(const AnalysedQuery& query);

}  // namespace holdfast::memory
