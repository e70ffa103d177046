// When work runs: the seam between the product and threads or a simulator.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "base/pool.h"

namespace holdfast {

// Thread-safe.
class Scheduler {
 public:
  virtual ~Scheduler() = default;
  virtual void spawn(std::function<void()> job) = 0;                                   // soon
  virtual void after(std::chrono::milliseconds delay, std::function<void()> job) = 0;  // not before
};

// Runs jobs on a pool, as background work. Jobs whose time has not come when it is destroyed are dropped.
class PoolScheduler final : public Scheduler {
 public:
  explicit PoolScheduler(Pool& pool);
  ~PoolScheduler() override;
  void spawn(std::function<void()> job) override;
  void after(std::chrono::milliseconds delay, std::function<void()> job) override;

 private:
  void wait();

  Pool& pool_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<std::chrono::steady_clock::time_point, std::function<void()>> timers_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace holdfast
