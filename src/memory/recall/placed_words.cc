#include "memory/recall/placed_words.h"

#include <algorithm>

#include "language/words.h"

namespace holdfast::memory {
namespace {

constexpr double kReach = 7;             // words over which nearness falls to a half
constexpr std::size_t kClauseGap = 3;    // words that a comma stands for
constexpr std::size_t kSentenceGap = 9;  // and the end of a sentence

// What the text between two words adds to their distance.
std::size_t gap(std::string_view between) {
  std::size_t gap = 0;
  for (const char c : between) {
    if (c == '.' || c == '!' || c == '?' || c == ';' || c == '\n') gap = kSentenceGap;
    if (c == ',' || c == ':') gap = std::max(gap, kClauseGap);
  }
  return gap;
}

}  // namespace

std::vector<PlacedWord> placed_words(std::string_view text) {
  std::vector<PlacedWord> words;
  std::size_t end = 0;
  std::size_t place = 0;
  language::for_each_word(text, [&](const language::Word& word) {
    if (word.part) {
      // What a compound is made of stands where it stands.
      if (!words.empty())
        language::terms_of_word(word.text, word.compound,
                                [&](std::string_view term) { words.back().terms.emplace_back(term); });
      return;
    }
    place += 1 + gap(text.substr(end, word.begin - end));
    end = word.end;
    PlacedWord& one = words.emplace_back(PlacedWord{
        .begin = word.begin, .end = word.end, .place = place, .folded = std::string(word.text), .terms = {}});
    language::terms_of_word(word.text, word.compound, [&](std::string_view term) { one.terms.emplace_back(term); });
  });
  return words;
}

std::size_t place_at(const std::vector<PlacedWord>& words, std::size_t at) {
  if (words.empty()) return 0;
  const auto found = std::ranges::upper_bound(words, at, {}, &PlacedWord::end);
  return found == words.end() ? words.back().place : found->place;
}

double nearness(std::size_t place, std::size_t other) {
  const double distance = place > other ? static_cast<double>(place - other) : static_cast<double>(other - place);
  return kReach / (kReach + distance);
}

SpokenOf::SpokenOf(const std::vector<WeightedTerm>& asked, const std::vector<PlacedWord>& words) {
  for (const WeightedTerm& term : asked) {
    if (term.word >= words_.size()) words_.resize(term.word + 1);
    Word& one = words_[term.word];
    one.rarity = std::max(one.rarity, term.rarity);
    one.asked = one.asked || term.asked || term.detail;
    for (const PlacedWord& word : words) {
      if (std::ranges::find(word.terms, term.term) != word.terms.end()) one.places.push_back(word.place);
    }
  }
}

double SpokenOf::near(std::size_t place, bool only_asked) const {
  double all = 0;
  double sum = 0;
  for (const Word& word : words_) {
    if (only_asked && !word.asked) continue;
    all += word.rarity;
    double nearest = 0;
    for (const std::size_t at : word.places) nearest = std::max(nearest, nearness(at, place));
    sum += nearest * word.rarity;
  }
  return all > 0 ? sum / all : 0;
}

}  // namespace holdfast::memory
