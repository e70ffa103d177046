// Questions for an overview or an order of many things ("summarise …", "in what order did I …") want other messages
// than questions for one: what the user brought up, one of each time it was spoken of, rather than the ten best of one
// day.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "memory/profile/profile_index.h"
#include "memory/recall/query.h"

namespace holdfast::memory {

// Of the messages with evidence (`scores`, by DocId) what gives an overview, best first: the user's, by their
// relevance, by what their vectors and their best piece say of the topic alone, and by how early in their session they
// stand, since that is where a topic is brought up; each pick makes the others of its session count less. Unless the
// order is asked for, the reply to a message follows it. At most `breadth` and weights::kOverviewPicks, replies not
// counted.
[[nodiscard]] std::vector<search::DocId> overview(const ProfileIndex& index, const AnalysedQuery& query,
                                                  std::span<const float> scores, std::size_t breadth);

}  // namespace holdfast::memory
