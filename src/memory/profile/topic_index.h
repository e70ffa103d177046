// Finds topic keys by their words: "user/package manager" by "which package managers …".
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "search/vocabulary.h"

namespace holdfast::memory {

class TopicIndex {
 public:
  struct Topic {
    std::string_view key;                   // valid until the key is removed
    std::span<const search::TermId> terms;  // distinct
  };

  // One more, or one fewer, memory has the key. `terms`: of its words, as topic_terms() gives them.
  void add(std::string_view key, std::vector<search::TermId> terms);
  void remove(std::string_view key);

  // The keys that have any of these terms, by key.
  [[nodiscard]] std::vector<Topic> find(std::span<const search::TermId> terms) const;
  // How many keys have the term.
  [[nodiscard]] std::size_t frequency(search::TermId term) const;
  [[nodiscard]] std::size_t size() const { return topics_.size(); }

 private:
  struct Entry {
    std::vector<search::TermId> terms;
    std::size_t memories = 0;
  };
  std::map<std::string, Entry, std::less<>> topics_;
  std::unordered_map<search::TermId, std::vector<std::string_view>> by_term_;  // views of the keys of topics_
};

// The index terms of a topic key. Words that stand for the profile's owner are left out: every key may have them.
[[nodiscard]] std::vector<std::string> topic_terms(std::string_view key);

}  // namespace holdfast::memory
