// get and history: one memory, and how it came to be.
#include <fmt/format.h>

#include "cli/commands/commands.h"
#include "cli/print.h"

namespace holdfast::cli {
namespace {

namespace json = boost::json;

struct GetOptions {
  std::string id;
  bool message = false;
  bool verbose = false;
};

Outcome<> get(Context& context, const GetOptions& options) {
  HOLDFAST_CHECK(check_id(options.id, options.message ? "message" : "memory"));
  HOLDFAST_TRY(Remote remote, context.connect());
  std::string path = remote.profile_path((options.message ? "/messages/" : "/memories/") + options.id);
  if (options.verbose && !options.message) add_query(path, "verbose", "1");
  HOLDFAST_TRY(const Answer answer, remote.call("GET", path));
  if (context.json()) {
    print_json(context.world, answer.result);
  } else {
    print_tree(context.world, answer.result);
  }
  return {};
}

struct HistoryOptions {
  std::string id;
};

Outcome<> history(Context& context, const HistoryOptions& options) {
  HOLDFAST_CHECK(check_id(options.id, "memory"));
  HOLDFAST_TRY(Remote remote, context.connect());
  HOLDFAST_TRY(const Answer answer, remote.call("GET", remote.profile_path("/memories/" + options.id + "/history")));
  if (context.json()) {
    print_json(context.world, answer.result);
    return {};
  }
  const json::array* versions = answer.result.if_array();
  if (versions == nullptr) return std::unexpected(Error{Code::kInternal, "the server's answer is no list of versions"});
  Table table({"DATE", "ID", "TYPE", "STATE", "CONTENT"});
  for (const json::value& version : *versions)
    table.add({field(version, "createdAt").substr(0, 10), field(version, "id"), field(version, "type"),
               field(version, "supersededBy").empty() ? "current" : "replaced", field(version, "content")});
  table.print(context.world);
  return {};
}

}  // namespace

void add_get(Registry& registry) {
  auto options = std::make_shared<GetOptions>();
  CLI::App& app = registry.add({.name = "get",
                                .summary = "Show one memory, or one message",
                                .details = "",
                                .examples = "holdfast get 01KJ3Q0V4N8B6T2YH5RZM7WXCA\n"
                                            "holdfast get --verbose 01KJ3Q0V4N8B6T2YH5RZM7WXCA\n"
                                            "holdfast get --message 5Z2R8K0QW4T6Y1N3B7V9X0CDEF"},
                               [options](Context& context) { return get(context, *options); });
  app.add_option("ID", options->id, "Its id, as list and recall show it")->required();
  app.add_flag("--message", options->message, "The id is a message's");
  app.add_flag("-v,--verbose", options->verbose, "Its topic, keywords, versions and source messages, too");
}

void add_history(Registry& registry) {
  auto options = std::make_shared<HistoryOptions>();
  CLI::App& app = registry.add({.name = "history",
                                .summary = "Show the versions of a memory, oldest first",
                                .details = "",
                                .examples = "holdfast history 01KJ3Q0V4N8B6T2YH5RZM7WXCA"},
                               [options](Context& context) { return history(context, *options); });
  app.add_option("ID", options->id, "The id of any of its versions")->required();
}

}  // namespace holdfast::cli
