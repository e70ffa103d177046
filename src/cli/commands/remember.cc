#include <fmt/format.h>

#include "cli/commands/commands.h"
#include "cli/conversation.h"
#include "cli/print.h"

namespace holdfast::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestContent = 32'768;  // bytes

struct Options {
  std::string content;
  std::optional<std::string> session, name;
};

Outcome<> remember(Context& context, Options options) {
  if (options.session) HOLDFAST_CHECK(check_session(*options.session));
  if (options.content == "-") {
    HOLDFAST_TRY(options.content, read_input(context.world, "-", kLongestContent + 1));
    while (options.content.ends_with('\n')) options.content.pop_back();
  }
  if (options.content.empty() || options.content.size() > kLongestContent)
    return usage(fmt::format("what to remember takes 1 to {} bytes", kLongestContent));
  HOLDFAST_TRY(Remote remote, context.connect());
  HOLDFAST_CHECK(remote.ensure_namespace());
  json::object body{{"content", options.content}};
  if (options.session) body["sessionId"] = *options.session;
  if (options.name) body["name"] = *options.name;
  HOLDFAST_TRY(const Answer answer, remote.call("POST", remote.profile_path("/remember"), std::move(body)));
  if (context.json()) {
    print_json(context.world, answer.result);
  } else {
    context.world.out << fmt::format("{}  {}  {}\n", field(answer.result, "id"), field(answer.result, "type"),
                                     one_line(field(answer.result, "summary")));
  }
  return {};
}

}  // namespace

void add_remember(Registry& registry) {
  auto options = std::make_shared<Options>();
  CLI::App& app = registry.add({.name = "remember",
                                .summary = "Remember one thing, word for word",
                                .details = "",
                                .examples = "holdfast remember \"The staging database is called heron\"\n"
                                            "holdfast remember - < note.txt"},
                               [options](Context& context) { return remember(context, *options); });
  app.add_option("CONTENT", options->content, "What to remember, or - for standard input")->required();
  app.add_option("-s,--session", options->session, "The session it belongs to");
  app.add_option("--name", options->name, "Who says it");
}

}  // namespace holdfast::cli
