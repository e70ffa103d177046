#include "dev/load.h"

#include <mutex>
#include <optional>
#include <thread>

namespace holdfast::dev {

Load make_load(std::string profile, const Dialogue& dialogue, std::size_t first_session, std::size_t sessions,
               std::size_t messages, bool async) {
  Load load{std::move(profile), {}};
  for (std::size_t i = 0; i < sessions; ++i)
    load.bodies.push_back(ingest_body(dialogue.session(first_session + i, messages), async));
  return load;
}

Result<LoadTimes> send(const std::string& url, const std::vector<Load>& loads, bool async) {
  std::vector<Rest> clients;
  for (std::size_t i = 0; i < loads.size(); ++i) {
    HOLDFAST_TRY(Rest rest, Rest::connect(url, std::string(kToken)));
    clients.push_back(std::move(rest));
  }
  std::mutex mutex;
  std::optional<Error> error;
  LoadTimes times;
  const Stopwatch watch;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < loads.size(); ++i) {
      threads.emplace_back([&, i] {
        for (const std::string& body : loads[i].bodies) {
          if (auto done = clients[i].ingest(loads[i].profile, body); !done) {
            const std::lock_guard lock(mutex);
            error = done.error();
            return;
          }
        }
      });
    }
  }
  if (error) return std::unexpected(*error);
  times.answered = watch.seconds();
  if (async) {
    for (std::size_t i = 0; i < loads.size(); ++i) HOLDFAST_CHECK(clients[i].drain(loads[i].profile));
  }
  times.extracted = watch.seconds();
  return times;
}

}  // namespace holdfast::dev
