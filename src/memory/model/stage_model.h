// How a stage asks its model: the prompt, the schema, the budget, and the entries of the trace.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/task.h"
#include "memory/model/prompts.h"
#include "memory/model/stages.h"
#include "memory/stage_context.h"
#include "models/chat.h"
#include "models/structured.h"

namespace holdfast::memory {

// What came of a question, and its entry of the trace, which is made by one of took(), split() and gave_up().
struct Asked {
  Result<models::StructuredReply> reply;
  StageTime time;

  [[nodiscard]] bool too_large() const { return !reply && reply.error().code == Code::kTooLarge; }
};

class StageModel {
 public:
  // The model must outlive it; `stage` names the prompt too.
  StageModel(const models::ChatModel& model, std::string_view stage, const ModelStageOptions& options);

  // Asks with the stage's prompt before `user`; without its examples where the whole has no room in the model's
  // context, as far as that is known. The budget is `share` of what is left until the context's end; where nothing is
  // left nothing is asked. Errors as of ask_structured(); kTooLarge also when it is known before that it cannot fit.
  [[nodiscard]] Task<Asked> ask(const StageContext& context, std::string user, std::size_t max_tokens,
                                models::CheckReply check, double share = 1) const;

  // The reply is used. `note` beside what is noted anyway: "remembered", "repaired", "salvaged".
  void took(const StageContext& context, Asked& asked, std::string_view note = {}) const;
  // It was too long, and goes on in parts.
  void split(const StageContext& context, Asked& asked) const;
  // The builtin stage goes on in its place. The reason of a failed call is the call's own.
  void gave_up(const StageContext& context, Asked& asked, std::string_view reason = {}) const;

  [[nodiscard]] std::string_view model() const { return model_.model(); }
  [[nodiscard]] std::string_view stage() const { return stage_; }
  [[nodiscard]] const ModelStageOptions& options() const { return options_; }

 private:
  [[nodiscard]] bool fits(std::string_view system, std::string_view user, std::size_t max_tokens) const;
  void enter(const StageContext& context, Asked& asked, std::string note) const;

  const models::ChatModel& model_;
  const std::string stage_;
  const Prompt prompt_;
  const ModelStageOptions options_;
};

}  // namespace holdfast::memory
