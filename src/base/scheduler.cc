#include "base/scheduler.h"

#include <utility>

namespace holdfast {

PoolScheduler::PoolScheduler(Pool& pool) : pool_(pool), thread_([this] { wait(); }) {}

PoolScheduler::~PoolScheduler() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void PoolScheduler::spawn(std::function<void()> job) { pool_.post(std::move(job), Priority::kBackground); }

void PoolScheduler::after(std::chrono::milliseconds delay, std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    timers_.emplace(std::chrono::steady_clock::now() + delay, std::move(job));
  }
  changed_.notify_all();
}

void PoolScheduler::wait() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (timers_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto first = timers_.begin();
    if (std::chrono::steady_clock::now() < first->first) {
      changed_.wait_until(lock, first->first);
      continue;
    }
    std::function<void()> job = std::move(first->second);
    timers_.erase(first);
    lock.unlock();
    spawn(std::move(job));
    lock.lock();
  }
}

}  // namespace holdfast
