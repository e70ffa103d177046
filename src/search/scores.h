// Scores of one query, by document, and the best of them.
//
// A Scores is reused from query to query, one a thread (a thread_local is fine), also across indexes: starting a query
// costs what the last one touched, never the size of the index, and allocates only when an index is larger than any
// before it.
//
// Thread-safety: none; one thread at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace holdfast::search {

using DocId = std::uint32_t;

struct ScoredDoc {
  DocId doc = 0;
  float score = 0;
  bool operator==(const ScoredDoc&) const = default;
};

class Scores {
 public:
  // Forgets the last query, and makes room for documents 0 … documents − 1.
  void start(std::size_t documents) {
    for (const DocId doc : touched_) values_[doc] = 0;
    touched_.clear();
    if (values_.size() < documents) values_.resize(documents);
  }

  // `amount` > 0.
  void add(DocId doc, float amount) {
    float& value = values_[doc];
    if (value == 0) touched_.push_back(doc);
    value += amount;
  }

  // Makes the score at least `value` > 0.
  void raise(DocId doc, float value) {
    float& held = values_[doc];
    if (held == 0) touched_.push_back(doc);
    held = std::max(held, value);
  }

  // 0 for a document that nothing matched. `doc` must be of the index scored last.
  [[nodiscard]] float operator[](DocId doc) const { return values_[doc]; }

  // The documents with a score, each once, in the order first touched.
  [[nodiscard]] std::span<const DocId> touched() const { return touched_; }

 private:
  std::vector<float> values_;
  std::vector<DocId> touched_;
};

// The best `k` documents: score descending, then by `newer(a, b)` (whether a goes before b; a strict order over
// DocIds), then the larger DocId, which was added later.
template <typename Newer>
[[nodiscard]] std::vector<ScoredDoc> top(const Scores& scores, std::size_t k, Newer newer) {
  std::vector<ScoredDoc> best;
  best.reserve(scores.touched().size());
  for (const DocId doc : scores.touched()) best.push_back({doc, scores[doc]});
  const auto before = [&newer](const ScoredDoc& a, const ScoredDoc& b) {
    if (a.score != b.score) return a.score > b.score;
    if (newer(a.doc, b.doc)) return true;
    if (newer(b.doc, a.doc)) return false;
    return a.doc > b.doc;
  };
  const std::size_t kept = std::min(k, best.size());
  std::partial_sort(best.begin(), best.begin() + static_cast<std::ptrdiff_t>(kept), best.end(), before);
  best.resize(kept);
  return best;
}

// The same with the larger DocId as the newer.
[[nodiscard]] inline std::vector<ScoredDoc> top(const Scores& scores, std::size_t k) {
  return top(scores, k, [](DocId a, DocId b) { return a > b; });
}

}  // namespace holdfast::search
