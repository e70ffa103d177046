// The list of commands. A command is one file in commands/ that calls Registry::add, and its name in
// commands/commands.h.
//
//   void add_greet(Registry& registry) {
//     struct Options { std::string name; };
//     auto options = std::make_shared<Options>();
//     CLI::App& app = registry.add({.name = "greet", .summary = "Say hello", .examples = "holdfast greet Ada"},
//                                  [options](Context& context) { return greet(context, *options); });
//     app.add_option("NAME", options->name, "Whom to greet")->required();
//   }
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cli/connection.h"
#include "cli/exit.h"
#include "cli/remote.h"
#include "cli/world.h"

namespace holdfast::cli {

// What a running command is given.
struct Context {
  World& world;
  const Flags& flags;

  [[nodiscard]] bool json() const { return flags.json; }
  [[nodiscard]] Outcome<Remote> connect() const;
};

using Run = std::function<Outcome<>(Context&)>;

// How much of the connection a command takes.
enum class Takes {
  kNothing,           // none: it does not call a server
  kServer,            // --url, --token, --token-file, --account, --timeout, --json
  kNamespace,         // and --namespace
  kNamespaceProfile,  // and --profile
};

struct Spec {
  std::string name;      // "recall", or "token create" for one of a group
  std::string summary;   // a line, capital first, no full stop
  std::string details;   // more paragraphs for --help, may be ""
  std::string examples;  // lines for --help
  Takes takes = Takes::kNamespaceProfile;
};

class Registry {
 public:
  explicit Registry(CLI::App& root);

  // A command's options are added to what this returns.
  CLI::App& add(Spec spec, Run run);
  // Says what a group of commands ("token") is about; before its first command.
  void group(const std::string& name, const std::string& summary);

  struct Entry {
    CLI::App* app = nullptr;
    Spec spec;
    Run run;
  };
  // After the last add(): a word that is no command is left over, for why_none(), instead of ending the parsing.
  void keep_unknown_commands();
  // The command that was given, after parsing; null when none was.
  [[nodiscard]] const Entry* chosen() const;
  // Why none was chosen: nothing or an unknown word was given. Names the nearest command.
  [[nodiscard]] std::string why_none() const;
  // The deepest command or group that was given: whose help is of use.
  [[nodiscard]] const CLI::App& deepest() const;

  [[nodiscard]] Flags& flags() { return flags_; }

 private:
  void add_connection_options(CLI::App& app, Takes takes);

  CLI::App& root_;
  Flags flags_;
  std::vector<Entry> entries_;
  std::map<std::string, CLI::App*> groups_;
};

}  // namespace holdfast::cli
