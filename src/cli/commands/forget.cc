#include <fmt/format.h>

#include "cli/commands/commands.h"
#include "cli/confirm.h"
#include "cli/print.h"

namespace holdfast::cli {
namespace {

struct Options {
  std::optional<std::string> memory, session, message;
  CLI::Option* profile = nullptr;  // given at all: with no other thing named, the whole profile is meant
  std::vector<std::string> profile_name;
  bool yes = false;
};

Outcome<> forget(Context& context, const Options& options) {
  Flags flags = context.flags;
  if (!options.profile_name.empty() && !options.profile_name.front().empty()) {
    if (flags.profile) return usage("give the profile once: -p NAME or --profile NAME");
    flags.profile = options.profile_name.front();
  }
  const bool whole_profile = options.profile->count() > 0;
  const int named = (options.memory ? 1 : 0) + (options.session ? 1 : 0) + (options.message ? 1 : 0);
  if (named == 0 && !whole_profile)
    return usage("say what to forget: a memory's id, --session ID, --message ID, or --profile for all of it");
  if (named > 1) return usage("forget takes one thing at a time: a memory's id, --session ID or --message ID");
  if (options.memory) HOLDFAST_CHECK(check_id(*options.memory, "memory"));
  if (options.message) HOLDFAST_CHECK(check_id(*options.message, "message"));
  if (options.session) HOLDFAST_CHECK(check_session(*options.session));

  Context named_context{context.world, flags};
  HOLDFAST_TRY(Remote remote, named_context.connect());
  const Connection& connection = remote.connection();
  std::string path, done;
  if (options.memory) {
    path = remote.profile_path("/memories/" + *options.memory);
    done = "forgot memory " + *options.memory;
  } else if (options.message) {
    path = remote.profile_path("/messages/" + *options.message);
    done = "forgot message " + *options.message;
  } else if (options.session) {
    path = remote.profile_path("/sessions/" + net::percent_encode(*options.session));
    done = "forgot session " + *options.session;
  } else {
    HOLDFAST_CHECK(confirm(context.world, options.yes,
                           fmt::format("Delete everything the profile \"{}\" of namespace \"{}\" knows, for good?",
                                       connection.profile, connection.name_space)));
    path = remote.profile_path("");
    done = fmt::format("deleted profile {}", connection.profile);
  }
  HOLDFAST_TRY(const Answer answer, remote.call("DELETE", path));
  if (context.json()) {
    print_json(context.world, answer.result);
  } else {
    context.world.out << printable(done) << '\n';
  }
  return {};
}

}  // namespace

void add_forget(Registry& registry) {
  auto options = std::make_shared<Options>();
  CLI::App& app = registry.add(
      {.name = "forget",
       .summary = "Forget a memory, a message, a session or a whole profile, for good",
       .details =
           "What is forgotten does not come back when its conversation is ingested again; only remember brings it\n"
           "back. --profile with nothing else named deletes the profile (that one, else -p or HOLDFAST_PROFILE's);\n"
           "it asks first.",
       .examples = "holdfast forget 01KJ3Q0V4N8B6T2YH5RZM7WXCA\n"
                   "holdfast forget --session standup-2026-04-21\n"
                   "holdfast forget --profile alice --yes",
       .takes = Takes::kNamespace},
      [options](Context& context) { return forget(context, *options); });
  app.add_option("MEMORY_ID", options->memory, "The memory");
  app.add_option("-s,--session", options->session, "A session: its messages, and the memories from them");
  app.add_option("--message", options->message, "A message");
  app.add_option("-p", registry.flags().profile, "The profile that holds it [HOLDFAST_PROFILE; default]")
      ->group("Connection");
  options->profile =
      app.add_option("--profile", options->profile_name, "The profile; all of it when nothing else is named")
          ->expected(0, 1)
          ->allow_extra_args(false)
          ->type_name("[NAME]");
  app.add_flag("-y,--yes", options->yes, "Do not ask");
}

}  // namespace holdfast::cli
