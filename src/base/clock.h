// Time comes in from outside, so that tests and the simulator own it.
#pragma once

#include <atomic>

#include "base/time.h"

namespace holdfast {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual TimeMs now() const = 0;                 // wall clock, UTC
  [[nodiscard]] virtual std::int64_t monotonic_us() const = 0;  // microseconds, never goes back; for durations
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] TimeMs now() const override;
  [[nodiscard]] std::int64_t monotonic_us() const override;
};

// A clock that stands still until it is told to go on.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(TimeMs start) : now_ms_(start) {}
  [[nodiscard]] TimeMs now() const override { return now_ms_.load(); }
  [[nodiscard]] std::int64_t monotonic_us() const override { return now_ms_.load() * 1000; }
  void set(TimeMs time) { now_ms_.store(time); }
  void advance(TimeMs ms) { now_ms_.fetch_add(ms); }

 private:
  std::atomic<TimeMs> now_ms_;
};

}  // namespace holdfast
