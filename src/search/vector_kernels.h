// The inner loop of vector_scan.cc, for what the machine can do. A part of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace holdfast::search {

// Σ query[i] · row[i], with |query[i]| ≤ 127.
using ScanKernel = std::int32_t (*)(const std::int16_t* query, const std::int8_t* row, std::size_t dimensions);

struct NamedScanKernel {
  std::string_view name;
  ScanKernel kernel;
};

[[nodiscard]] std::int32_t portable_scan_kernel(const std::int16_t* query, const std::int8_t* row,
                                                std::size_t dimensions);
// Asks the processor once.
[[nodiscard]] const NamedScanKernel& best_scan_kernel();

}  // namespace holdfast::search
