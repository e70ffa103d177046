#include "search/vector_scan.h"

#include <vector>

#include "search/vector_kernels.h"
#include "search/vectors.h"

namespace holdfast::search {
namespace {

void scan_with(ScanKernel kernel, std::span<const float> query, std::span<const std::int8_t> rows,
               std::span<const float> scales, std::span<float> out) {
  const std::size_t dimensions = query.size();
  if (dimensions == 0) return;
  const QuantisedVector cut = quantise(query);
  // Widened once: the products fit 16 bits, and pairs of them are added in 32.
  const std::vector<std::int16_t> wide(cut.values.begin(), cut.values.end());
  for (std::size_t row = 0; row < scales.size(); ++row) {
    const std::int32_t product = kernel(wide.data(), rows.data() + row * dimensions, dimensions);
    out[row] = cut.scale * scales[row] * static_cast<float>(product);
  }
}

}  // namespace

void scan(std::span<const float> query, std::span<const std::int8_t> rows, std::span<const float> scales,
          std::span<float> out) {
  scan_with(best_scan_kernel().kernel, query, rows, scales, out);
}

std::string_view scan_kernel() { return best_scan_kernel().name; }

void scan_portable(std::span<const float> query, std::span<const std::int8_t> rows, std::span<const float> scales,
                   std::span<float> out) {
  scan_with(portable_scan_kernel, query, rows, scales, out);
}

}  // namespace holdfast::search
