#include "memory/recall/relevance.h"

#include <algorithm>
#include <map>

namespace holdfast::memory {
namespace {

std::size_t frequency(const ProfileIndex& index, const std::string& term) {
  const auto number = index.vocabulary().find(term);
  if (!number) return 0;
  return index.memories().document_frequency(*number) + index.messages().document_frequency(*number);
}

}  // namespace

void note_rarity(const ProfileIndex& index, AnalysedQuery& query) {
  const std::size_t documents = index.memories().size() + index.messages().size();
  // Of a word's own terms the rarest says what the word is worth; a synonym only where the word itself is unknown.
  std::map<std::size_t, std::size_t> own;
  std::map<std::size_t, std::size_t> others;
  for (const WeightedTerm& term : query.terms) {
    const std::size_t count = frequency(index, term.term);
    if (count == 0) continue;
    auto& counts = term.weight < 1 ? others : own;
    const auto [place, fresh] = counts.try_emplace(term.word, count);
    if (!fresh) place->second = std::min(place->second, count);
  }
  for (WeightedTerm& term : query.terms) {
    std::size_t count = 0;
    if (const auto found = own.find(term.word); found != own.end()) {
      count = found->second;
    } else if (const auto other = others.find(term.word); other != others.end()) {
      count = other->second;
    }
    term.rarity = term.worth * search::inverse_document_frequency(documents, count);
  }
}

bool anything_relevant(const ProfileIndex& index, const AnalysedQuery& query) {
  if (std::ranges::any_of(query.terms, [&](const WeightedTerm& term) { return frequency(index, term.term) > 0; }))
    return true;
  // The encoder may know that something speaks of it in other words.
  if (query.vectors && index.messages().size() + index.memories().size() > 0) return true;
  return (!query.months.empty() || query.asked_time) && index.messages().size() > 0;
}

}  // namespace holdfast::memory
