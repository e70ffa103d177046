#include "models/openai/breaker.h"

#include <algorithm>

namespace holdfast::models {

using std::chrono::ceil;
using std::chrono::microseconds;
using std::chrono::milliseconds;

bool Breaker::refuses() const { return open_ && (probing_ || clock_.monotonic_us() < until_us_); }

Breaker::Leave Breaker::ask() {
  if (refuses()) return Leave::kNo;
  if (!open_) return Leave::kGo;
  probing_ = true;
  return Leave::kProbe;
}

bool Breaker::answered() {
  const bool was_open = open_;
  open_ = false;
  probing_ = false;
  failures_ = 0;
  pause_ = options_.pause;
  return was_open;
}

bool Breaker::failed(bool probe) {
  if (open_) {
    // Of the calls that were under way when it opened, the end says nothing new.
    if (probe) pause();
    return false;
  }
  ++failures_;
  if (options_.failures == 0 || failures_ < options_.failures) return false;
  pause();
  return true;
}

void Breaker::pause() {
  open_ = true;
  probing_ = false;
  until_us_ = clock_.monotonic_us() + microseconds(pause_).count();
  pause_ = std::min(pause_ * 2, options_.pause_most);
}

milliseconds Breaker::left() const {
  if (!open_) return milliseconds(0);
  return std::max(milliseconds(0), ceil<milliseconds>(microseconds(until_us_ - clock_.monotonic_us())));
}

}  // namespace holdfast::models
