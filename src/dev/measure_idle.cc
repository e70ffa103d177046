// Figure: the memory of a server that has only just started.
#include <thread>

#include "dev/ground.h"
#include "dev/process.h"

namespace holdfast::dev {

Result<> measure_idle(Ground& ground) {
  constexpr double kMega = 1e6;
  Figure figure{"idle", "resident memory of a fresh server", "MB", {}, at_most(60)};
  for (std::size_t run = 0; run < 3; ++run) {
    ground.say("a fresh server's memory");
    HOLDFAST_TRY(const ServerProcess server,
                 ServerProcess::start(ground.options().server, ground.directory("idle"), std::string(kToken)));
    std::this_thread::sleep_for(std::chrono::milliseconds(500));  // until its threads have settled
    if (const auto bytes = resident_bytes(server.process())) figure.runs.push_back(static_cast<double>(*bytes) / kMega);
  }
  if (!figure.runs.empty()) ground.add(std::move(figure));
  return {};
}

}  // namespace holdfast::dev
