#include <fmt/format.h>

#include "cli/commands/commands.h"
#include "cli/print.h"

namespace holdfast::cli {
namespace {

namespace json = boost::json;

Outcome<> status(Context& context) {
  World& world = context.world;
  HOLDFAST_TRY(Remote remote, context.connect());
  const std::int64_t begun = context.world.clock.monotonic_us();
  HOLDFAST_TRY(const net::ClientResponse health, remote.plain("/readyz"));
  const double ms = static_cast<double>(context.world.clock.monotonic_us() - begun) / 1000;
  const bool healthy = health.status / 100 == 2;
  auto answer = remote.call("GET", remote.profile_path("/status"));
  const bool unwritten = !answer && answer.error().error.code == Code::kNamespaceNotFound &&
                         remote.connection().name_space == kDefaultNamespace;
  if (!answer && !unwritten) return std::unexpected(std::move(answer).error());
  if (context.json()) {
    print_json(world, json::object{{"server", json::object{{"url", remote.connection().url}, {"healthy", healthy}}},
                                   {"profile", unwritten ? json::value(nullptr) : answer->result}});
  } else {
    world.out << fmt::format("{}  {}, answered in {:.1f} ms\n", remote.connection().url,
                             healthy ? "healthy" : fmt::format("not healthy (HTTP {})", health.status), ms);
    world.out << fmt::format("{}/{}\n", remote.connection().name_space, remote.connection().profile);
    if (unwritten) {
      world.out << "  nothing has been written yet\n";
    } else {
      print_tree(world, answer->result, 2);
    }
  }
  if (!healthy)
    return std::unexpected(Error{Code::kOverloaded, "the server says that it is not well; its log says why"});
  return {};
}

}  // namespace

void add_status(Registry& registry) {
  registry.add({.name = "status",
                .summary = "Show whether the server is well, and how much a profile holds",
                .details = "",
                .examples = "holdfast status\n"
                            "holdfast status --profile alice --json"},
               [](Context& context) { return status(context); });
}

}  // namespace holdfast::cli
