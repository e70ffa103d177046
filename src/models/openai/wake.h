// One coroutine waits, several may wake it - its turn, the clock, a stop - and the first to speak decides.
#pragma once

#include <coroutine>
#include <mutex>

#include "base/pool.h"

namespace holdfast::models {

// Thread-safe. Shared by the one who waits and those who may wake it; the pool must outlive it.
class Wake {
 public:
  enum class Word { kNone, kTurn, kTime, kStop };

  Wake(Pool& pool, Priority priority) : pool_(pool), priority_(priority) {}

  // The coroutine goes on on the pool. False: somebody else was first.
  bool say(Word word);

  // co_await wake.wait(): the word. Goes on at once when it has been said already. To be awaited once.
  [[nodiscard]] auto wait() {
    struct Waiting {
      Wake& wake;
      [[nodiscard]] bool await_ready() const noexcept { return false; }
      bool await_suspend(std::coroutine_handle<> handle) const { return wake.suspend(handle); }
      [[nodiscard]] Word await_resume() const { return wake.word(); }
    };
    return Waiting{*this};
  }

 private:
  bool suspend(std::coroutine_handle<> handle);
  [[nodiscard]] Word word() const;

  Pool& pool_;
  const Priority priority_;
  mutable std::mutex mutex_;
  Word word_ = Word::kNone;
  std::coroutine_handle<> waiting_;
};

}  // namespace holdfast::models
