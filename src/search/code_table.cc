#include "search/code_table.h"

#include <algorithm>
#include <utility>

namespace holdfast::search {
namespace {

constexpr std::size_t kLeastDead = 1'024;  // tokens; below that compaction is not worth its walk

}  // namespace

void CodeTable::set(DocId doc, const TokenCodes& codes) {
  remove(doc);
  if (codes.bits.empty()) return;
  bytes_per_token_ = codes.bytes_per_token;
  if (doc >= ranges_.size()) ranges_.resize(doc + std::size_t{1});
  ranges_[doc] = {.first = static_cast<std::uint32_t>(tokens_in_arena()),
                  .tokens = static_cast<std::uint32_t>(codes.tokens())};
  const std::size_t needed = arena_.size() + codes.bits.size();
  if (needed > arena_.capacity()) arena_.reserve(std::max(needed, arena_.capacity() + arena_.capacity() / 4));
  arena_.insert(arena_.end(), codes.bits.begin(), codes.bits.end());
}

void CodeTable::remove(DocId doc) {
  if (!contains(doc)) return;
  dead_ += ranges_[doc].tokens;
  ranges_[doc] = {};
  if (dead_ >= kLeastDead && dead_ * 3 >= tokens_in_arena()) compact();
}

void CodeTable::move(DocId from, DocId to) {
  if (!contains(from)) return;
  if (to >= ranges_.size()) ranges_.resize(to + std::size_t{1});
  ranges_[to] = std::exchange(ranges_[from], {});
}

void CodeTable::compact() {
  std::vector<DocId> order;  // as they lie in the arena, so that each moves down over what has moved already
  for (DocId doc = 0; doc < ranges_.size(); ++doc)
    if (ranges_[doc].tokens > 0) order.push_back(doc);
  std::ranges::sort(order, {}, [&](DocId doc) { return ranges_[doc].first; });
  std::size_t to = 0;
  for (const DocId doc : order) {
    Range& range = ranges_[doc];
    const std::size_t size = std::size_t{range.tokens} * bytes_per_token_;
    const auto from = arena_.begin() + static_cast<std::ptrdiff_t>(std::size_t{range.first} * bytes_per_token_);
    std::copy(from, from + static_cast<std::ptrdiff_t>(size), arena_.begin() + static_cast<std::ptrdiff_t>(to));
    range.first = static_cast<std::uint32_t>(to / bytes_per_token_);
    to += size;
  }
  arena_.resize(to);
  dead_ = 0;
  if (arena_.capacity() > 2 * to) shrink_to_fit();
}

std::span<const std::uint8_t> CodeTable::codes(DocId doc) const {
  if (!contains(doc)) return {};
  const Range& range = ranges_[doc];
  return std::span(arena_).subspan(std::size_t{range.first} * bytes_per_token_,
                                   std::size_t{range.tokens} * bytes_per_token_);
}

std::size_t CodeTable::bytes() const { return sizeof(*this) + arena_.capacity() + ranges_.capacity() * sizeof(Range); }

void CodeTable::shrink_to_fit() {
  arena_.shrink_to_fit();
  ranges_.shrink_to_fit();
}

}  // namespace holdfast::search
