#include <fmt/format.h>

#include "cli/commands/commands.h"
#include "cli/print.h"

namespace holdfast::cli {
namespace {

namespace json = boost::json;

struct Options {
  std::size_t limit = 100;
  std::optional<std::string> type, session;
  bool superseded = false;
  bool messages = false;
  bool sessions = false;
};

void print_memories(World& world, const json::array& rows, bool superseded) {
  std::vector<std::string> headers{"ID", "TYPE", "DATE", "SESSION"};
  if (superseded) headers.emplace_back("REPLACED BY");
  headers.emplace_back("SUMMARY");
  Table table(headers);
  for (const json::value& row : rows) {
    std::vector<std::string> cells{field(row, "id"), field(row, "type"), field(row, "createdAt").substr(0, 10),
                                   field(row, "sessionId")};
    if (superseded) cells.push_back(field(row, "supersededBy"));
    cells.push_back(field(row, "summary"));
    table.add(std::move(cells));
  }
  table.print(world);
}

void print_messages(World& world, const json::array& rows) {
  Table table({"ID", "TIME", "SESSION", "ROLE", "CONTENT"});
  for (const json::value& row : rows)
    table.add({field(row, "id"), field(row, "timestamp"), field(row, "sessionId"), field(row, "role"),
               field(row, "content")});
  table.print(world);
}

Outcome<> list(Context& context, const Options& options) {
  World& world = context.world;
  if (options.session) HOLDFAST_CHECK(check_session(*options.session));
  HOLDFAST_TRY(Remote remote, context.connect());
  std::string path = remote.profile_path(options.sessions ? "/sessions" : options.messages ? "/messages" : "/memories");
  if (options.session) add_query(path, "session_id", *options.session);
  if (options.type) add_query(path, "type", *options.type);
  if (options.superseded) {
    add_query(path, "superseded", "1");
    add_query(path, "verbose", "1");  // without it a row does not say what replaced it
  }
  bool more = false;
  HOLDFAST_TRY(const json::array rows, remote.pages(path, options.limit, more));
  if (context.json()) {
    print_json(world, rows);
  } else if (rows.empty()) {
    world.err << "There are none.\n";
  } else if (options.sessions) {
    print_objects(world, rows);
  } else if (options.messages) {
    print_messages(world, rows);
  } else {
    print_memories(world, rows, options.superseded);
  }
  if (more) world.err << fmt::format("There are more than these {}: --limit 0 shows all.\n", rows.size());
  return {};
}

}  // namespace

void add_list(Registry& registry) {
  auto options = std::make_shared<Options>();
  CLI::App& app = registry.add({.name = "list",
                                .summary = "List memories, messages or sessions",
                                .details = "",
                                .examples = "holdfast list\n"
                                            "holdfast list --type instruction --limit 20\n"
                                            "holdfast list --superseded\n"
                                            "holdfast list --messages --session standup-2026-04-21"},
                               [options](Context& context) { return list(context, *options); });
  app.add_option("-l,--limit", options->limit, "At most so many; 0 for all [100]")->check(CLI::NonNegativeNumber);
  app.add_option("-s,--session", options->session, "Only of this session");
  CLI::Option* type =
      app.add_option("-t,--type", options->type, "Only memories of this type: fact, event, instruction, task")
          ->check(CLI::IsMember({"fact", "event", "instruction", "task"}));
  CLI::Option* superseded = app.add_flag("--superseded", options->superseded, "Memories that were replaced, too");
  CLI::Option* messages = app.add_flag("--messages", options->messages, "Messages, word for word, instead of memories")
                              ->excludes(type)
                              ->excludes(superseded);
  app.add_flag("--sessions", options->sessions, "Sessions instead of memories")
      ->excludes(type)
      ->excludes(superseded)
      ->excludes(messages);
}

}  // namespace holdfast::cli
