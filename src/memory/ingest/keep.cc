#include "memory/ingest/keep.h"

#include <array>

namespace holdfast::memory {

CueRow keep_cues(CueRow of_unit, const Surroundings& around) {
  add_cues(around, of_unit);
  return of_unit;
}

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
