#include "dev/main/quality.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "dev/cases.h"
#include "dev/quality/chart.h"
#include "dev/quality/memories.h"
#include "dev/quality/recall_quality.h"
#include "dev/quality/report.h"
#include "models/embedded/embedded.h"

namespace holdfast::dev {
namespace {

using quality::Conversation;

struct Asked {
  quality::Options options;
  std::string path;
  std::vector<std::string> weights;  // NAME=VALUE
  bool memories_only = false;
  bool json = false;
  bool show = false;
  std::string per_question;
  std::string svg;
  std::string encoder = "embedded";
  std::string model;  // the embedded encoder's file
};

void print(const boost::json::object& object) { fmt::print("{}\n", boost::json::serialize(object)); }

// "messages=.5" is a channel's weight, "window=.4" a signal's in both kinds of conversation, "chat.window=.4" in one.
Result<> apply(memory::RecallTuning& tuning, const std::string& setting) {
  const std::size_t equals = setting.find('=');
  std::string name = setting.substr(0, equals);
  char* end = nullptr;
  const std::string value = equals == std::string::npos ? "" : setting.substr(equals + 1);
  const double weight = std::strtod(value.c_str(), &end);
  if (value.empty() || *end != '\0') return fail(Code::kInvalid, "not NAME=VALUE: " + setting);
  const bool dialogue = name.starts_with("dialogue.");
  const bool chat = name.starts_with("chat.");
  if (dialogue || chat) name.erase(0, name.find('.') + 1);
  for (const memory::SumField& field : memory::sum_fields()) {
    if (field.name != name) continue;
    if (!chat) tuning.dialogue.*field.value = static_cast<float>(weight);
    if (!dialogue) tuning.chat.*field.value = static_cast<float>(weight);
    return {};
  }
  if (dialogue || chat) return fail(Code::kInvalid, fmt::format("there is no signal {}", name));
  const std::vector<std::string_view> channels = memory::channel_names();
  if (std::ranges::find(channels, name) == channels.end())
    return fail(Code::kInvalid, fmt::format("there is neither a signal nor a channel {}", name));
  tuning.channels.emplace_back(name, weight);
  return {};
}

Result<> prepare(Asked& asked) {
  if (asked.encoder == "embedded") {
    HOLDFAST_TRY(asked.options.encoder, models::open_embedded(asked.model));
  }
  if (asked.weights.empty() && !asked.memories_only) return {};
  auto tuning = std::make_shared<memory::RecallTuning>();
  for (const std::string& setting : asked.weights) HOLDFAST_CHECK(apply(*tuning, setting));
  if (asked.memories_only) tuning->channels.emplace_back("messages", 0);
  asked.options.tuning = std::move(tuning);
  return {};
}

Result<> write(const std::string& path, const std::string& text) {
  if (!(std::ofstream(path, std::ios::binary) << text)) return fail(Code::kIo, "cannot write " + path);
  return {};
}

using Load = Result<std::vector<Conversation>> (*)(const std::string&, quality::Range);

Result<> measure_recall_of(Asked& asked, Load load) {
  HOLDFAST_CHECK(prepare(asked));
  HOLDFAST_TRY(std::vector<Conversation> conversations, load(asked.path, asked.options.range));
  if (asked.options.one_profile) conversations = {quality::merged(std::move(conversations))};
  HOLDFAST_TRY(const quality::RecallRun run, quality::run_recall(conversations, asked.options));
  asked.options.progress("");
  if (asked.json) {
    print(quality::recall_json(run));
  } else {
    fmt::print("{}", quality::recall_table(run));
  }
  std::vector<std::pair<std::string, double>> bars;
  for (const quality::Row& row : run.report.rows)
    if (row.questions > 0) bars.emplace_back(row.category, row.r10);
  if (!asked.svg.empty()) HOLDFAST_CHECK(write(asked.svg, quality::bar_chart("Recall of the evidence at 10", bars)));
  if (!asked.per_question.empty()) HOLDFAST_CHECK(write(asked.per_question, quality::recall_lines(run)));
  return {};
}

Result<> measure_memories_of(Asked& asked) {
  HOLDFAST_CHECK(prepare(asked));
  HOLDFAST_TRY(std::vector<Case> cases, read_cases(asked.path));
  const quality::Range range = asked.options.range;
  if (cases.size() > range.to) cases.resize(range.to + 1);
  cases.erase(cases.begin(), cases.begin() + static_cast<std::ptrdiff_t>(std::min(range.from, cases.size())));
  HOLDFAST_TRY(const quality::MemoriesRun run, quality::run_memories(cases, asked.options));
  asked.options.progress("");
  if (asked.json) {
    print(quality::memories_json(run));
  } else {
    if (asked.show)
      for (const std::string& miss : run.misses) fmt::print("   {}\n", miss);
    fmt::print("{}", quality::memories_table(run));
  }
  std::vector<std::pair<std::string, double>> bars = {{"gold", run.counts.gold_share()}};
  for (const auto& [kind, answered] : run.kinds()) bars.emplace_back("answers, " + kind, answered.share());
  if (!asked.svg.empty()) HOLDFAST_CHECK(write(asked.svg, quality::bar_chart("Kept and answered", bars)));
  if (!asked.per_question.empty()) HOLDFAST_CHECK(write(asked.per_question, quality::memories_lines(run)));
  return {};
}

void add_shared(CLI::App& command, Asked& asked, const std::string& what) {
  command.add_option(what, asked.path)->required();
  command.add_option("--from", asked.options.range.from, "The first conversation, by number");
  command.add_option("--to", asked.options.range.to, "The last one");
  command.add_option("--jobs", asked.options.jobs, "Conversations at once")->capture_default_str();
  command.add_option("--cache", asked.options.cache,
                     "A directory to keep what was ingested in, and to read it from: for changes of recall only");
  command.add_option("--encoder", asked.encoder, "embedded, or none: on words alone")
      ->check(CLI::IsMember({"embedded", "none"}))
      ->capture_default_str();
  command.add_option("--model", asked.model, "The embedded encoder's file")->capture_default_str();
  command.add_option("--set", asked.weights, "A signal's or channel's weight, NAME=VALUE (chat.NAME, dialogue.NAME)");
  command.add_flag("--memories-only", asked.memories_only, "Without the channel of raw messages");
  command.add_flag("--ablate", asked.options.ablate, "Again without each channel and each signal");
  command.add_flag("--json", asked.json, "Print JSON");
  command.add_option("--svg", asked.svg, "A file for a bar chart");
  command.add_option("--per-question", asked.per_question, "A file for one line a question, tab-separated");
}

int ended(const Result<>& result, const quality::Options& options) {
  options.progress("");
  if (result) return 0;
  fmt::print(stderr, "holdfast-dev: {}\n", result.error().message);
  if (!result.error().cause.empty()) fmt::print(stderr, "  ({})\n", result.error().cause);
  return result.error().code == Code::kInvalid ? 2 : 1;
}

}  // namespace

std::function<std::optional<int>()> add_quality_commands(CLI::App& bench, const std::filesystem::path& binaries) {
  struct Benchmark {
    const char* name;
    const char* file;
    const char* about;
    Load load;
  };
  static constexpr std::array kBenchmarks = {
      Benchmark{"locomo", "FILE", "What is found in LoCoMo's dialogues", quality::load_locomo},
      Benchmark{"beam", "DIR", "What is found in BEAM's chats", quality::load_beam},
      Benchmark{"longmemeval", "FILE", "What is found in LongMemEval's sessions", quality::load_longmemeval},
  };
  const auto asked = std::make_shared<Asked>();
  asked->model = models::find_model(binaries).string();
  asked->options.directory = std::filesystem::temp_directory_path().string();
  if (isatty(STDERR_FILENO) == 1) {
    asked->options.progress = [mutex = std::make_shared<std::mutex>()](std::string_view what) {
      const std::lock_guard lock(*mutex);
      fmt::print(stderr, "\r\033[K{}", what);
    };
  }
  std::array<CLI::App*, kBenchmarks.size()> commands{};
  for (std::size_t i = 0; i < kBenchmarks.size(); ++i) {
    commands[i] = bench.add_subcommand(kBenchmarks[i].name, kBenchmarks[i].about);
    add_shared(*commands[i], *asked, kBenchmarks[i].file);
    commands[i]->add_flag("--one-profile", asked->options.one_profile, "All conversations in one profile");
  }
  CLI::App* const memories = bench.add_subcommand("memories", "What is kept of labelled conversations, and answered");
  add_shared(*memories, *asked, "FILE");
  memories->add_flag("--show", asked->show, "Print every miss");
  return [asked, commands, memories]() -> std::optional<int> {
    log::set_level(log::Level::kWarning);
    for (std::size_t i = 0; i < kBenchmarks.size(); ++i) {
      if (commands[i]->parsed()) return ended(measure_recall_of(*asked, kBenchmarks[i].load), asked->options);
    }
    if (memories->parsed()) return ended(measure_memories_of(*asked), asked->options);
    return std::nullopt;
  };
}

}  // namespace holdfast::dev
