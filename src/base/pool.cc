#include "base/pool.h"

#include <utility>

namespace holdfast {

Pool::Pool(std::string name, std::size_t threads, std::size_t max_queued)
    : name_(std::move(name)), max_queued_(max_queued) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

Pool::~Pool() { stop(); }

bool Pool::try_post(std::function<void()> job, Priority priority) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queues_[0].size() + queues_[1].size() >= max_queued_) return false;
    queues_[static_cast<std::size_t>(priority)].push_back(std::move(job));
  }
  ready_.notify_one();
  return true;
}

void Pool::post(std::function<void()> job, Priority priority) {
  {
    const std::lock_guard lock(mutex_);
    queues_[static_cast<std::size_t>(priority)].push_back(std::move(job));
  }
  ready_.notify_one();
}

std::size_t Pool::queued() const {
  const std::lock_guard lock(mutex_);
  return queues_[0].size() + queues_[1].size();
}

void Pool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
  for (std::thread& thread : threads_)
    if (thread.joinable()) thread.join();
}

void Pool::work() {
  for (;;) {
    std::function<void()> job;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [&] { return stopping_ || !queues_[0].empty() || !queues_[1].empty(); });
      auto& queue = queues_[0].empty() ? queues_[1] : queues_[0];
      if (queue.empty()) return;  // stopping, and all done
      job = std::move(queue.front());
      queue.pop_front();
    }
    job();
  }
}

void SerialQueue::post(std::function<void()> job) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->jobs.push_back(std::move(job));
    if (state_->running) return;
    state_->running = true;
  }
  state_->pool.post([state = state_] { state->run_one(); });
}

std::size_t SerialQueue::queued() const {
  const std::lock_guard lock(state_->mutex);
  return state_->jobs.size();
}

void SerialQueue::State::run_one() {
  std::function<void()> job;
  {
    const std::lock_guard lock(mutex);
    job = std::move(jobs.front());
    jobs.pop_front();
  }
  job();
  job = nullptr;  // what it captured goes before the next one starts
  {
    const std::lock_guard lock(mutex);
    if (jobs.empty()) {
      running = false;
      return;
    }
  }
  // Back through the pool after each job, so that one busy queue does not hold a thread for itself.
  pool.post([self = shared_from_this()] { self->run_one(); });
}

}  // namespace holdfast
