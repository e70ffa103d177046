// Chance comes in from outside, so that a failing run can be replayed.
#pragma once

#include <cstdint>
#include <span>

namespace holdfast {

// Thread-safe, where the implementation does not say otherwise.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;
  // Uniform in [0, bound); bound > 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound);
};

// Always the same for the same seed (splitmix64), for tests and simulations; never for secrets. Not thread-safe.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<std::uint8_t> bytes) override;

 private:
  std::uint64_t state_;
};

// The operating system's generator, good for secrets.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override;
};

}  // namespace holdfast
