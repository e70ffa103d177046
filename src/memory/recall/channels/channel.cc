#include "memory/recall/channels/channel.h"

namespace holdfast::memory {

std::vector<search::QueryTerm> query_terms(const ProfileIndex& index, const AnalysedQuery& query) {
  std::vector<search::QueryTerm> terms;
  terms.reserve(query.terms.size());
  for (const WeightedTerm& term : query.terms) {
    if (const auto number = index.vocabulary().find(term.term)) {
      terms.push_back({.term = *number, .weight = static_cast<float>(term.weight)});
    }
  }
  return terms;
}

}  // namespace holdfast::memory
