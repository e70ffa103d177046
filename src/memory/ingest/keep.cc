#include "memory/ingest/keep.h"

#include <array>

namespace holdfast::memory {

const LinearHead& keep_head() {
  static const LinearHead filled = [] {
    LinearHead head;
#include "memory/heads/keep.inc"
    return head;
  }();
  return filled;
}

const LinearHead& keep_vector_head() {
  static const LinearHead filled = [] {
    LinearHead head;
#include "memory/heads/keep_vectors.inc"
    return head;
  }();
  return filled;
}

double keep_probability(const CueRow& cues, std::span<const float> vector) {
  if (vector.empty()) return keep_head().probability(cues);
  return keep_vector_head().probability(cues, std::array{vector});
}

}  // namespace holdfast::memory
