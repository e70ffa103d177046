#include "search/vector_kernels.h"

#if defined(__x86_64__)
// Plain C headers and intrinsics alone: nothing of the standard library may be compiled for a newer instruction set,
// because the linker keeps one copy of an inline function for the whole program.
#include <immintrin.h>
#endif

namespace holdfast::search {
namespace {

#if defined(__x86_64__)
__attribute__((target("avx2"))) std::int32_t avx2_scan_kernel(const std::int16_t* query, const std::int8_t* row,
                                                              std::size_t dimensions) {
  __m256i first = _mm256_setzero_si256();
  __m256i second = _mm256_setzero_si256();
  std::size_t i = 0;
  for (; i + 32 <= dimensions; i += 32) {
    const __m256i q0 = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(query + i));
    const __m256i q1 = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(query + i + 16));
    const __m256i r0 = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(row + i)));
    const __m256i r1 = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(row + i + 16)));
    first = _mm256_add_epi32(first, _mm256_madd_epi16(q0, r0));
    second = _mm256_add_epi32(second, _mm256_madd_epi16(q1, r1));
  }
  const __m256i both = _mm256_add_epi32(first, second);
  __m128i four = _mm_add_epi32(_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1));
  four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4E));
  four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0xB1));
  std::int32_t sum = _mm_cvtsi128_si32(four);
  for (; i < dimensions; ++i) sum += std::int32_t{query[i]} * std::int32_t{row[i]};
  return sum;
}
#endif

NamedScanKernel choose() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return {"avx2", avx2_scan_kernel};
#endif
  return {"portable", portable_scan_kernel};
}

}  // namespace

std::int32_t portable_scan_kernel(const std::int16_t* query, const std::int8_t* row, std::size_t dimensions) {
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < dimensions; ++i) sum += std::int32_t{query[i]} * std::int32_t{row[i]};
  return sum;
}

const NamedScanKernel& best_scan_kernel() {
  static const NamedScanKernel best = choose();
  return best;
}

}  // namespace holdfast::search
