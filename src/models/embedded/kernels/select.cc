#include "models/embedded/kernels/select.h"

#include <algorithm>
#include <vector>

#if defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace holdfast::models {
namespace {

#if defined(__x86_64__) || defined(__i386__)
bool runs_avx512_vnni() {
  return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
         __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512vnni") != 0;
}
bool runs_avx2() { return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0; }
bool runs_neon() { return false; }
#else
bool runs_avx512_vnni() { return false; }
bool runs_avx2() { return false; }
#if defined(__aarch64__) && defined(__linux__)
bool runs_neon() { return (::getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0; }
#elif defined(__aarch64__) && defined(__APPLE__)
bool runs_neon() { return true; }  // every Apple processor since the M1
#else
bool runs_neon() { return false; }
#endif
#endif

std::vector<const Kernels*> find() {
  std::vector<const Kernels*> result;
  if (runs_avx512_vnni()) result.push_back(avx512_vnni_kernels());
  if (runs_avx2()) result.push_back(avx2_kernels());
  if (runs_neon()) result.push_back(neon_kernels());
  result.push_back(portable_kernels());
  std::erase(result, nullptr);
  return result;
}

}  // namespace

std::span<const Kernels* const> usable_kernels() {
  static const std::vector<const Kernels*> kernels = find();
  return kernels;
}

const Kernels* find_kernels(std::string_view name) {
  const auto kernels = usable_kernels();
  if (name.empty()) return kernels.front();
  const auto found = std::find_if(kernels.begin(), kernels.end(), [&](const Kernels* k) { return k->name == name; });
  return found == kernels.end() ? nullptr : *found;
}

}  // namespace holdfast::models
