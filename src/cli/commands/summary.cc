#include "cli/commands/commands.h"
#include "cli/print.h"

namespace holdfast::cli {
namespace {

namespace json = boost::json;

struct Options {
  std::optional<std::string> session;
};

Outcome<> summary(Context& context, const Options& options) {
  if (options.session) HOLDFAST_CHECK(check_session(*options.session));
  HOLDFAST_TRY(Remote remote, context.connect());
  json::object body;
  if (options.session) body["sessionId"] = *options.session;
  HOLDFAST_TRY(const Answer answer, remote.call("POST", remote.profile_path("/summary"), std::move(body)));
  if (context.json()) {
    print_json(context.world, answer.result);
    return {};
  }
  const std::string text = field(answer.result, "summary");
  if (text.empty()) {
    context.world.err << "Nothing is known yet.\n";
  } else {
    context.world.out << printable(text) << (text.ends_with('\n') ? "" : "\n");
  }
  return {};
}

}  // namespace

void add_summary(Registry& registry) {
  auto options = std::make_shared<Options>();
  CLI::App& app = registry.add({.name = "summary",
                                .summary = "Print what is known as Markdown, ready to go into a prompt",
                                .details = "",
                                .examples = "holdfast summary\n"
                                            "holdfast summary --profile alice > context.md"},
                               [options](Context& context) { return summary(context, *options); });
  app.add_option("-s,--session", options->session, "The session to call the last one");
}

}  // namespace holdfast::cli
