#include "memory/ingest/keep.h"

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

}  // namespace holdfast::memory
