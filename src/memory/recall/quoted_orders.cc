#include "memory/recall/quoted_orders.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <vector>

#include "language/words.h"

namespace holdfast::memory {
namespace {

using Words = std::initializer_list<std::string_view>;

bool is_one_of(std::string_view word, Words words) { return std::ranges::find(words, word) != words.end(); }

struct Stretch {
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct Mark {
  std::string_view opens;
  std::string_view closes;
};
constexpr auto kEnclosures =
    std::to_array<Mark>({{"<!--", "-->"}, {"[", "]"}, {"(", ")"}, {"\"", "\""}, {"“", "”"}, {"{", "}"}});

// What is enclosed, the outermost of each; what is opened and never closed encloses nothing.
std::vector<Stretch> enclosed(std::string_view text) {
  std::vector<Stretch> found;
  for (std::size_t at = 0; at < text.size();) {
    const auto mark =
        std::ranges::find_if(kEnclosures, [&](const Mark& m) { return text.substr(at).starts_with(m.opens); });
    if (mark == kEnclosures.end()) {
      ++at;
      continue;
    }
    const std::size_t close = text.find(mark->closes, at + mark->opens.size());
    if (close == text.npos) {
      at += mark->opens.size();
      continue;
    }
    std::size_t end = close + mark->closes.size();
    while (mark->opens == "[" && end < text.size() && text[end] == ']') ++end;  // "[[…]]"
    found.push_back({at, end});
    at = end;
  }
  return found;
}

// Paragraphs of what is left, parted by blank lines.
std::vector<Stretch> paragraphs(std::string_view text) {
  std::vector<Stretch> found;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t blank = text.find("\n\n", begin);
    const std::size_t end = blank == text.npos ? text.size() : blank + 2;
    found.push_back({begin, end});
    begin = end;
  }
  return found;
}

std::string without(std::string_view text, const std::vector<Stretch>& stretches) {
  std::string kept;
  std::size_t at = 0;
  for (const Stretch& stretch : stretches) {
    if (!orders_machines(text.substr(stretch.begin, stretch.end - stretch.begin))) continue;
    kept.append(text.substr(at, stretch.begin - at));
    at = stretch.end;
  }
  kept.append(text.substr(at));
  return kept;
}

}  // namespace

bool orders_machines(std::string_view text) {
  constexpr std::size_t kReach = 4;  // words between "ignore" and "instructions"
  std::vector<std::string> words;
  language::for_each_word(text, [&](const language::Word& word) {
    if (!word.part) words.emplace_back(word.text);
  });
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const bool machine = is_one_of(words[i], {"ai", "llm", "automated"});
    if (machine && is_one_of(words[i + 1], {"agents", "agent", "systems", "system", "assistants", "assistant", "models",
                                            "model", "tools", "bots", "readers", "crawlers", "processing", "reading"}))
      return true;
    if (words[i] == "system" && is_one_of(words[i + 1], {"prompt", "prompts", "override"})) return true;
    if (words[i] == "language" && is_one_of(words[i + 1], {"models"})) return true;
    if (!is_one_of(words[i], {"ignore", "disregard", "forget", "override"})) continue;
    for (std::size_t j = i + 1; j < std::min(words.size(), i + 1 + kReach); ++j) {
      if (is_one_of(words[j], {"instructions", "prompts", "guidelines"})) return true;
    }
  }
  return false;
}

std::string without_machine_orders(std::string_view text) {
  if (!orders_machines(text)) return std::string(text);
  const std::string open = without(text, enclosed(text));
  if (!orders_machines(open)) return open;
  return without(open, paragraphs(open));
}

}  // namespace holdfast::memory
