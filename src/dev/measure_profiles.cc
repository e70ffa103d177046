// Figures: ten thousand small profiles on one server that may not hold them all open.
#include <fmt/format.h>

#include <mutex>
#include <optional>
#include <thread>

#include "base/random.h"
#include "dev/load.h"
#include "dev/process.h"

namespace holdfast::dev {
namespace {

constexpr std::size_t kProfiles = 10'000;
constexpr std::size_t kMessages = 5;
constexpr std::size_t kClients = 8;
constexpr std::size_t kRecalls = 300;

std::string name(std::size_t number) { return fmt::format("p-{}", number); }

Result<> write(Ground& ground, const std::string& url, std::size_t first, std::size_t step, std::mutex& mutex) {
  HOLDFAST_TRY(Rest rest, Rest::connect(url, std::string(kToken)));
  const Dialogue dialogue(9);
  for (std::size_t i = first; i < kProfiles; i += step) {
    if (i % 100 == 0) {
      const std::lock_guard lock(mutex);
      ground.say(fmt::format("{} profiles of {} messages: {}", kProfiles, kMessages, i));
    }
    HOLDFAST_CHECK(rest.ingest(name(i), ingest_body(dialogue.session(i, kMessages), false)));
  }
  return {};
}

}  // namespace

Result<> measure_profiles(Ground& ground) {
  if (ground.options().quick) return {};
  HOLDFAST_TRY(const ServerProcess server,
               ServerProcess::start(ground.options().server, ground.directory("profiles"), std::string(kToken)));
  HOLDFAST_TRY(Rest rest, Rest::connect(server.url(), std::string(kToken)));
  HOLDFAST_CHECK(rest.create_namespace());
  const Stopwatch watch;
  std::mutex mutex;
  std::optional<Error> error;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kClients; ++i) {
      threads.emplace_back([&, i] {
        if (auto done = write(ground, server.url(), i, kClients, mutex); !done) {
          const std::lock_guard lock(mutex);
          error = done.error();
        }
      });
    }
  }
  if (error) return std::unexpected(*error);
  ground.add({"profiles",
              fmt::format("{} new ones of {} messages, {} clients", kProfiles, kMessages, kClients),
              "s",
              {watch.seconds()},
              {}});
  HOLDFAST_TRY(const double open, rest.metric("holdfast_open_profiles"));
  HOLDFAST_TRY(const double files, rest.metric("holdfast_open_profile_files"));
  HOLDFAST_TRY(const double bytes, rest.metric("holdfast_open_profile_bytes"));
  ground.add({"profiles", "of them open", "", {open}, {}});
  ground.add({"profiles", "their descriptors, against [limits] open_files", "", {files}, at_most(8192)});
  ground.add({"profiles", "their memory by their own count, against open_bytes", "MB", {bytes / 1e6}, at_most(536.9)});
  if (const auto resident = resident_bytes(server.process()))
    ground.add({"profiles", "resident memory of the server", "MB", {static_cast<double>(*resident) / 1e6}, {}});

  ground.say("recalls from random profiles");
  SeededRandom random(3);
  const Dialogue dialogue(9);
  std::vector<double> times;
  std::size_t fruitful = 0;
  for (std::size_t i = 0; i < kRecalls; ++i) {
    const std::size_t profile = random.below(kProfiles);
    const std::string body = recall_body(dialogue.question(profile, kMessages));
    const Stopwatch one;
    HOLDFAST_TRY(const std::size_t found, rest.recall(name(profile), body));
    times.push_back(one.ms());
    if (found > 0) ++fruitful;
  }
  ground.add({"profiles", "recall from a random one, p50", "ms", {quantile(times, .5)}, {}});
  ground.add({"profiles", "recall from a random one, p99", "ms", {quantile(times, .99)}, {}});
  // One profile in twenty says nothing that its question could be about.
  ground.add({"profiles",
              "of those recalls, found something",
              "%",
              {100. * static_cast<double>(fruitful) / static_cast<double>(kRecalls)},
              at_least(90)});
  return {};
}

}  // namespace holdfast::dev
