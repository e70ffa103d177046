#include "models/openai/about_tokens.h"

#include <algorithm>

#include "base/utf8.h"

namespace holdfast::models {
namespace {

constexpr std::size_t kUnit = 30;  // a token, in the units of a cost
constexpr std::size_t kWord = kUnit * 13 / 10;
constexpr std::size_t kAsciiByte = kUnit / 6;
constexpr std::size_t kOtherByte = kUnit / 3;
constexpr std::size_t kLongestWord = 48;  // bytes; what is longer is taken apart
constexpr std::string_view kSpace = " \t\r\n\f\v";

struct Word {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t cost = 0;
};

std::size_t cost_of(std::string_view word) {
  std::size_t cost = 0;
  for (const char byte : word) cost += static_cast<unsigned char>(byte) < 0x80 ? kAsciiByte : kOtherByte;
  return std::max(cost, kWord);
}

// The words of a text until they cost `most`.
std::vector<Word> words_of(std::string_view text, std::size_t most) {
  std::vector<Word> words;
  std::size_t at = 0, sum = 0;
  while (sum < most) {
    const std::size_t begin = text.find_first_not_of(kSpace, at);
    if (begin == std::string_view::npos) break;
    const std::size_t end = std::min(text.find_first_of(kSpace, begin), text.size());
    const std::string_view part = first_bytes(text.substr(begin, end - begin), kLongestWord);
    at = begin + std::max<std::size_t>(part.size(), 1);
    words.push_back({begin, at, cost_of(text.substr(begin, at - begin))});
    sum += words.back().cost;
  }
  return words;
}

std::size_t units(std::size_t tokens) {
  constexpr std::size_t kMost = std::size_t{1} << 40;
  return std::min(tokens, kMost) * kUnit;
}

// The first word at or after `begin` that is not among those of `most` in cost; at least one is.
std::size_t after(const std::vector<Word>& words, std::size_t begin, std::size_t most) {
  std::size_t sum = words[begin].cost, end = begin + 1;
  while (end < words.size() && sum + words[end].cost <= most) sum += words[end++].cost;
  return end;
}

}  // namespace

std::size_t about_tokens(std::string_view text) {
  std::size_t sum = 0;
  for (const Word& word : words_of(text, static_cast<std::size_t>(-1))) sum += word.cost;
  return (sum + kUnit - 1) / kUnit;
}

std::string_view first_tokens(std::string_view text, std::size_t tokens) {
  const std::vector<Word> words = words_of(text, units(tokens) + 1);
  if (words.empty()) return text.substr(0, 0);
  const std::size_t end = after(words, 0, units(tokens));
  return end == words.size() && text.find_first_not_of(kSpace, words.back().end) == std::string_view::npos
             ? text
             : text.substr(0, words[end - 1].end);
}

std::vector<std::string_view> about_pieces(std::string_view text, std::size_t tokens, std::size_t stride,
                                           std::size_t most) {
  tokens = std::max<std::size_t>(tokens, 1);
  stride = std::clamp<std::size_t>(stride, 1, tokens);
  const std::vector<Word> words = words_of(text, static_cast<std::size_t>(-1));
  if (words.empty()) return {text};
  std::vector<std::string_view> pieces;
  std::size_t begin = 0;
  for (;;) {
    std::size_t end = after(words, begin, units(tokens));
    std::size_t rest = 0;
    for (std::size_t i = end; i < words.size() && rest * 10 < units(tokens); ++i) rest += words[i].cost;
    if (rest * 10 < units(tokens)) end = words.size();
    const std::size_t from = begin == 0 ? 0 : words[begin].begin;
    const std::size_t to = end == words.size() ? text.size() : words[end].begin;
    pieces.push_back(text.substr(from, to - from));
    if (end == words.size() || pieces.size() >= std::max<std::size_t>(most, 1)) return pieces;
    begin = std::min(after(words, begin, units(stride)), end);
  }
}

}  // namespace holdfast::models
