#include "cli/registry.h"

#include <fmt/format.h>

#include <algorithm>

namespace holdfast::cli {
namespace {

// Levenshtein's distance, for words of a command line.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row[b.size()];
}

std::string join_paragraphs(const std::string& details, const std::string& examples) {
  std::string text = details;
  if (!examples.empty()) {
    if (!text.empty()) text += "\n\n";
    text += "Examples:\n  ";
    for (const char c : examples) {
      text += c;
      if (c == '\n') text += "  ";
    }
  }
  return text;
}

}  // namespace

Outcome<Remote> Context::connect() const {
  HOLDFAST_TRY(Connection connection, resolve(flags, world));
  return Remote::connect(std::move(connection), world);
}

Registry::Registry(CLI::App& root) : root_(root) { root.require_subcommand(0, 1); }

void Registry::add_connection_options(CLI::App& app, Takes takes) {
  if (takes == Takes::kNothing) return;
  const std::string group = "Connection";
  app.add_option("--url", flags_.url, "The server [HOLDFAST_URL; http://127.0.0.1:8787]")->group(group);
  app.add_option("--token", flags_.token, "The token [HOLDFAST_TOKEN]")->group(group);
  app.add_option("--token-file", flags_.token_file,
                 "A file that holds the token [HOLDFAST_TOKEN_FILE, local servers only]")
      ->group(group);
  app.add_option("--account", flags_.account, "The account [local]")->group(group);
  app.add_option("--timeout", flags_.timeout_s, "Seconds a call may take [600]")->group(group);
  if (takes == Takes::kNamespace || takes == Takes::kNamespaceProfile)
    app.add_option("-n,--namespace", flags_.name_space, "The namespace [HOLDFAST_NAMESPACE; default]")->group(group);
  if (takes == Takes::kNamespaceProfile)
    app.add_option("-p,--profile", flags_.profile, "The profile [HOLDFAST_PROFILE; default]")->group(group);
  app.add_flag("--json", flags_.json, "Print the result as one JSON document")->group(group);
}

void Registry::group(const std::string& name, const std::string& summary) {
  CLI::App* app = root_.add_subcommand(name, summary);
  app->require_subcommand(0, 1);
  groups_[name] = app;
}

CLI::App& Registry::add(Spec spec, Run run) {
  CLI::App* parent = &root_;
  std::string name = spec.name;
  if (const std::size_t space = name.find(' '); space != std::string::npos) {
    parent = groups_.at(name.substr(0, space));
    name = name.substr(space + 1);
  }
  CLI::App* app = parent->add_subcommand(name, spec.summary);
  app->footer(join_paragraphs(spec.details, spec.examples));
  add_connection_options(*app, spec.takes);
  entries_.push_back({app, std::move(spec), std::move(run)});
  return *app;
}

void Registry::keep_unknown_commands() {
  root_.allow_extras();
  for (const auto& [name, app] : groups_) app->allow_extras();
}

const Registry::Entry* Registry::chosen() const {
  const auto found = std::ranges::find_if(entries_, [](const Entry& entry) { return entry.app->parsed(); });
  return found == entries_.end() ? nullptr : &*found;
}

const CLI::App& Registry::deepest() const {
  const CLI::App* app = &root_;
  while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
  return *app;
}

std::string Registry::why_none() const {
  const CLI::App& app = deepest();
  const std::string above = &app == &root_ ? "" : app.get_name() + " ";
  const std::vector<std::string> rest = app.remaining();
  if (rest.empty()) return fmt::format("say which command: holdfast {}COMMAND", above);
  if (rest.front().starts_with('-')) return fmt::format("there is no option {} before a command", rest.front());

  std::string nearest;
  std::size_t least = std::max<std::size_t>(2, rest.front().size() / 3) + 1;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    const std::size_t steps = distance(rest.front(), command->get_name());
    if (steps < least) {
      least = steps;
      nearest = command->get_name();
    }
  }
  std::string text = fmt::format("there is no command \"{}{}\"", above, rest.front());
  if (!nearest.empty()) text += fmt::format("; did you mean \"{}{}\"?", above, nearest);
  return text;
}

}  // namespace holdfast::cli
