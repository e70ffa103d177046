#include "api/language_models.h"

#include <fmt/format.h>

#include <fstream>
#include <utility>

#include "base/log.h"
#include "memory/model/stages.h"
#include "models/cached_chat.h"
#include "models/openai/embeddings.h"

namespace holdfast::api {
namespace {

constexpr std::string_view kBuiltin = "builtin";
constexpr std::chrono::milliseconds kProbe{2'000};  // for the dimensions of an embedding server, at a start

models::ProviderOptions provider_options(const char* name, const Config::Provider& config) {
  models::ProviderOptions options;
  options.name = name;
  options.base_url = config.base_url;
  options.api_key = config.api_key;
  for (const std::string& line : config.headers) {
    const std::size_t colon = line.find(':');
    const std::size_t value = std::min(line.find_first_not_of(' ', colon + 1), line.size());
    options.headers.push_back({line.substr(0, colon), line.substr(value)});
  }
  options.timeout = std::chrono::milliseconds(config.timeout_ms);
  options.retries = static_cast<std::size_t>(config.retries);
  options.in_flight = static_cast<std::size_t>(config.concurrency);
  return options;
}

models::OpenAiEmbeddingOptions embedding_options(const Config::Embedding& config, std::size_t dimensions) {
  return {.model = config.model,
          .dimensions = dimensions,
          .name_dimensions = config.dimensions > 0,
          .batch = static_cast<std::size_t>(config.batch),
          .input_tokens = static_cast<std::size_t>(config.input_tokens),
          .query_prefix = config.query_prefix,
          .passage_prefix = config.passage_prefix};
}

// Of this model, as a run before this one found them: 0 when none did.
std::size_t remembered_dimensions(const std::string& file, const std::string& model) {
  std::ifstream in(file);
  std::size_t dimensions = 0;
  std::string of;
  if (!(in >> dimensions) || !std::getline(in >> std::ws, of) || of != model) return 0;
  return dimensions;
}

}  // namespace

Result<std::unique_ptr<LanguageModels>> LanguageModels::make(const Config& config, const std::string& directory,
                                                             LanguageModelParts parts) {
  std::unique_ptr<LanguageModels> made(new LanguageModels(config, parts));
  const Config::Llm& llm = config.llm;
  if (llm.base_url.empty() && config.embedding.base_url.empty()) return made;
  HOLDFAST_TRY(made->outbound_, net::make_outbound({}));
  if (!llm.base_url.empty()) {
    made->llm_ = std::make_unique<models::Provider>(provider_options("llm", llm), made->provider_parts());
    if (!directory.empty()) {
      HOLDFAST_TRY(made->replies_, models::open_sqlite_reply_store(directory + "/models.db",
                                                                   static_cast<std::size_t>(llm.cache_bytes)));
    }
    for (const std::string* model : {&llm.model, &llm.extract_model, &llm.verify_model, &llm.classify_model,
                                     &llm.analyse_model, &llm.synthesise_model})
      if (*model != kBuiltin) made->add_chat(model->empty() ? llm.model : *model);
  }
  if (!config.embedding.base_url.empty()) HOLDFAST_CHECK(made->add_encoder(directory));
  return made;
}

LanguageModels::~LanguageModels() { stop(); }

models::ProviderParts LanguageModels::provider_parts() const {
  return {*outbound_, parts_.compute, parts_.scheduler, parts_.clock, parts_.random, parts_.observer};
}

void LanguageModels::add_chat(const std::string& model) {
  if (chats_.contains(model)) return;
  const Config::Llm& llm = config_.llm;
  Chat made;
  made.server = std::make_unique<models::OpenAiChat>(
      models::OpenAiChatOptions{.model = model,
                                .affinity_header = llm.affinity_header,
                                .stream = llm.stream,
                                .context_tokens = static_cast<std::size_t>(llm.context_tokens)},
      *llm_, parts_.clock, parts_.observer);
  if (replies_ != nullptr) {
    made.cached =
        models::cached_chat(*made.server, *replies_, {.remember = llm.cache, .tokens_a_day = llm.tokens_per_day},
                            parts_.storage, parts_.compute, parts_.clock, parts_.observer);
  }
  chats_.emplace(model, std::move(made));
}

Result<> LanguageModels::add_encoder(const std::string& directory) {
  const Config::Embedding& config = config_.embedding;
  const std::string file = directory + "/embedding.dimensions";
  auto dimensions = static_cast<std::size_t>(config.dimensions);
  if (dimensions == 0 && !directory.empty()) dimensions = remembered_dimensions(file, config.model);
  if (dimensions == 0) {
    models::ProviderOptions options = provider_options("embedding", config);
    options.timeout = options.connect_timeout = kProbe;
    options.retries = 0;
    const models::Provider probe(std::move(options), provider_parts());
    auto found = run_here(models::make_openai_encoder(embedding_options(config, 0), probe, parts_.clock, nullptr));
    if (!found) {
      log::warning(
          "the embedding server does not answer, so the length of its vectors is not known: this run does without it. "
          "Start it and then this server again, or set [embedding] dimensions",
          {{"url", config.base_url}, {"error", found.error().message}});
      return {};
    }
    dimensions = (*found)->dimensions();
    if (!directory.empty()) std::ofstream(file) << dimensions << ' ' << config.model << '\n';
  }
  embedding_ = std::make_unique<models::Provider>(provider_options("embedding", config), provider_parts());
  HOLDFAST_TRY(encoder_, run_here(models::make_openai_encoder(embedding_options(config, dimensions), *embedding_,
                                                              parts_.clock, parts_.observer)));
  return {};
}

const models::ChatModel* LanguageModels::chat(const std::string& stage_model) const {
  if (stage_model == kBuiltin) return nullptr;
  const auto found = chats_.find(stage_model.empty() ? config_.llm.model : stage_model);
  if (found == chats_.end()) return nullptr;
  if (found->second.cached != nullptr) return found->second.cached.get();
  return found->second.server.get();
}

memory::ServiceStages LanguageModels::stages(const models::Encoder* encoder) const {
  const Config::Llm& llm = config_.llm;
  const memory::ModelStageOptions options{
      .observer = parts_.observer, .redact = config_.privacy.redact, .gate = llm.gate};
  memory::ServiceStages stages;
  if (const models::ChatModel* model = chat(llm.extract_model)) {
    stages.full = memory::model_extractor(*model, memory::builtin_extractor(encoder), options);
    stages.detail = memory::model_detail_extractor(*model, memory::builtin_detail_extractor(encoder), options);
  }
  if (const models::ChatModel* model = chat(llm.verify_model))
    stages.verifier = memory::model_verifier(*model, memory::builtin_verifier(encoder), options);
  if (const models::ChatModel* model = chat(llm.classify_model))
    stages.classifier = memory::model_classifier(*model, memory::builtin_classifier(encoder), options);
  if (const models::ChatModel* model = chat(llm.analyse_model))
    stages.analyser = memory::model_query_analyser(*model, memory::builtin_query_analyser(encoder), options);
  if (const models::ChatModel* model = chat(llm.synthesise_model))
    stages.synthesiser = memory::model_synthesiser(*model, memory::builtin_synthesiser(encoder), options);
  return stages;
}

std::map<std::string, const models::OpenAiChat*> LanguageModels::chats() const {
  std::map<std::string, const models::OpenAiChat*> chats;
  for (const auto& [model, chat] : chats_) chats.emplace(model, chat.server.get());
  return chats;
}

void LanguageModels::stop() {
  if (llm_ != nullptr) llm_->stop();
  if (embedding_ != nullptr) embedding_->stop();
  if (outbound_ != nullptr) outbound_->stop();
}

}  // namespace holdfast::api
