// `holdfast models check`: the servers that a configuration names, asked as `serve` would ask them.
#include "cli/models_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/language_models.h"
#include "base/log.h"
#include "models/openai/check.h"

namespace holdfast::cli {
namespace {

constexpr std::size_t kThreads = 2;
constexpr std::size_t kQueue = 1'000;

std::string_view name_of(models::CheckLine::State state) {
  switch (state) {
    case models::CheckLine::State::kWorks:
      return "works";
    case models::CheckLine::State::kLimited:
      return "limited";
    case models::CheckLine::State::kFails:
      break;
  }
  return "fails";
}

class Lines {
 public:
  explicit Lines(const ModelsCheckOptions& options) : options_(options) {}

  void add(const std::string& of, const std::vector<models::CheckLine>& found) {
    for (const models::CheckLine& line : found) {
      lines_.push_back({.of = of,
                        .what = line.what,
                        .state = std::string(name_of(line.state)),
                        .found = line.found,
                        .advice = line.advice,
                        .ms = static_cast<double>(line.took_us) / 1'000});
      if (options_.on_line) options_.on_line(lines_.back());
    }
  }
  [[nodiscard]] std::vector<ModelsCheckLine> take() { return std::move(lines_); }

 private:
  const ModelsCheckOptions& options_;
  std::vector<ModelsCheckLine> lines_;
};

}  // namespace

Result<std::vector<ModelsCheckLine>> check_models(const ModelsCheckOptions& options) {
  HOLDFAST_TRY(Config config, load_config(options.config.value_or(""), process_environment()));
  log::set_level(log::Level::kOff);  // what it would say stands in the lines
  config.llm.retries = std::min<std::int64_t>(config.llm.retries, 1);

  SystemClock clock;
  SystemRandom random;
  Pool pool("check", kThreads, kQueue);
  PoolScheduler scheduler(pool);
  HOLDFAST_TRY(const std::unique_ptr<api::LanguageModels> models,
               api::LanguageModels::make(config, "", {pool, pool, scheduler, clock, random}));
  Lines lines(options);
  for (const auto& [model, chat] : models->chats()) {
    const std::string of = model.empty() ? "language model" : "language model " + model;
    lines.add(of, run_here(models::check_chat(*chat, *models->llm(), clock)));
  }
  if (!config.embedding.base_url.empty()) {
    const std::string of = config.embedding.model.empty() ? "embeddings" : "embeddings of " + config.embedding.model;
    if (models->encoder() != nullptr) {
      lines.add(of, run_here(models::check_embeddings(*models->encoder(), clock)));
    } else {
      lines.add(of, {{.what = "server",
                      .state = models::CheckLine::State::kFails,
                      .found = config.embedding.base_url + " did not give a vector within two seconds",
                      .advice = "is it running, and is [embedding] base_url right? It ends in /v1 for most servers"}});
    }
  }
  models->stop();
  return lines.take();
}

}  // namespace holdfast::cli
