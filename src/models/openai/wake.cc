#include "models/openai/wake.h"

#include <utility>

namespace holdfast::models {

bool Wake::say(Word word) {
  std::coroutine_handle<> waiting;
  {
    const std::lock_guard lock(mutex_);
    if (word_ != Word::kNone) return false;
    word_ = word;
    waiting = std::exchange(waiting_, nullptr);
  }
  if (waiting) pool_.post([waiting] { waiting.resume(); }, priority_);
  return true;
}

bool Wake::suspend(std::coroutine_handle<> handle) {
  const std::lock_guard lock(mutex_);
  if (word_ != Word::kNone) return false;
  waiting_ = handle;
  return true;
}

Wake::Word Wake::word() const {
  const std::lock_guard lock(mutex_);
  return word_;
}

}  // namespace holdfast::models
