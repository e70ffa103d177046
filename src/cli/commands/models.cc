#include <fmt/format.h>

#include "cli/commands/commands.h"
#include "cli/print.h"

namespace holdfast::cli {
namespace {

namespace json = boost::json;

struct Options {
  std::string config;
  bool json = false;
};

json::object to_json(const ModelsCheckLine& line) {
  json::object object{
      {"of", line.of}, {"what", line.what}, {"state", line.state}, {"found", line.found}, {"ms", line.ms}};
  if (!line.advice.empty()) object["advice"] = line.advice;
  return object;
}

void print_line(World& world, const ModelsCheckLine& line) {
  const std::string_view mark = line.state == "works" ? "ok" : line.state == "limited" ? "--" : "!!";
  world.out << fmt::format("  {}  {:<12} {}\n", mark, line.what, printable(line.found));
  if (!line.advice.empty()) world.out << fmt::format("      {:<12} {}\n", "", printable(line.advice));
  world.out.flush();
}

Outcome<> check(Context& context, const Options& options) {
  World& world = context.world;
  ModelsCheckOptions wanted;
  if (!options.config.empty()) wanted.config = options.config;
  std::string of;
  if (!options.json) {
    wanted.on_line = [&](const ModelsCheckLine& line) {
      if (line.of != of) world.out << printable(of = line.of) << '\n';
      print_line(world, line);
    };
  }
  const Result<std::vector<ModelsCheckLine>> checked = world.check_models(wanted);
  if (!checked)
    return std::unexpected(Failure(checked.error(), checked.error().code == Code::kInvalid ? kUsage : kFailed));
  const std::vector<ModelsCheckLine>& lines = *checked;
  if (options.json) {
    json::array rows;
    for (const ModelsCheckLine& line : lines) rows.push_back(to_json(line));
    print_json(world, rows);
  }
  if (lines.empty())
    return usage(
        "no model server is configured: name one with [llm] base_url or [embedding] base_url in --config FILE, "
        "or with HOLDFAST_LLM_BASE_URL. docs/models.md has the lines for each server");
  std::size_t failed = 0;
  for (const ModelsCheckLine& line : lines) failed += line.state == "fails" ? 1 : 0;
  if (failed > 0)
    return std::unexpected(Error{Code::kProviderFailed, fmt::format("{} of {} checks failed", failed, lines.size())});
  return {};
}

}  // namespace

void add_models(Registry& registry) {
  registry.group("models", "Look at the language models and the embedding server that are configured");
  auto options = std::make_shared<Options>();
  CLI::App& app = registry.add(
      {.name = "models check",
       .summary = "Try the configured model servers, and say what works and what to change",
       .details = "Reads the same configuration as \"serve\" and asks each server a few short questions: whether it\n"
                  "answers, holds to a JSON schema, streams, how long its context is, whether it reuses prompts, and\n"
                  "how long it takes. Nothing is stored, and no server of ours has to run.",
       .examples = "holdfast models check --config holdfast.toml\n"
                   "HOLDFAST_LLM_BASE_URL=http://127.0.0.1:8080/v1 holdfast models check\n"
                   "holdfast models check --config holdfast.toml --json",
       .takes = Takes::kNothing},
      [options](Context& context) { return check(context, *options); });
  app.add_option("--config", options->config, "A configuration file (TOML)");
  app.add_flag("--json", options->json, "JSON instead of text");
}

}  // namespace holdfast::cli
