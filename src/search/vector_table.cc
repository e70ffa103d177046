#include "search/vector_table.h"

#include <algorithm>
#include <utility>

namespace holdfast::search {
namespace {

constexpr std::size_t kLeastDead = 64;  // rows; below that compaction is not worth its walk

// Vectors are most of a profile's memory, so room grows by a quarter where std::vector would double it.
template <typename T>
void grow(std::vector<T>& list, std::size_t more) {
  const std::size_t needed = list.size() + more;
  if (needed > list.capacity()) list.reserve(std::max(needed, list.capacity() + list.capacity() / 4));
}

}  // namespace

void VectorTable::set(DocId doc, std::span<const QuantisedVector> vectors) {
  remove(doc);
  if (vectors.empty()) return;
  if (dimensions_ == 0) dimensions_ = vectors.front().values.size();
  if (doc >= ranges_.size()) ranges_.resize(doc + std::size_t{1});
  ranges_[doc] = {.first = static_cast<std::uint32_t>(docs_.size()),
                  .count = static_cast<std::uint32_t>(vectors.size())};
  grow(values_, vectors.size() * dimensions_);
  grow(scales_, vectors.size());
  grow(docs_, vectors.size());
  for (const QuantisedVector& vector : vectors) {
    values_.insert(values_.end(), vector.values.begin(), vector.values.end());
    scales_.push_back(vector.scale);
    docs_.push_back(doc);
  }
}

void VectorTable::remove(DocId doc) {
  if (!contains(doc)) return;
  const Range range = ranges_[doc];
  ranges_[doc] = {};
  for (std::size_t row = range.first; row < range.first + range.count; ++row) {
    scales_[row] = 0;
    docs_[row] = kNoRowDoc;
  }
  dead_ += range.count;
  if (dead_ >= kLeastDead && dead_ * 3 >= docs_.size()) compact();
}

void VectorTable::move(DocId from, DocId to) {
  if (!contains(from)) return;
  if (to >= ranges_.size()) ranges_.resize(to + std::size_t{1});
  ranges_[to] = std::exchange(ranges_[from], {});
  for (std::size_t row = ranges_[to].first; row < ranges_[to].first + ranges_[to].count; ++row) docs_[row] = to;
}

void VectorTable::compact() {
  std::size_t to = 0;
  for (std::size_t from = 0; from < docs_.size(); ++from) {
    const DocId doc = docs_[from];
    if (doc == kNoRowDoc) continue;
    if (from == ranges_[doc].first) ranges_[doc].first = static_cast<std::uint32_t>(to);
    if (from != to) {
      std::copy_n(values_.begin() + static_cast<std::ptrdiff_t>(from * dimensions_), dimensions_,
                  values_.begin() + static_cast<std::ptrdiff_t>(to * dimensions_));
      scales_[to] = scales_[from];
      docs_[to] = doc;
    }
    ++to;
  }
  values_.resize(to * dimensions_);
  scales_.resize(to);
  docs_.resize(to);
  dead_ = 0;
  if (docs_.capacity() > 2 * to) shrink_to_fit();
}

VectorTable::Rows VectorTable::rows_of(DocId doc) const {
  if (!contains(doc)) return {};
  const Range range = ranges_[doc];
  return {.values = values().subspan(range.first * dimensions_, range.count * dimensions_),
          .scales = scales().subspan(range.first, range.count)};
}

std::size_t VectorTable::bytes() const {
  return sizeof(*this) + values_.capacity() + scales_.capacity() * sizeof(float) + docs_.capacity() * sizeof(DocId) +
         ranges_.capacity() * sizeof(Range);
}

void VectorTable::shrink_to_fit() {
  values_.shrink_to_fit();
  scales_.shrink_to_fit();
  docs_.shrink_to_fit();
  ranges_.shrink_to_fit();
}

}  // namespace holdfast::search
