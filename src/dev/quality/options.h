// How a measurement of quality is run.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "dev/quality/corpus.h"
#include "memory/recall/tuning.h"
#include "models/encoder.h"

namespace holdfast::dev::quality {

struct Options {
  std::string directory;  // where data directories are made, and removed again
  std::string cache;      // a data directory that is kept, and read where it holds a conversation already; "" for none
  Range range;
  std::size_t jobs = 1;      // conversations at once
  bool one_profile = false;  // applied by the caller: merged()
  bool ablate = false;
  std::shared_ptr<const models::Encoder> encoder;                            // null: on words alone
  std::shared_ptr<const memory::RecallTuning> tuning;                        // null for the shipped weights
  std::function<void(std::string_view)> progress = [](std::string_view) {};  // called from any thread
};

}  // namespace holdfast::dev::quality
