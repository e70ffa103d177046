#include "base/random.h"

#include <openssl/rand.h>

#include <cstdlib>
#include <cstring>

namespace holdfast {

std::uint64_t Random::below(std::uint64_t bound) {
  // Rejection keeps it uniform: values under `threshold` would make the low residues likelier.
  const std::uint64_t threshold = (0 - bound) % bound;
  for (;;) {
    std::uint8_t bytes[8];
    fill(bytes);
    std::uint64_t value = 0;
    std::memcpy(&value, bytes, sizeof value);
    if (value >= threshold) return value % bound;
  }
}

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
  // Without entropy no token can be made safely; there is nothing to fall back on.
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) std::abort();
}

}  // namespace holdfast
