// For whom a stage works, and where it notes what it asked.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/pool.h"
#include "base/trace.h"

namespace holdfast::memory {

// What the note of a call begins with whose work the builtin stage did; the reason follows.
inline constexpr std::string_view kBuiltinInstead = "builtin instead: ";

// Lives as long as the pipeline that made it, longer than any stage of it.
struct StageContext {
  std::string profile = {};  // its id: a model's calls for one profile go where its prompts are cached
  Trace* trace = nullptr;    // takes an entry for every call of a model; null: nobody asks
  Priority priority = Priority::kBackground;
  // Until when a model may be waited for, in Trace::now_us(); none: as long as its provider says.
  std::optional<std::int64_t> until_us = {};
};

}  // namespace holdfast::memory
