// Figures: whole recalls over HTTP, alone and beside a client that ingests.
#include <fmt/format.h>

#include <atomic>
#include <optional>
#include <thread>

#include "dev/load.h"

namespace holdfast::dev {
namespace {

constexpr std::size_t kSize = 10'000;
constexpr double kPacedRate = 500;  // messages/s
constexpr double kP99Aim = 10;      // ms

// How long each recall took, in ms.
Result<std::vector<double>> ask(Rest& rest, const std::vector<std::string>& bodies, std::size_t count) {
  std::vector<double> times;
  times.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Stopwatch watch;
    HOLDFAST_CHECK(rest.recall(Ground::profile_name(kSize), bodies[i % bodies.size()]));
    times.push_back(watch.ms());
  }
  return times;
}

// Sends a call whenever one is due, until told to stop; what it is late by, it catches up.
class PacedClient {
 public:
  PacedClient(Rest rest, Load load) : rest_(std::move(rest)), load_(std::move(load)), thread_([this] { run(); }) {}

  // Messages a second that it really sent.
  [[nodiscard]] Result<double> stop() {
    stopping_ = true;
    thread_.join();
    if (error_) return std::unexpected(*error_);
    return static_cast<double>(sent_ * kCallMessages) / seconds_;
  }

 private:
  void run() {
    const Stopwatch watch;
    const double gap = static_cast<double>(kCallMessages) / kPacedRate;
    while (!stopping_ && sent_ < load_.bodies.size() && !error_) {
      const double wait = static_cast<double>(sent_) * gap - watch.seconds();
      if (wait > 0) std::this_thread::sleep_for(std::chrono::duration<double>(wait));
      if (auto done = rest_.ingest(load_.profile, load_.bodies[sent_]); !done) error_ = done.error();
      ++sent_;
    }
    seconds_ = watch.seconds();
  }

  Rest rest_;
  Load load_;
  std::atomic<bool> stopping_{false};
  std::size_t sent_ = 0;
  double seconds_ = 0;
  std::optional<Error> error_;
  std::jthread thread_;  // last: it uses all the others
};

}  // namespace

Result<> measure_recall(Ground& ground) {
  HOLDFAST_TRY(const std::string data, ground.corpus(kSize));
  HOLDFAST_TRY(const LocalServer server, LocalServer::start(data));
  HOLDFAST_TRY(Rest rest, server.connect());
  const Dialogue dialogue = Ground::dialogue(kSize);
  std::vector<std::string> bodies;
  for (std::size_t i = 0; i < kSize / kCallMessages; ++i)
    bodies.push_back(recall_body(dialogue.question(i, kCallMessages)));
  HOLDFAST_CHECK(ask(rest, bodies, bodies.size()));  // unmeasured: opens the profile

  const std::size_t questions = ground.options().quick ? 300 : 600;
  for (const bool beside : {false, true}) {
    const std::string name = fmt::format("at {}{}", size_name(kSize), beside ? ", beside 500 messages/s" : "");
    Figure p50{"recall", name + ", p50", "ms", {}, {}};
    Figure p99{"recall", name + ", p99", "ms", {}, at_most(kP99Aim)};
    Figure paced{"recall", "the ingest beside it", "messages/s", {}, {}};
    for (std::size_t run = 0; run < ground.runs(5, 3); ++run) {
      ground.say(fmt::format("recall {}, run {}", name, run + 1));
      std::optional<PacedClient> client;
      if (beside) {
        constexpr std::size_t kMostCalls = 400;  // 40 seconds: more than a run takes
        HOLDFAST_TRY(Rest other, server.connect());
        const std::size_t first = ground.next_session(kSize, kMostCalls);
        client.emplace(std::move(other),
                       make_load(Ground::profile_name(kSize), dialogue, first, kMostCalls, kCallMessages, false));
      }
      HOLDFAST_TRY(const std::vector<double> times, ask(rest, bodies, questions));
      p50.runs.push_back(quantile(times, .5));
      p99.runs.push_back(quantile(times, .99));
      if (client) {
        HOLDFAST_TRY(const double rate, client->stop());
        paced.runs.push_back(rate);
      }
    }
    ground.add(std::move(p50));
    ground.add(std::move(p99));
    if (beside) ground.add(std::move(paced));
  }
  return {};
}

}  // namespace holdfast::dev
