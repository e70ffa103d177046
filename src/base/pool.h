// Threads: a bounded pool with two priorities, and a FIFO ("serial queue") on top of it.
#pragma once

#include <coroutine>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <condition_variable>

namespace holdfast {

enum class Priority { kQuery, kBackground };  // queries go ahead of background work

// A fixed number of threads that run jobs, queries first. Thread-safe. Jobs must not throw and should not block on
// other jobs of the same pool. `stop` (and the destructor) runs what is queued, then joins.
class Pool {
 public:
  Pool(std::string name, std::size_t threads, std::size_t max_queued);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // False when the queue is full or the pool has stopped: the caller answers "overloaded".
  [[nodiscard]] bool try_post(std::function<void()> job, Priority priority = Priority::kQuery);
  // Queues beyond the bound: for the continuation of work that was admitted already.
  void post(std::function<void()> job, Priority priority = Priority::kQuery);
  [[nodiscard]] std::size_t queued() const;
  void stop();

  // co_await pool.turn(): the coroutine goes on on one of the pool's threads.
  [[nodiscard]] auto turn(Priority priority = Priority::kQuery) {
    struct Turn {
      Pool& pool;
      Priority priority;
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> handle) {
        pool.post([handle] { handle.resume(); }, priority);
      }
      void await_resume() const noexcept {}
    };
    return Turn{*this, priority};
  }

 private:
  void work();

  const std::string name_;
  const std::size_t max_queued_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> queues_[2];
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

// Runs jobs one after the other, in the order they were posted, on a pool's threads. Thread-safe. The pool must
// outlive it; queued jobs keep what they need alive by capture.
class SerialQueue {
 public:
  explicit SerialQueue(Pool& pool) : state_(std::make_shared<State>(pool)) {}

  void post(std::function<void()> job);
  [[nodiscard]] std::size_t queued() const;

 private:
  struct State : std::enable_shared_from_this<State> {
    explicit State(Pool& p) : pool(p) {}
    void run_one();
    Pool& pool;
    std::mutex mutex;
    std::deque<std::function<void()>> jobs;
    bool running = false;
  };
  std::shared_ptr<State> state_;
};

}  // namespace holdfast
