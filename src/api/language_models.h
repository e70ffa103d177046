// The models of a server that are asked over the network: made from its configuration, stopped before its pools.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/config.h"
#include "base/pool.h"
#include "base/random.h"
#include "base/result.h"
#include "base/scheduler.h"
#include "memory/service.h"
#include "models/encoder.h"
#include "models/observer.h"
#include "models/openai/chat_model.h"
#include "models/openai/provider.h"
#include "models/reply_store.h"
#include "net/outbound.h"

namespace holdfast::api {

// What the models work with; everything must outlive them.
struct LanguageModelParts {
  Pool& storage;
  Pool& compute;
  Scheduler& scheduler;
  const Clock& clock;
  Random& random;
  models::ModelObserver* observer = nullptr;
};

class LanguageModels {
 public:
  // Asks no language model. An embedding server is asked for its dimensions, two seconds at most, unless they are
  // configured or DIR/embedding.dimensions remembers them. Opens DIR/models.db (replies, and what was paid) when a
  // language model is configured. `directory`: of the server's data; "" keeps nothing there.
  // kIo, kCorrupt, kNewerSchema, kInvalid.
  [[nodiscard]] static Result<std::unique_ptr<LanguageModels>> make(const Config& config, const std::string& directory,
                                                                    LanguageModelParts parts);
  ~LanguageModels();

  // The stages that a model was configured for; the others are null: the program's own.
  [[nodiscard]] memory::ServiceStages stages(const models::Encoder* encoder) const;
  // The embedding server's; null when none is configured, or its dimensions could not be found out.
  [[nodiscard]] const models::Encoder* encoder() const { return encoder_.get(); }
  [[nodiscard]] models::ReplyStore* replies() const { return replies_.get(); }

  // What `holdfast models check` asks: the configured models by name, as the server itself would ask them but for the
  // cache of replies.
  [[nodiscard]] std::map<std::string, const models::OpenAiChat*> chats() const;

  // The server of [llm]; null when none is configured.
  [[nodiscard]] const models::Provider* llm() const { return llm_.get(); }

  // Ends what is in flight; every later call fails at once, and its stage goes on by itself.
  void stop();

 private:
  // One model of the server of [llm], and what stands before it.
  struct Chat {
    std::unique_ptr<models::OpenAiChat> server;
    std::unique_ptr<models::ChatModel> cached;
  };

  LanguageModels(const Config& config, LanguageModelParts parts) : config_(config), parts_(parts) {}
  [[nodiscard]] models::ProviderParts provider_parts() const;
  void add_chat(const std::string& model);
  Result<> add_encoder(const std::string& directory);
  [[nodiscard]] const models::ChatModel* chat(const std::string& stage_model) const;

  const Config config_;
  const LanguageModelParts parts_;
  std::unique_ptr<net::Outbound> outbound_;
  std::unique_ptr<models::Provider> llm_;
  std::unique_ptr<models::Provider> embedding_;
  std::unique_ptr<models::ReplyStore> replies_;
  std::map<std::string, Chat> chats_;  // by the model's name
  std::unique_ptr<models::Encoder> encoder_;
};

}  // namespace holdfast::api
