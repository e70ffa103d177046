// `holdfast-dev bench`: what Holdfast costs, measured from the outside where that is possible, beside what is aimed at.
//
// Each figure is the median of several runs. Clients, server and everything else share one machine, so figures over
// HTTP include the client's work.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dev/figure.h"

namespace holdfast::dev {

struct BenchOptions {
  bool quick = false;     // fewer runs, no profile of 100,000 messages, no 10,000 profiles
  std::string only;       // one group of figures; "" for all
  std::string server;     // the binary to spawn: holdfast
  std::string directory;  // where data directories are made, and removed again
  std::function<void(std::string_view)> progress = [](std::string_view) {};
  std::function<void(const std::vector<Figure>&)> report = [](const std::vector<Figure>&) {
  };  // a group's, once measured
};

// The groups there are, in the order in which they run.
[[nodiscard]] std::vector<std::string_view> bench_groups();

// Groups are reported one by one, so that a failure takes none of what was measured before it. kInvalid for a group
// that is not there; kIo and others when something measured fails.
[[nodiscard]] Result<> run_bench(const BenchOptions& options);

}  // namespace holdfast::dev
