// A bound on how many do something at once, for coroutines: more wait their turn, in order, queries first.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>

#include "base/pool.h"
#include "models/openai/wake.h"

namespace holdfast::models {

// Thread-safe.
class Turns {
 public:
  explicit Turns(std::size_t turns) : free_(turns) {}

  // True: it is the caller's turn. False: `wake` gets Word::kTurn when it is.
  [[nodiscard]] bool take(const std::shared_ptr<Wake>& wake, Priority priority);
  // Passes the caller's turn on.
  void give_back();
  // Of one that was woken by another word.
  void forget(const std::shared_ptr<Wake>& wake);

  [[nodiscard]] std::size_t waiting() const;

 private:
  mutable std::mutex mutex_;
  std::size_t free_;
  std::deque<std::shared_ptr<Wake>> queues_[2];  // by priority
};

}  // namespace holdfast::models
