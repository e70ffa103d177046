#include <fmt/format.h>

#include "base/time.h"
#include "cli/commands/commands.h"
#include "cli/print.h"

namespace holdfast::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestQuery = 1024;  // bytes

struct Options {
  std::string query;
  std::optional<std::string> level, length, date;
  bool verbose = false;
  bool explain = false;
};

void print_candidates(World& world, const json::array& candidates) {
  Table table({"SCORE", "ID", "SESSION", "SUMMARY"});
  for (const json::value& candidate : candidates) {
    const json::value* score = candidate.is_object() ? candidate.get_object().if_contains("score") : nullptr;
    const std::string shown =
        score != nullptr && score->is_number() ? fmt::format("{:.4f}", score->to_number<double>()) : "";
    table.add({shown, field(candidate, "id"), field(candidate, "sessionId"), field(candidate, "summary")});
  }
  if (!table.empty()) table.print(world);
}

Outcome<> recall(Context& context, const Options& options) {
  World& world = context.world;
  if (options.query.empty() || options.query.size() > kLongestQuery)
    return usage(fmt::format("a question takes 1 to {} bytes", kLongestQuery));
  if (options.date && !parse_iso(*options.date))
    return usage(fmt::format("--date takes a date like 2026-04-21 or 2026-04-21T09:30:00Z, not \"{}\"", *options.date));
  HOLDFAST_TRY(Remote remote, context.connect());
  json::object body{{"query", options.query}};
  if (options.level) body["thinkingLevel"] = *options.level;
  if (options.length) body["responseLength"] = *options.length;
  if (options.date) body["referenceDate"] = *options.date;
  if (options.explain) body["explain"] = true;
  HOLDFAST_TRY(const Answer answer, remote.call("POST", remote.profile_path("/recall"), std::move(body)));
  if (context.json()) {
    print_json(world, answer.result);
    return {};
  }
  const std::string text = field(answer.result, "answer");
  if (text.empty()) {
    world.err << "Nothing is known about that.\n";
  } else {
    world.out << printable(text) << '\n';
  }
  const json::object* members = answer.result.if_object();
  const json::value* candidates = members == nullptr ? nullptr : members->if_contains("candidates");
  if ((options.verbose || options.explain) && candidates != nullptr && candidates->is_array()) {
    world.out << '\n';
    print_candidates(world, candidates->get_array());
  }
  if (options.explain && members != nullptr) {
    world.out << '\n';
    json::object rest = *members;
    rest.erase("answer");
    print_tree(world, rest);
  }
  return {};
}

}  // namespace

void add_recall(Registry& registry) {
  auto options = std::make_shared<Options>();
  CLI::App& app =
      registry.add({.name = "recall",
                    .summary = "Ask what is known",
                    .details = "Prints the answer alone; nothing when nothing is known (and says so beside it).",
                    .examples = "holdfast recall \"What package manager does the user prefer?\"\n"
                                "holdfast recall \"What is due this week?\" --date 2026-04-21\n"
                                "holdfast recall \"Where does Mara live?\" --level high --explain"},
                   [options](Context& context) { return recall(context, *options); });
  app.add_option("QUERY", options->query, "The question")->required();
  app.add_option("--level", options->level, "How widely to search: low, medium or high [low]")
      ->check(CLI::IsMember({"low", "medium", "high"}));
  app.add_option("--length", options->length, "How long the answer is: short, medium or long [medium]")
      ->check(CLI::IsMember({"short", "medium", "long"}));
  app.add_option("--date", options->date, "The day that counts as today");
  app.add_flag("-v,--verbose", options->verbose, "Show the memories the answer comes from");
  app.add_flag("--explain", options->explain, "Show how each was found: channel, rank, weight, messages");
}

}  // namespace holdfast::cli
