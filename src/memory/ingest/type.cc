#include "memory/ingest/type.h"

#include <algorithm>
#include <array>

namespace holdfast::memory {

const LinearHead& type_head() {
  static const LinearHead filled = [] {
    LinearHead head;
#include "memory/heads/type.inc"
    return head;
  }();
  return filled;
}

const LinearHead& type_vector_head() {
  static const LinearHead filled = [] {
    LinearHead head;
#include "memory/heads/type_vectors.inc"
    return head;
  }();
  return filled;
}

MemoryType type_of(const CueRow& cues, std::span<const float> vector, bool instruction) {
  const LinearHead& head = vector.empty() ? type_head() : type_vector_head();
  const std::vector<double> shares = vector.empty() ? head.shares(cues) : head.shares(cues, std::array{vector});
  MemoryType best = MemoryType::kFact;
  double highest = -1;
  for (const MemoryType type : {MemoryType::kFact, MemoryType::kInstruction, MemoryType::kEvent, MemoryType::kTask}) {
    if (type == MemoryType::kInstruction && !instruction) continue;
    for (std::size_t i = 0; i < shares.size(); ++i) {
      if (head.output_name(i) != to_string(type) || shares[i] <= highest) continue;
      highest = shares[i];
      best = type;
    }
  }
  return best;
}

}  // namespace holdfast::memory
