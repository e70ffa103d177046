// Whether a server that has not answered is worth asking. Closed: yes. Open: no, for a pause. Half open: one call is
// let through to see; an answer closes the breaker, none opens it again for twice as long.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/clock.h"

namespace holdfast::models {

struct BreakerOptions {
  std::size_t failures = 5;  // in a row; 0: never opens
  std::chrono::milliseconds pause{5'000};
  std::chrono::milliseconds pause_most{60'000};
};

// Not thread-safe. The clock must outlive it.
class Breaker {
 public:
  enum class Leave { kGo, kProbe, kNo };

  Breaker(BreakerOptions options, const Clock& clock) : options_(options), clock_(clock), pause_(options.pause) {}

  // kProbe is given to one at a time, who says answered(), failed(true) or drop_probe() afterwards.
  [[nodiscard]] Leave ask();
  // Whether ask() would say kNo.
  [[nodiscard]] bool refuses() const;

  // True: it has closed by that.
  bool answered();
  // True: it has opened by that.
  bool failed(bool probe);
  // The probe ended without a sign either way: another may be let through.
  void drop_probe() { probing_ = false; }

  [[nodiscard]] bool open() const { return open_; }
  // How long it will refuse; zero when it does not, or waits for its probe.
  [[nodiscard]] std::chrono::milliseconds left() const;

 private:
  void pause();

  const BreakerOptions options_;
  const Clock& clock_;
  std::chrono::milliseconds pause_;  // the next one
  std::size_t failures_ = 0;         // in a row
  bool open_ = false;
  bool probing_ = false;
  std::int64_t until_us_ = 0;  // while open: no probe before
};

}  // namespace holdfast::models
