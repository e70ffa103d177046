// Figures: how fast conversations go in, into new profiles and into a large one.
#include <fmt/format.h>

#include "dev/load.h"

namespace holdfast::dev {
namespace {

constexpr double kRateAim = 3000;
constexpr std::size_t kClients = 4;

double rate(std::size_t calls, double seconds) { return static_cast<double>(calls * kCallMessages) / seconds; }

Result<> into_new(Ground& ground, const LocalServer& server, std::size_t clients, bool async) {
  const std::size_t calls = ground.options().quick ? 20 : 40;  // of each client
  const std::string who =
      fmt::format("{} client{}, {} profile{}", clients, clients > 1 ? "s" : "", clients, clients > 1 ? "s" : "");
  Figure answered{
      "ingest", fmt::format("{}, {}", who, async ? "async, accepted" : "sync"), "messages/s", {}, at_least(kRateAim)};
  Figure extracted{"ingest", who + ", async, extracted", "messages/s", {}, {}};
  for (std::size_t run = 0; run < ground.runs(5, 3); ++run) {
    ground.say(fmt::format("ingest, {}, run {}", answered.name, run + 1));
    std::vector<Load> loads;
    for (std::size_t client = 0; client < clients; ++client) {
      loads.push_back(make_load(fmt::format("new-{}-{}-{}-{}", clients, async ? "a" : "s", run, client),
                                Dialogue(100 + run * kClients + client), 0, calls, kCallMessages, async));
    }
    HOLDFAST_TRY(const LoadTimes times, send(server.url(), loads, async));
    answered.runs.push_back(rate(calls * clients, times.answered));
    extracted.runs.push_back(rate(calls * clients, times.extracted));
  }
  ground.add(std::move(answered));
  if (async) ground.add(std::move(extracted));
  return {};
}

// The same calls into a large profile and, each right after it, into a new one: what changes between is the size.
Result<> into_large(Ground& ground, const LocalServer& server, bool async) {
  const std::size_t calls = ground.options().quick ? 20 : 40;
  const std::size_t size = ground.largest();
  const std::string how = async ? "async, accepted" : "sync";
  Figure large{"large", fmt::format("1 client into {}, {}", size_name(size), how), "messages/s", {}, {}};
  Figure ratio{
      "large", fmt::format("new profile's rate to that of {}, {}", size_name(size), how), "×", {}, at_most(1.5)};
  for (std::size_t run = 0; run < ground.runs(5, 3); ++run) {
    ground.say(fmt::format("{}, run {}", large.name, run + 1));
    const std::size_t first = ground.next_session(size, calls);
    const Dialogue dialogue = Ground::dialogue(size);
    HOLDFAST_TRY(const LoadTimes in_large,
                 send(server.url(),
                      {make_load(Ground::profile_name(size), dialogue, first, calls, kCallMessages, async)}, async));
    HOLDFAST_TRY(const LoadTimes in_new, send(server.url(),
                                              {make_load(fmt::format("beside-{}-{}", async ? "a" : "s", run), dialogue,
                                                         first, calls, kCallMessages, async)},
                                              async));
    large.runs.push_back(rate(calls, in_large.answered));
    ratio.runs.push_back(in_large.answered / in_new.answered);
  }
  ground.add(std::move(large));
  ground.add(std::move(ratio));
  return {};
}

}  // namespace

Result<> measure_ingest(Ground& ground) {
  HOLDFAST_TRY(const LocalServer server, LocalServer::start(ground.directory("ingest")));
  HOLDFAST_TRY(Rest rest, server.connect());
  HOLDFAST_CHECK(rest.create_namespace());
  // Unmeasured: first use of code and allocator.
  HOLDFAST_CHECK(send(server.url(), {make_load("warm-up", Dialogue(1), 0, 4, kCallMessages, false)}, false));
  for (const std::size_t clients : {std::size_t{1}, kClients}) {
    for (const bool async : {false, true}) HOLDFAST_CHECK(into_new(ground, server, clients, async));
  }
  return {};
}

Result<> measure_large(Ground& ground) {
  HOLDFAST_TRY(const std::string data, ground.corpus(ground.largest()));
  HOLDFAST_TRY(const LocalServer server, LocalServer::start(data));
  HOLDFAST_TRY(Rest rest, server.connect());
  // Unmeasured: opens the profile.
  HOLDFAST_CHECK(rest.status(Ground::profile_name(ground.largest())));
  for (const bool async : {false, true}) HOLDFAST_CHECK(into_large(ground, server, async));
  return {};
}

}  // namespace holdfast::dev
