#include "models/openai/turns.h"

#include <algorithm>

namespace holdfast::models {

bool Turns::take(const std::shared_ptr<Wake>& wake, Priority priority) {
  const std::lock_guard lock(mutex_);
  if (free_ > 0) {
    --free_;
    return true;
  }
  queues_[static_cast<std::size_t>(priority)].push_back(wake);
  return false;
}

void Turns::give_back() {
  const std::lock_guard lock(mutex_);
  for (auto& queue : queues_) {
    while (!queue.empty()) {
      const std::shared_ptr<Wake> next = std::move(queue.front());
      queue.pop_front();
      if (next->say(Wake::Word::kTurn)) return;  // otherwise it was woken by another word, and waits no longer
    }
  }
  ++free_;
}

void Turns::forget(const std::shared_ptr<Wake>& wake) {
  const std::lock_guard lock(mutex_);
  for (auto& queue : queues_) std::erase(queue, wake);
}

std::size_t Turns::waiting() const {
  const std::lock_guard lock(mutex_);
  return queues_[0].size() + queues_[1].size();
}

}  // namespace holdfast::models
