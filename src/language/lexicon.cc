#include "language/lexicon.h"

#include <array>
#include <cassert>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "language/characters.h"
#include "language/porter.h"
#include "language/word_table.h"

namespace holdfast::language {
namespace {

constexpr std::string_view kStopWords =
#include "language/stop_words.inc"
    ;
constexpr std::string_view kVerbs =
#include "language/verbs.inc"
    ;
constexpr std::string_view kCommonWords =
#include "language/common_words.inc"
    ;
constexpr std::string_view kSynonyms =
#include "language/synonyms.inc"
    ;

constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                       "Friday", "Saturday", "Sunday"};

// The groups of synonyms.inc by stem. Each group is laid out twice in a row, so that the others of any of its terms are
// one span: those from the next place on, one fewer than the group has.
class Synonyms {
 public:
  Synonyms() {
    std::size_t at = 0;
    while (at < kSynonyms.size()) {
      std::size_t end = kSynonyms.find('\n', at);
      if (end == kSynonyms.npos) end = kSynonyms.size();
      add_group(kSynonyms.substr(at, end - at));
      at = end + 1;
    }
  }

  [[nodiscard]] std::span<const std::string_view> find(std::string_view term) const {
    const auto found = places_.find(term);
    return found == places_.end() ? std::span<const std::string_view>{} : found->second;
  }

 private:
  void add_group(std::string_view line) {
    std::vector<std::string_view> group;
    while (!line.empty()) {
      const std::size_t blank = line.find(' ');
      std::string stem = porter_stem(line.substr(0, blank));
      line = blank == line.npos ? std::string_view{} : line.substr(blank + 1);
      bool known = places_.contains(stem);
      for (const std::string_view other : group) known = known || other == stem;
      if (!known) group.emplace_back(stems_.emplace_back(std::move(stem)));
    }
    if (group.size() < 2) return;
    const std::size_t size = group.size();
    std::vector<std::string_view>& twice = groups_.emplace_back(group);
    twice.insert(twice.end(), group.begin(), group.end());
    for (std::size_t i = 0; i < size; ++i) places_.emplace(twice[i], std::span(twice).subspan(i + 1, size - 1));
  }

  std::deque<std::string> stems_;  // never moved: the views point into them
  std::deque<std::vector<std::string_view>> groups_;
  std::unordered_map<std::string_view, std::span<const std::string_view>> places_;
};

struct Calendar {
  Calendar() {
    for (std::uint32_t i = 0; i < 12; ++i) {
      const std::string_view name = lower(kMonths[i]);
      months.add(name, i + 1);
      if (name.size() > 3) months.add(name.substr(0, 3), i + 1);
    }
    months.add("sept", 9);
    for (std::uint32_t i = 0; i < 7; ++i) {
      const std::string_view name = lower(kWeekdays[i]);
      weekdays.add(name, i + 1);
      weekdays.add(name.substr(0, 3), i + 1);
    }
    weekdays.add("tues", 2);
    weekdays.add("weds", 3);
    weekdays.add("thur", 4);
    weekdays.add("thurs", 4);
  }

  std::string_view lower(std::string_view name) {
    std::string& folded = names.emplace_back(name);
    folded[0] = ascii_lower(folded[0]);
    return folded;
  }

  std::deque<std::string> names;
  WordTable months{32};
  WordTable weekdays{32};
};

const Calendar& calendar() {
  static const Calendar made;
  return made;
}

WordTable make_numbers() {
  WordTable table(40);
  std::uint32_t value = 0;
  for (const std::string_view word :
       {"zero", "one",    "two",    "three",    "four",     "five",    "six",     "seven",     "eight",    "nine",
        "ten",  "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"})
    table.add(word, ++value);
  value = 20;
  for (const std::string_view word : {"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}) {
    table.add(word, value + 1);
    value += 10;
  }
  return table;
}

// "deployed", "formatting", "prioritize"; not "red" or "thing".
bool verb_ending(std::string_view word) {
  for (const std::string_view ending : {"ed", "ing", "ize", "ise", "ify"}) {
    if (!word.ends_with(ending) || word.size() < ending.size() + 3) continue;
    for (const char c : word)
      if (!is_ascii_lower(c)) return false;
    return true;
  }
  return false;
}

bool verb_contraction(std::string_view word) {
  for (const std::string_view ending : {"'s", "'re", "'m", "'ll", "'ve", "n't", "'d"})
    if (word.ends_with(ending)) return true;
  return false;
}

}  // namespace

bool is_stop_word(std::string_view word) {
  static const WordTable table = WordTable::of(kStopWords);
  return word.size() <= 10 && table.find(word) != 0;
}

std::span<const std::string_view> synonyms(std::string_view stemmed_term) {
  static const Synonyms groups;
  return groups.find(stemmed_term);
}

int month_number(std::string_view word) {
  return word.size() < 3 || word.size() > 9 ? 0 : static_cast<int>(calendar().months.find(word));
}

std::string_view month_name(int month) {
  assert(month >= 1 && month <= 12);
  return kMonths[static_cast<std::size_t>(month - 1)];
}

int weekday_number(std::string_view word) {
  return word.size() < 3 || word.size() > 9 ? 0 : static_cast<int>(calendar().weekdays.find(word));
}

std::string_view weekday_name(int weekday) {
  assert(weekday >= 1 && weekday <= 7);
  return kWeekdays[static_cast<std::size_t>(weekday - 1)];
}

int number_word(std::string_view word) {
  static const WordTable table = make_numbers();
  return static_cast<int>(table.find(word)) - 1;
}

bool is_common_word(std::string_view word) {
  static const WordTable table = WordTable::of(kCommonWords);
  return table.find(word) != 0 || is_stop_word(word);
}

bool is_verb(std::string_view word) {
  static const WordTable table = WordTable::of(kVerbs);
  return table.find(word) != 0 || verb_ending(word) || (word.contains('\'') && verb_contraction(word));
}

}  // namespace holdfast::language
