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

void SeededRandom::fill(std::span<std::uint8_t> bytes) {
  // https://prng.di.unimi.it/splitmix64.c
  for (std::size_t at = 0; at < bytes.size(); at += 8) {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    z ^= z >> 31;
    for (std::size_t i = at; i < bytes.size() && i < at + 8; ++i) {
      bytes[i] = static_cast<std::uint8_t>(z);
      z >>= 8;
    }
  }
}

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
  // Without entropy no token can be made safely; there is nothing to fall back on.
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) std::abort();
}

}  // namespace holdfast
