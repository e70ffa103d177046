// What recall is without one of its parts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "memory/recall/tuning.h"

namespace holdfast::dev::quality {

struct Omission {
  std::string name;  // "channel messages", "signal window"
  std::shared_ptr<const memory::RecallTuning> tuning;
};

// One at a time: every channel, then every signal that has a weight.
[[nodiscard]] std::vector<Omission> omissions(const memory::RecallTuning& from);

}  // namespace holdfast::dev::quality
