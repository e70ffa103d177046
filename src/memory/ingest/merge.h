// Joins the candidates of the full and the detail pass: one candidate for one thing, sources united.
#pragma once

#include <vector>

#include "memory/ingest/candidate.h"

namespace holdfast::memory {

// Deterministic whatever the order of the lists: the result is ordered by (time, position, first source line, content).
// A detail that a candidate of the full pass contains already is dropped into it; equal statements become one.
[[nodiscard]] std::vector<Candidate> merge(std::vector<std::vector<Candidate>> lists, std::vector<Dropped>& dropped);

}  // namespace holdfast::memory
