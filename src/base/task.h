// Task<T>: a coroutine that knows no event loop.
//
// A pipeline reads straight down, and what it waits for decides where it goes on: a pool, a profile's write turn, a
// model's answer. Lazy (starts when awaited), one awaiter, move-only. Nothing here throws; a task that must report an
// error returns Result<T>. An exception that escapes a task ends the process, since nothing of ours throws.
//
//   Task<Result<Report>> ingest(…) { co_await pool.turn(Priority::kNormal); …; co_return report; }
//   start(ingest(…), [](Result<Report> report) { … });         // detached; the callback runs where the task ended
//   Report r = run_here(ingest(…));                            // tests: starts, then blocks until it has ended
#pragma once

#include <atomic>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <semaphore>
#include <utility>
#include <vector>

namespace holdfast {

template <typename T>
class [[nodiscard]] Task {
 public:
  struct promise_type {
    std::optional<T> value;
    std::coroutine_handle<> awaiter = std::noop_coroutine();

    Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept {
      struct Resume {
        bool await_ready() noexcept { return false; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self) noexcept {
          return self.promise().awaiter;
        }
        void await_resume() noexcept {}
      };
      return Resume{};
    }
    template <typename U>
    void return_value(U&& result) {
      value.emplace(std::forward<U>(result));
    }
    void unhandled_exception() noexcept { std::terminate(); }
  };

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  auto operator co_await() && noexcept {
    struct Awaiter {
      std::coroutine_handle<promise_type> handle;
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) noexcept {
        handle.promise().awaiter = awaiter;
        return handle;
      }
      T await_resume() { return std::move(*handle.promise().value); }
    };
    return Awaiter{handle_};
  }

 private:
  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

namespace detail {
struct Detached {
  struct promise_type {
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() noexcept { std::terminate(); }
  };
};

template <typename T, typename Done>
Detached drive(Task<T> task, Done done) {
  std::optional<T> value;
  {
    // What the task held goes before its end is told: whoever hears of it may take that down.
    Task<T> running = std::move(task);
    value.emplace(co_await std::move(running));
  }
  done(*std::move(value));
}
}  // namespace detail

// Starts a task at once on this thread; `done(T)` runs on whichever thread the task ended on.
template <typename T, typename Done>
void start(Task<T> task, Done done) {
  detail::drive(std::move(task), std::move(done));
}

// Starts a task and blocks this thread until it has ended. Never call it from a pool's worker.
template <typename T>
T run_here(Task<T> task) {
  std::binary_semaphore ended{0};
  std::optional<T> result;
  start(std::move(task), [&](T value) {
    result.emplace(std::move(value));
    ended.release();
  });
  ended.acquire();
  return std::move(*result);
}

// Runs `count` tasks made by `make(index)`, at most `in_flight` at a time, and gives their results in index order.
template <typename T, typename Make>
Task<std::vector<T>> gather(std::size_t count, std::size_t in_flight, Make make) {
  struct State {
    explicit State(std::size_t n) : results(n) {}
    std::vector<std::optional<T>> results;
    std::atomic<std::size_t> next{0};
    std::atomic<std::size_t> lanes{0};
    std::coroutine_handle<> waiting;
  };
  struct Lanes {
    State& state;
    Make& make;
    std::size_t count, lanes;
    bool await_ready() const noexcept { return count == 0; }
    void await_suspend(std::coroutine_handle<> handle) {
      state.waiting = handle;
      const std::size_t n = lanes;
      state.lanes.store(n);
      // After the last lane has ended, `this` may be gone: only locals are used in the loop.
      State& s = state;
      Make& m = make;
      const std::size_t total = count;
      for (std::size_t i = 0; i < n; ++i) {
        start(lane(s, m, total), [&s](bool) {
          if (s.lanes.fetch_sub(1) == 1) s.waiting.resume();
        });
      }
    }
    void await_resume() const noexcept {}
    static Task<bool> lane(State& s, Make& m, std::size_t total) {
      for (std::size_t i = s.next.fetch_add(1); i < total; i = s.next.fetch_add(1)) s.results[i].emplace(co_await m(i));
      co_return true;
    }
  };
  State state(count);
  const std::size_t lanes = in_flight < count ? in_flight : count;
  co_await Lanes{state, make, count, lanes};
  std::vector<T> results;
  results.reserve(count);
  for (auto& result : state.results) results.push_back(std::move(*result));
  co_return results;
}

}  // namespace holdfast
