// The words of a text and how far they stand from one another.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "memory/recall/query.h"

namespace holdfast::memory {

struct PlacedWord {
  std::size_t begin = 0;  // in bytes
  std::size_t end = 0;
  std::size_t place = 0;  // counts the words before it, and more where a clause or a sentence ends
  std::string folded;
  std::vector<std::string> terms;
};

// In order; parts of compounds are left out.
[[nodiscard]] std::vector<PlacedWord> placed_words(std::string_view text);

// The place of the first word that ends after byte `at`; that of the last word when there is none.
[[nodiscard]] std::size_t place_at(const std::vector<PlacedWord>& words, std::size_t at);

// 1 for the same place, a half at seven words, falling on.
[[nodiscard]] double nearness(std::size_t place, std::size_t other);

// Which places of a text speak of each word of a question.
class SpokenOf {
 public:
  SpokenOf(const std::vector<WeightedTerm>& asked, const std::vector<PlacedWord>& words);

  // Σ over the question's words of rarity · nearness of the closest place that has it, as a share of all: 0 to 1.
  // `only_asked`: of the words of the thing asked for alone; 0 when there are none.
  [[nodiscard]] double near(std::size_t place, bool only_asked = false) const;

 private:
  struct Word {
    double rarity = 0;
    bool asked = false;
    std::vector<std::size_t> places;
  };
  std::vector<Word> words_;
};

}  // namespace holdfast::memory
