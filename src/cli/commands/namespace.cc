#include <fmt/format.h>

#include "cli/commands/commands.h"
#include "cli/confirm.h"
#include "cli/print.h"

namespace holdfast::cli {
namespace {

namespace json = boost::json;

struct Options {
  std::string name;
  std::size_t limit = 100;
  bool yes = false;
};

void print_namespaces(World& world, const json::array& rows) {
  Table table({"NAME", "ID", "CREATED"});
  for (const json::value& row : rows) table.add({field(row, "name"), field(row, "id"), field(row, "created_at")});
  table.print(world);
}

// A connection whose namespace is the one the command is about.
Outcome<Remote> connect_to(Context& context, const std::string& name) {
  HOLDFAST_CHECK(check_namespace(name));
  Flags flags = context.flags;
  flags.name_space = name;
  return Context{context.world, flags}.connect();
}

Outcome<> create(Context& context, const Options& options) {
  HOLDFAST_TRY(Remote remote, connect_to(context, options.name));
  HOLDFAST_TRY(const Answer answer,
               remote.call("POST", remote.memory_path("/namespaces"), json::object{{"name", options.name}}));
  if (context.json()) {
    print_json(context.world, answer.result);
  } else {
    context.world.out << fmt::format("created namespace {} ({})\n", options.name, field(answer.result, "id"));
  }
  return {};
}

Outcome<> list(Context& context, const Options& options) {
  HOLDFAST_TRY(Remote remote, context.connect());
  bool more = false;
  HOLDFAST_TRY(const json::array rows, remote.pages(remote.memory_path("/namespaces?order=name"), options.limit, more));
  if (context.json()) {
    print_json(context.world, rows);
  } else if (rows.empty()) {
    context.world.err << "There are none. The first write makes \"default\"; or: holdfast namespace create NAME\n";
  } else {
    print_namespaces(context.world, rows);
  }
  if (more) context.world.err << fmt::format("There are more than these {}: --limit 0 shows all.\n", rows.size());
  return {};
}

Outcome<> get(Context& context, const Options& options) {
  HOLDFAST_TRY(Remote remote, connect_to(context, options.name));
  HOLDFAST_TRY(const Answer answer, remote.call("GET", remote.namespace_path("")));
  bool more = false;
  HOLDFAST_TRY(const json::array profiles, remote.pages(remote.namespace_path("/profiles"), options.limit, more));
  if (context.json()) {
    print_json(context.world, answer.result);
    return {};
  }
  print_tree(context.world, answer.result);
  context.world.out << (profiles.empty() ? "profiles: none yet\n" : "profiles:\n");
  for (const json::value& profile : profiles) context.world.out << "  " << printable(field(profile, "name")) << '\n';
  if (more) context.world.out << "  and more: --limit 0 shows all\n";
  return {};
}

Outcome<> remove(Context& context, const Options& options) {
  HOLDFAST_TRY(Remote remote, connect_to(context, options.name));
  HOLDFAST_CHECK(
      confirm(context.world, options.yes,
              fmt::format("Delete the namespace \"{}\" and everything its profiles know, for good?", options.name)));
  HOLDFAST_TRY(const Answer answer, remote.call("DELETE", remote.namespace_path("")));
  if (context.json()) {
    print_json(context.world, answer.result);
  } else {
    context.world.out << fmt::format("deleted namespace {}\n", options.name);
  }
  return {};
}

}  // namespace

void add_namespace(Registry& registry) {
  registry.group("namespace", "Make, list, show and delete namespaces");
  auto options = std::make_shared<Options>();
  registry
      .add({.name = "namespace create",
            .summary = "Make a namespace",
            .details = "",
            .examples = "holdfast namespace create team-red",
            .takes = Takes::kServer},
           [options](Context& context) { return create(context, *options); })
      .add_option("NAME", options->name, "1 to 32 lower-case letters, digits and inner hyphens")
      ->required();
  registry
      .add({.name = "namespace list",
            .summary = "List the account's namespaces",
            .details = "",
            .examples = "holdfast namespace list",
            .takes = Takes::kServer},
           [options](Context& context) { return list(context, *options); })
      .add_option("-l,--limit", options->limit, "At most so many; 0 for all [100]")
      ->check(CLI::NonNegativeNumber);
  CLI::App& shown = registry.add({.name = "namespace get",
                                  .summary = "Show a namespace and its profiles",
                                  .details = "",
                                  .examples = "holdfast namespace get team-red",
                                  .takes = Takes::kServer},
                                 [options](Context& context) { return get(context, *options); });
  shown.add_option("NAME", options->name, "The namespace")->required();
  shown.add_option("-l,--limit", options->limit, "At most so many profiles; 0 for all [100]")
      ->check(CLI::NonNegativeNumber);
  CLI::App& removed = registry.add({.name = "namespace delete",
                                    .summary = "Delete a namespace with all its profiles, for good",
                                    .details = "",
                                    .examples = "holdfast namespace delete team-red --yes",
                                    .takes = Takes::kServer},
                                   [options](Context& context) { return remove(context, *options); });
  removed.add_option("NAME", options->name, "The namespace")->required();
  removed.add_flag("-y,--yes", options->yes, "Do not ask");
}

}  // namespace holdfast::cli
