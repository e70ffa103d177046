// From words to the numbers of their terms, each distinct word stemmed and judged once.
//
// Opening a profile indexes every word it ever saw; most of the cost would be stemming the same words again. Two caches
// stand side by side because the same letters mean another term when they are part of an identifier or a path.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "language/words.h"
#include "search/vocabulary.h"

namespace holdfast::memory {

class WordCache {
 public:
  struct Entry {
    std::uint32_t first = 0;  // of its terms
    std::uint32_t terms = 0;
    std::uint32_t classes = 0;  // word_classes() of the word
  };

  // The word's entry, made at first sight; new terms are interned in `vocabulary`, always the same one.
  [[nodiscard]] const Entry& look_up(const language::Word& word, search::Vocabulary& vocabulary);
  [[nodiscard]] std::span<const search::TermId> terms(const Entry& entry) const {
    return {terms_.data() + entry.first, entry.terms};
  }

  [[nodiscard]] std::size_t bytes() const;
  void shrink_to_fit();

 private:
  struct Words {
    search::Vocabulary raw;
    std::vector<Entry> entries;  // by number in `raw`
  };
  Words plain_, compound_;
  std::vector<search::TermId> terms_;
};

}  // namespace holdfast::memory
