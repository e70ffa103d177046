#include "models/embedded/wordpiece.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "base/utf8.h"

namespace holdfast::models {
namespace {

constexpr std::string_view kGoesOn = "##";
constexpr std::uint32_t kMostNodes = 1U << 24U;  // a node and a byte are one 32-bit key

// a · b + c, at most the largest number there is.
std::size_t saturating(std::size_t a, std::size_t b, std::size_t c) {
  constexpr std::size_t kMost = std::numeric_limits<std::size_t>::max();
  if (a != 0 && b > kMost / a) return kMost;
  return a * b > kMost - c ? kMost : a * b + c;
}

}  // namespace

Result<WordPiece> WordPiece::make(std::string_view vocabulary) {
  WordPiece made;
  made.rehash(std::size_t{1} << 10U);
  made.id_.push_back(kNone);
  while (!vocabulary.empty()) {
    const std::size_t end = std::min(vocabulary.find('\n'), vocabulary.size());
    HOLDFAST_CHECK(made.add(vocabulary.substr(0, end)));
    vocabulary.remove_prefix(std::min(end + 1, vocabulary.size()));
  }
  if (made.unknown_ == kNone || made.start_ == kNone || made.separator_ == kNone) {
    return fail(Code::kCorrupt, "the vocabulary lacks [UNK], [CLS] or [SEP]");
  }
  return made;
}

Result<void> WordPiece::add(std::string_view entry) {
  const auto id = static_cast<std::uint32_t>(goes_on_.size());
  const auto corrupt = [id](std::string_view what) {
    return fail(Code::kCorrupt, fmt::format("line {} of the vocabulary {}", id + 1, what));
  };
  if (id >= kMostEntries) return corrupt("is one too many");
  if (entry.empty() || entry == kGoesOn) return corrupt("is empty");
  if (!valid_utf8(entry)) return corrupt("is not UTF-8");
  if (id_.size() + entry.size() > kMostNodes) return corrupt("makes it too large");

  std::uint32_t node = 0;
  for (std::size_t i = 0; i < entry.size(); ++i) {
    node = grow(node, entry[i]);
    if (i + 1 == kGoesOn.size() && entry.starts_with(kGoesOn)) continuation_ = node;
  }
  if (id_[node] != kNone) return corrupt("is there twice");
  id_[node] = id;
  goes_on_.push_back(entry.starts_with(kGoesOn));
  if (entry == "[UNK]") unknown_ = id;
  if (entry == "[CLS]") start_ = id;
  if (entry == "[SEP]") separator_ = id;
  return {};
}

std::size_t WordPiece::slot_of(std::uint32_t key) const {
  std::size_t slot = (key * 2'654'435'769U) >> shift_;  // Fibonacci hashing
  while (edges_[slot].key != key && edges_[slot].key != kNone) slot = (slot + 1) & (edges_.size() - 1);
  return slot;
}

std::uint32_t WordPiece::walk(std::uint32_t node, char byte) const {
  const Edge& edge = edges_[slot_of((node << 8U) | static_cast<unsigned char>(byte))];
  return edge.key == kNone ? kNone : edge.node;
}

std::uint32_t WordPiece::grow(std::uint32_t node, char byte) {
  if (const std::uint32_t there = walk(node, byte); there != kNone) return there;
  if (2 * (id_.size() + 1) > edges_.size()) rehash(2 * edges_.size());
  const std::uint32_t key = (node << 8U) | static_cast<unsigned char>(byte);
  const auto fresh = static_cast<std::uint32_t>(id_.size());
  edges_[slot_of(key)] = {key, fresh};
  id_.push_back(kNone);
  return fresh;
}

void WordPiece::rehash(std::size_t slots) {
  const std::vector<Edge> old = std::exchange(edges_, std::vector<Edge>(slots, Edge{kNone, kNone}));
  shift_ = 32U - static_cast<unsigned>(std::countr_zero(slots));
  for (const Edge& edge : old) {
    if (edge.key != kNone) edges_[slot_of(edge.key)] = edge;
  }
}

Tokens WordPiece::tokenize(std::string_view text, std::size_t most) const {
  Tokens tokens;
  BertWords words(text);
  BertWord word;
  while (tokens.ids.size() < most && words.next(word)) append(word, tokens);
  if (tokens.ids.size() > most) {
    tokens.ids.resize(most);
    tokens.spans.resize(most);
  }
  return tokens;
}

void WordPiece::append(const BertWord& word, Tokens& tokens) const {
  const std::size_t before = tokens.ids.size();
  std::size_t from = word.characters > BertWord::kMostCharacters ? word.size : 0;
  while (from < word.size) {
    std::uint32_t node = from == 0 ? 0 : continuation_;
    std::uint32_t longest = kNone;
    std::size_t to = from;
    for (std::size_t i = from; i < word.size && node != kNone; ++i) {
      node = walk(node, word.bytes[i]);
      if (node != kNone && id_[node] != kNone) {
        longest = id_[node];
        to = i + 1;
      }
    }
    if (longest == kNone) break;
    tokens.ids.push_back(longest);
    tokens.spans.push_back({word.begins[from], word.ends[to - 1]});
    from = to;
  }
  if (from < word.size || word.characters > BertWord::kMostCharacters) {
    tokens.ids.resize(before);
    tokens.spans.resize(before);
    tokens.ids.push_back(unknown_);
    tokens.spans.push_back({word.begin, word.end});
  }
}

std::vector<std::string_view> WordPiece::pieces(std::string_view text, std::size_t tokens, std::size_t stride,
                                                std::size_t most) const {
  tokens = std::max<std::size_t>(tokens, 1);
  stride = std::clamp<std::size_t>(stride, 1, tokens);
  most = std::max<std::size_t>(most, 1);
  const std::size_t rest = std::max<std::size_t>(tokens / 10, 1);
  // As much as the last run and the rest behind it need.
  const Tokens all = tokenize(text, saturating(most - 1, stride, saturating(1, tokens, rest)));
  const std::size_t count = all.ids.size();

  // The beginning of the word that token i is part of, or i itself when that is not behind `floor`.
  const auto cut = [&](std::size_t i, std::size_t floor) {
    std::size_t at = i;
    while (at > floor && goes_on(all.ids[at])) --at;
    return at > floor ? at : i;
  };
  std::vector<std::string_view> pieces;
  std::size_t begin = 0;
  while (pieces.size() < most) {
    std::size_t end = count;
    if (count - begin > tokens) {
      end = cut(begin + tokens, begin);
      if (count - end < rest) end = count;
    }
    const std::size_t from = begin == 0 ? 0 : all.spans[begin].begin;
    const std::size_t to = end == count ? text.size() : all.spans[end].begin;
    pieces.push_back(text.substr(from, to - from));
    if (end == count) break;
    begin = cut(begin + stride, begin);
  }
  return pieces;
}

}  // namespace holdfast::models
