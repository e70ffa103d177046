// Exact search over kept vectors: every row is looked at.
//
// Rows have 8 bits a dimension, and the query is cut to 8 bits for the scan too: with 384 dimensions that moves a
// cosine by less than .004. What is to be ranked finely among the best is scored again in float (vectors.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace holdfast::search {

// out[row] ≈ query · (scales[row] · rows[row]) for `scales.size()` rows, one after the other in `rows`
// ([rows · dimensions], |value| ≤ 127). Row scale 0 gives 0. `dimensions` ≤ 65,536.
void scan(std::span<const float> query, std::span<const std::int8_t> rows, std::span<const float> scales,
          std::span<float> out);

// Which code `scan` runs on this machine: "portable" or the instruction set's name.
[[nodiscard]] std::string_view scan_kernel();

// The same by the portable code, whatever the machine can do.
void scan_portable(std::span<const float> query, std::span<const std::int8_t> rows, std::span<const float> scales,
                   std::span<float> out);

}  // namespace holdfast::search
