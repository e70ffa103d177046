#include "memory/ingest/known_topics.h"

#include <algorithm>
#include <optional>
#include <set>

#include "language/porter.h"
#include "language/words.h"
#include "memory/ingest/topic_key.h"

namespace holdfast::memory {
namespace {

void append_word(std::string& text, std::string_view word) {
  if (!text.empty()) text += ' ';
  text += word;
}

std::vector<std::string> stems_of(std::string_view key) {
  std::vector<std::string> stems;
  while (!key.empty()) {
    const std::size_t space = key.find(' ');
    const std::string_view word = key.substr(0, space);
    if (!word.empty()) {
      std::string stem = language::porter_stem(scope_word(word).empty() ? word : scope_word(word));
      if (stem == "dev") stem = "develop";
      stems.push_back(std::move(stem));
    }
    key = space == std::string_view::npos ? std::string_view{} : key.substr(space + 1);
  }
  std::sort(stems.begin(), stems.end());
  stems.erase(std::unique(stems.begin(), stems.end()), stems.end());
  return stems;
}

std::string joined(const std::vector<std::string>& stems) {
  std::string out;
  for (const std::string& stem : stems) append_word(out, stem);
  return out;
}

}  // namespace

std::vector<std::string> related_topic_keys(const Fold& fold, std::span<const Candidate> candidates) {
  std::set<std::string> words;
  for (const Candidate& candidate : candidates)
    language::for_each_word(candidate.content, [&](const language::Word& word) { words.emplace(word.text); });
  std::set<std::string> keys;
  for (const std::string& word : words)
    for (std::string& key : fold.topic_keys_with(word)) keys.insert(std::move(key));
  return {keys.begin(), keys.end()};
}

KnownTopics::KnownTopics(std::span<const std::string> keys) {
  for (const std::string& key : keys) add(key);
}

void KnownTopics::add(std::string_view key) {
  if (key.empty()) return;
  std::vector<std::string> stems = stems_of(key);
  if (!by_words_.emplace(joined(stems), known_.size()).second) return;
  for (const std::string& stem : stems) by_stem_[stem].push_back(known_.size());
  known_.push_back({std::string(key), std::move(stems)});
}

std::string KnownTopics::converge(const std::string& key, bool change) const {
  if (key.empty()) return key;
  const std::vector<std::string> stems = stems_of(key);
  if (const auto same = by_words_.find(joined(stems)); same != by_words_.end()) return known_[same->second].key;
  if (!change) return key;
  const auto scopes_of = [](const std::string& text) {
    std::string scopes;
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t space = rest.find(' ');
      if (const std::string_view scope = scope_word(rest.substr(0, space)); !scope.empty()) append_word(scopes, scope);
      rest = space == std::string_view::npos ? std::string_view{} : rest.substr(space + 1);
    }
    return scopes;
  };
  const std::string scopes = scopes_of(key);
  std::optional<std::size_t> only;
  for (const std::string& stem : stems) {
    const auto found = by_stem_.find(stem);
    if (found == by_stem_.end()) continue;
    for (const std::size_t at : found->second) {
      const Known& known = known_[at];
      const bool inside = std::includes(known.stems.begin(), known.stems.end(), stems.begin(), stems.end()) ||
                          std::includes(stems.begin(), stems.end(), known.stems.begin(), known.stems.end());
      if (!inside || scopes_of(known.key) != scopes) continue;
      if (only && *only != at) return key;
      only = at;
    }
  }
  return only ? known_[*only].key : key;
}

}  // namespace holdfast::memory
