// The topic keys of a profile, so that new statements find the key that their topic has already.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "memory/ingest/candidate.h"
#include "memory/profile/fold.h"

namespace holdfast::memory {

// The profile's topic keys that share a word with the candidates, sorted: what it costs depends on what is said now,
// not on how much is known.
[[nodiscard]] std::vector<std::string> related_topic_keys(const Fold& fold, std::span<const Candidate> candidates);

// The keys a profile has already, so that new ones converge with them.
class KnownTopics {
 public:
  explicit KnownTopics(std::span<const std::string> keys);
  void add(std::string_view key);

  // The known key that means the same (the same words, whatever their order and endings), else, when the statement says
  // that something changed, the only known key that has all words of `key` or whose words `key` has all; else `key`.
  [[nodiscard]] std::string converge(const std::string& key, bool change) const;

 private:
  struct Known {
    std::string key;
    std::vector<std::string> stems;
  };
  std::vector<Known> known_;
  std::map<std::string, std::size_t, std::less<>> by_words_;              // sorted stems → known_
  std::map<std::string, std::vector<std::size_t>, std::less<>> by_stem_;  // stem → known_
};

}  // namespace holdfast::memory
