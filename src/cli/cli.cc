#include "cli/cli.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/commands/commands.h"
#include "cli/exit.h"
#include "cli/print.h"
#include "cli/registry.h"

namespace holdfast::cli {
namespace {

constexpr const char* kIntroduction =
    "Holdfast: memory for your agents that you own.\n\n"
    "Start a server, give it conversations, ask it what it knows. Every command but serve is a call\n"
    "to a server; where that is, and as whom, is said by the Connection options or the environment.";

constexpr const char* kExamples =
    "Examples:\n"
    "  holdfast serve --data ./data\n"
    "  holdfast ingest conversation.jsonl\n"
    "  holdfast remember \"Deploys go out on Tuesdays\"\n"
    "  holdfast recall \"When do we deploy?\"\n\n"
    "holdfast COMMAND --help shows a command's options, with examples.";

int say(World& world, const Failure& failure, const std::string& command) {
  if (failure.error.message.empty()) return failure.status;  // the command has said it already
  world.err << "holdfast: " << failure.error.message << '\n';
  if (failure.status == kUsage)
    world.err << fmt::format("See: holdfast {}--help\n", command.empty() ? "" : command + " ");
  return failure.status;
}

}  // namespace

int run(const std::vector<std::string>& args, World& world) {
  CLI::App root(kIntroduction, "holdfast");
  root.set_version_flag("--version", "holdfast " HOLDFAST_VERSION);
  root.footer(kExamples);
  root.get_formatter()->column_width(34);
  Registry registry(root);
  add_commands(registry);
  registry.keep_unknown_commands();

  try {
    std::vector<std::string> reversed(args.rbegin(), args.rend());
    root.parse(reversed);
  } catch (const CLI::Success& help) {  // --help, --version
    root.exit(help, world.out, world.err);
    return kOk;
  } catch (const CLI::ParseError& error) {
    const CLI::App& app = registry.deepest();
    const CLI::App* parent = app.get_parent();
    const std::string above = parent != nullptr && parent != &root ? parent->get_name() + " " : "";
    return say(world, Failure(Error{Code::kInvalid, printable(error.what())}, kUsage),
               &app == &root ? "" : above + app.get_name());
  }

  const Registry::Entry* entry = registry.chosen();
  if (entry == nullptr) {
    if (args.empty()) {
      world.err << root.help();
      return kUsage;
    }
    const CLI::App& app = registry.deepest();
    return say(world, Failure(Error{Code::kInvalid, printable(registry.why_none())}, kUsage),
               &app == &root ? "" : app.get_name());
  }

  Context context{world, registry.flags()};
  const Outcome<> outcome = entry->run(context);
  world.out.flush();
  if (!outcome) return say(world, outcome.error(), entry->spec.name);
  if (!world.out) return say(world, Error{Code::kIo, "the output could not be written; is the disk full?"}, "");
  return kOk;
}

}  // namespace holdfast::cli
