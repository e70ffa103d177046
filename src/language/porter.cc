#include "language/porter.h"

#include <algorithm>
#include <cstring>

namespace holdfast::language {
namespace {

// The names (measure, *v*, *d, *o) and the order of the steps are those of the paper.
class Stemmer {
 public:
  Stemmer(char* word, std::size_t size) : word_(word), size_(size) {}

  std::size_t run() {
    step_1a();
    step_1b();
    step_1c();
    step_2();
    step_3();
    step_4();
    step_5();
    return size_;
  }

 private:
  [[nodiscard]] bool consonant(std::size_t i) const {
    switch (word_[i]) {
      case 'a':
      case 'e':
      case 'i':
      case 'o':
      case 'u':
        return false;
      case 'y':
        return i == 0 || !consonant_before_y(i);
      default:
        return true;
    }
  }

  // A y is a vowel after a consonant; a run of y alternates, counted back without recursion.
  [[nodiscard]] bool consonant_before_y(std::size_t i) const {
    std::size_t first = i - 1;
    while (first > 0 && word_[first] == 'y') --first;
    const bool start = word_[first] == 'y' || consonant_letter(word_[first]);
    return (i - 1 - first) % 2 == 0 ? start : !start;
  }

  static bool consonant_letter(char c) { return c != 'a' && c != 'e' && c != 'i' && c != 'o' && c != 'u'; }

  // The m of [C](VC)^m[V], of word[0, end).
  [[nodiscard]] int measure(std::size_t end) const {
    int m = 0;
    std::size_t i = 0;
    while (i < end && consonant(i)) ++i;
    while (i < end) {
      while (i < end && !consonant(i)) ++i;
      if (i >= end) break;
      ++m;
      while (i < end && consonant(i)) ++i;
    }
    return m;
  }

  [[nodiscard]] bool has_vowel(std::size_t end) const {
    for (std::size_t i = 0; i < end; ++i)
      if (!consonant(i)) return true;
    return false;
  }

  [[nodiscard]] bool double_consonant() const {
    return size_ >= 2 && word_[size_ - 1] == word_[size_ - 2] && consonant(size_ - 1);
  }

  // *o: ends consonant, vowel, consonant, the last not w, x or y.
  [[nodiscard]] bool short_end(std::size_t end) const {
    if (end < 3 || !consonant(end - 1) || consonant(end - 2) || !consonant(end - 3)) return false;
    const char c = word_[end - 1];
    return c != 'w' && c != 'x' && c != 'y';
  }

  [[nodiscard]] bool ends(std::string_view suffix) const {
    return size_ >= suffix.size() && word_[size_ - 1] == suffix.back() &&
           std::memcmp(word_ + size_ - suffix.size(), suffix.data(), suffix.size()) == 0;
  }

  void replace(std::size_t suffix, std::string_view by) {
    size_ -= suffix;
    std::memcpy(word_ + size_, by.data(), by.size());
    size_ += by.size();
  }

  void step_1a() {
    if (word_[size_ - 1] != 's') return;
    if (ends("sses") || ends("ies")) {
      size_ -= 2;
    } else if (!ends("ss")) {
      --size_;
    }
  }

  void step_1b() {
    if (ends("eed")) {
      if (measure(size_ - 3) > 0) --size_;
      return;
    }
    const std::size_t suffix = ends("ed") ? 2 : ends("ing") ? 3 : 0;
    if (suffix == 0 || !has_vowel(size_ - suffix)) return;
    size_ -= suffix;
    if (ends("at") || ends("bl") || ends("iz")) {
      replace(0, "e");
    } else if (double_consonant() && word_[size_ - 1] != 'l' && word_[size_ - 1] != 's' && word_[size_ - 1] != 'z') {
      --size_;
    } else if (measure(size_) == 1 && short_end(size_)) {
      replace(0, "e");
    }
  }

  void step_1c() {
    if (word_[size_ - 1] == 'y' && has_vowel(size_ - 1)) word_[size_ - 1] = 'i';
  }

  struct Rule {
    std::string_view suffix;
    std::string_view by;
  };

  // The first rule whose suffix fits decides, whether or not its condition holds.
  template <std::size_t N>
  void apply(const Rule (&rules)[N], int over) {
    for (const Rule& rule : rules) {
      if (!ends(rule.suffix)) continue;
      if (measure(size_ - rule.suffix.size()) > over) replace(rule.suffix.size(), rule.by);
      return;
    }
  }

  void step_2() {
    static constexpr Rule kRules[] = {{"ational", "ate"}, {"tional", "tion"}, {"enci", "ence"},   {"anci", "ance"},
                                      {"izer", "ize"},    {"abli", "able"},   {"alli", "al"},     {"entli", "ent"},
                                      {"eli", "e"},       {"ousli", "ous"},   {"ization", "ize"}, {"ation", "ate"},
                                      {"ator", "ate"},    {"alism", "al"},    {"iveness", "ive"}, {"fulness", "ful"},
                                      {"ousness", "ous"}, {"aliti", "al"},    {"iviti", "ive"},   {"biliti", "ble"}};
    if (size_ > 3) apply(kRules, 0);
  }

  void step_3() {
    static constexpr Rule kRules[] = {{"icate", "ic"}, {"ative", ""}, {"alize", "al"}, {"iciti", "ic"},
                                      {"ical", "ic"},  {"ful", ""},   {"ness", ""}};
    if (size_ > 3) apply(kRules, 0);
  }

  void step_4() {
    static constexpr Rule kRules[] = {{"al", ""},   {"ance", ""}, {"ence", ""}, {"er", ""},    {"ic", ""},
                                      {"able", ""}, {"ible", ""}, {"ant", ""},  {"ement", ""}, {"ment", ""},
                                      {"ent", ""},  {"ou", ""},   {"ism", ""},  {"ate", ""},   {"iti", ""},
                                      {"ous", ""},  {"ive", ""},  {"ize", ""}};
    if (ends("ion")) {
      const bool after = size_ > 3 && (word_[size_ - 4] == 's' || word_[size_ - 4] == 't');
      if (after && measure(size_ - 3) > 1) size_ -= 3;
      return;
    }
    apply(kRules, 1);
  }

  void step_5() {
    if (word_[size_ - 1] == 'e') {
      const int m = measure(size_ - 1);
      if (m > 1 || (m == 1 && !short_end(size_ - 1))) --size_;
    }
    if (word_[size_ - 1] == 'l' && double_consonant() && measure(size_) > 1) --size_;
  }

  char* word_;
  std::size_t size_;
};

}  // namespace

std::size_t porter_stem(char* word, std::size_t size) {
  if (size < 3 || !std::all_of(word, word + size, [](char c) { return c >= 'a' && c <= 'z'; })) return size;
  return Stemmer(word, size).run();
}

std::string porter_stem(std::string_view word) {
  std::string stem(word);
  stem.resize(porter_stem(stem.data(), stem.size()));
  return stem;
}

}  // namespace holdfast::language
