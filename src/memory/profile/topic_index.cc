#include "memory/profile/topic_index.h"

#include <algorithm>

#include "language/characters.h"
#include "language/words.h"

namespace holdfast::memory {

void TopicIndex::add(std::string_view key, std::vector<search::TermId> terms) {
  const auto [place, fresh] = topics_.try_emplace(std::string(key));
  ++place->second.memories;
  if (!fresh) return;
  std::ranges::sort(terms);
  terms.erase(std::ranges::unique(terms).begin(), terms.end());
  place->second.terms = std::move(terms);
  for (const search::TermId term : place->second.terms) by_term_[term].push_back(place->first);
}

void TopicIndex::remove(std::string_view key) {
  const auto place = topics_.find(key);
  if (place == topics_.end() || --place->second.memories > 0) return;
  for (const search::TermId term : place->second.terms) {
    const auto keys = by_term_.find(term);
    std::erase(keys->second, std::string_view(place->first));
    if (keys->second.empty()) by_term_.erase(keys);
  }
  topics_.erase(place);
}

std::vector<TopicIndex::Topic> TopicIndex::find(std::span<const search::TermId> terms) const {
  std::vector<std::string_view> keys;
  for (const search::TermId term : terms) {
    if (const auto found = by_term_.find(term); found != by_term_.end()) {
      keys.insert(keys.end(), found->second.begin(), found->second.end());
    }
  }
  std::ranges::sort(keys);
  keys.erase(std::ranges::unique(keys).begin(), keys.end());
  std::vector<Topic> topics;
  topics.reserve(keys.size());
  for (const std::string_view key : keys) {
    const auto place = topics_.find(key);
    topics.push_back({.key = place->first, .terms = place->second.terms});
  }
  return topics;
}

std::size_t TopicIndex::frequency(search::TermId term) const {
  const auto found = by_term_.find(term);
  return found == by_term_.end() ? 0 : found->second.size();
}

std::vector<std::string> topic_terms(std::string_view key) {
  std::string words(key);
  for (char& c : words) {
    if (!language::is_word_byte(c)) c = ' ';
  }
  std::vector<std::string> terms = language::terms(words);
  std::erase_if(terms, [](const std::string& term) { return term == "user"; });
  return terms;
}

}  // namespace holdfast::memory
