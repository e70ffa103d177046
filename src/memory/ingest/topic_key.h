// Topic keys: what a statement gives the value of, normalised, so that statements of one topic are versions of each
// other ("Use pnpm, not npm" and "we switched to Yarn": "package manager").
//
// A key is a few words in lower case and the singular, the scope it holds in among them ("memory limit production"),
// so that scoped values live beside each other. Statements whose topic can have several values at once (pets, hobbies)
// have none; neither has one of which the rules are not sure.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::memory {

inline constexpr std::size_t kTopicWords = 5;  // a longer phrase is no topic

// The key of a statement, or "". Linear in the statement; deterministic.
[[nodiscard]] std::string topic_key(std::string_view statement);

// The scope a word names ("prod" → "production", "mornings" → "morning"), or "".
[[nodiscard]] std::string_view scope_word(std::string_view word);

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
