// The time line of a pipeline: which stage ran when, and by which model. For `verbose`, `explain` and metrics.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"

namespace holdfast {

struct StageTime {
  std::string stage;          // "extract", "verify", …
  std::string model;          // "builtin", or the model's name; "" for a stage that asks none
  std::int64_t start_us = 0;  // since the trace began
  std::int64_t end_us = 0;
  bool call = false;               // one call of a language model within the stage
  std::int64_t prompt_tokens = 0;  // of a call
  std::int64_t completion_tokens = 0;
  std::string note = {};  // what was out of the ordinary: "remembered", "repaired", "builtin instead: …"
};

// Thread-safe; stages may run side by side.
class Trace {
 public:
  explicit Trace(const Clock& clock) : clock_(clock), began_us_(clock.monotonic_us()) {}

  // Notes the time from its making to its end.
  class Span {
   public:
    Span(Trace& trace, std::string stage, std::string model = {})
        : trace_(trace), time_{.stage = std::move(stage), .model = std::move(model), .start_us = trace.now_us()} {}
    ~Span() {
      time_.end_us = trace_.now_us();
      const std::lock_guard lock(trace_.mutex_);
      trace_.stages_.push_back(std::move(time_));
    }
    Span(const Span&) = delete;
    Span& operator=(const Span&) = delete;

   private:
    Trace& trace_;
    StageTime time_;
  };

  // One call of a model.
  void add_call(StageTime time) {
    time.call = true;
    const std::lock_guard lock(mutex_);
    stages_.push_back(std::move(time));
  }
  [[nodiscard]] std::vector<StageTime> stages() const {
    const std::lock_guard lock(mutex_);
    return stages_;
  }
  [[nodiscard]] std::int64_t now_us() const { return clock_.monotonic_us() - began_us_; }

 private:
  const Clock& clock_;
  const std::int64_t began_us_;
  mutable std::mutex mutex_;
  std::vector<StageTime> stages_;
};

}  // namespace holdfast
