// holdfast-dev: tools for the people who work on Holdfast; not shipped.
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>

#include "dev/bench.h"
#include "dev/features.h"
#include "dev/machine.h"
#include "dev/main/quality.h"

namespace {

using namespace holdfast;

int bench(dev::BenchOptions options) {
  const bool terminal = isatty(STDERR_FILENO) == 1;
  if (terminal) options.progress = [](std::string_view what) { fmt::print(stderr, "\r\033[K{}", what); };
  options.report = [&](const std::vector<dev::Figure>& figures) {
    if (terminal) fmt::print(stderr, "\r\033[K");
    fmt::print("{}", dev::table_lines(figures));
    std::fflush(stdout);
  };
  fmt::print("{}\n{}", dev::describe_machine(options.directory), dev::table_heading());
  std::fflush(stdout);
  const auto done = dev::run_bench(options);
  if (terminal) fmt::print(stderr, "\r\033[K");
  if (!done) {
    fmt::print(stderr, "holdfast-dev: {}\n", done.error().message);
    if (!done.error().cause.empty()) fmt::print(stderr, "  ({})\n", done.error().cause);
    return done.error().code == Code::kInvalid ? 2 : 1;
  }
  fmt::print("\nload at the end {:.1f}; figures are medians of the runs given; clients and server share the machine\n",
             dev::load_average());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  CLI::App app("Tools for the people who work on Holdfast.", "holdfast-dev");
  app.require_subcommand(1);
  dev::BenchOptions options;
  const std::filesystem::path binaries = std::filesystem::absolute(argv[0]).parent_path();
  options.server = (binaries / "holdfast").string();
  options.directory = std::filesystem::temp_directory_path().string();
  CLI::App* command = app.add_subcommand("bench", "Measure, and print one table");
  command->add_flag("--quick", options.quick, "Fewer runs, no profile of 100,000 messages, no 10,000 profiles");
  command->add_option("--only", options.only, fmt::format("One group: {}", fmt::join(dev::bench_groups(), ", ")));
  command->add_option("--server", options.server, "The binary to spawn")->capture_default_str();
  command->add_option("--directory", options.directory, "Where data directories are made, and removed again")
      ->capture_default_str();
  std::string set, cases;
  std::string encoder;
  CLI::App* features = app.add_subcommand("features", "Print what a learned head sees of labelled conversations");
  features->add_option("set", set, fmt::format("{}", fmt::join(dev::feature_sets(), ", ")))->required();
  features->add_option("cases", cases, "The conversations, one JSON object a line")->required();
  features->add_option("--vectors", encoder, "The encoder's model file: with its vectors");
  const auto quality = dev::add_quality_commands(*command, binaries);
  CLI11_PARSE(app, argc, argv);
  if (const std::optional<int> ended = quality()) return *ended;
  if (!features->parsed()) return bench(options);
  const auto printed = dev::print_features(set, cases, encoder);
  if (!printed) fmt::print(stderr, "holdfast-dev: {}\n", printed.error().message);
  return printed ? 0 : 1;
}
