#include "memory/model/stage_model.h"

#include <algorithm>
#include <utility>

namespace holdfast::memory {
namespace {

constexpr double kBytesPerToken = 3.5;    // about, of English
constexpr std::size_t kShareOfReply = 4;  // one in so many tokens of a small context is left for the reply
constexpr std::int64_t kMicrosPerMilli = 1'000;

std::string schema_name(std::string_view stage) { return std::string(stage) + "_reply"; }

// The word that metrics and traces have for an error.
std::string_view reason_of(const Error& error) {
  switch (error.code) {
    case Code::kTooLarge:
      return "too_long";
    case Code::kCancelled:
      return "timeout";
    case Code::kRateLimited:
      return "budget";
    default:
      return error.cause.empty() ? std::string_view("failed") : std::string_view(error.cause);
  }
}

void add_note(std::string& notes, std::string_view note) {
  if (note.empty()) return;
  if (!notes.empty()) notes += ", ";
  notes += note;
}

}  // namespace

StageModel::StageModel(const models::ChatModel& model, std::string_view stage, const ModelStageOptions& options)
    : model_(model), stage_(stage), prompt_(prompt_of(stage)), options_(options) {}

bool StageModel::fits(std::string_view system, std::string_view user, std::size_t max_tokens) const {
  const std::size_t room = model_.context_tokens();
  if (room == 0) return true;
  const auto tokens = static_cast<std::size_t>(static_cast<double>(system.size() + user.size()) / kBytesPerToken) + 1;
  return tokens + std::min(max_tokens, room / kShareOfReply) <= room;
}

Task<Asked> StageModel::ask(const StageContext& context, std::string user, std::size_t max_tokens,
                            models::CheckReply check, double share) const {
  Asked asked{.reply = fail(Code::kTooLarge, "the prompt does not fit the model's context"), .time = {}};
  asked.time.stage = stage_;
  asked.time.model = std::string(model_.model());
  if (context.trace != nullptr) asked.time.start_us = asked.time.end_us = context.trace->now_us();
  for (const std::string_view system : {prompt_.whole, prompt_.brief}) {
    if (!fits(system, user, max_tokens)) continue;
    models::ChatRequest request;
    request.stage = stage_;
    request.messages = {{models::ChatRole::kSystem, std::string(system)}, {models::ChatRole::kUser, user}};
    request.schema = models::ChatSchema{schema_name(stage_), std::string(prompt_.schema)};
    request.max_tokens = max_tokens;
    request.affinity = context.profile;
    request.priority = context.priority;
    if (context.until_us && context.trace != nullptr) {
      const std::int64_t left = *context.until_us - context.trace->now_us();
      const auto budget = static_cast<std::int64_t>(static_cast<double>(left) * share) / kMicrosPerMilli;
      if (budget <= 0) {
        asked.reply = fail(Code::kCancelled, "no time is left");
        break;
      }
      request.budget = std::chrono::milliseconds(budget);
    }
    asked.reply = co_await models::ask_structured(model_, std::move(request), check);
    if (context.trace != nullptr) asked.time.end_us = context.trace->now_us();
    if (!asked.too_large()) break;
  }
  if (asked.reply) {
    const models::StructuredReply& reply = *asked.reply;
    if (!reply.model.empty()) asked.time.model = reply.model;
    asked.time.prompt_tokens = reply.usage.prompt_tokens;
    asked.time.completion_tokens = reply.usage.completion_tokens;
    if (reply.remembered) add_note(asked.time.note, "remembered");
    if (reply.repaired) add_note(asked.time.note, "repaired");
    if (reply.salvaged) add_note(asked.time.note, "salvaged");
  }
  co_return asked;
}

void StageModel::enter(const StageContext& context, Asked& asked, std::string note) const {
  add_note(asked.time.note, note);
  if (context.trace != nullptr) context.trace->add_call(std::move(asked.time));
}

void StageModel::took(const StageContext& context, Asked& asked, std::string_view note) const {
  enter(context, asked, std::string(note));
}

void StageModel::split(const StageContext& context, Asked& asked) const { enter(context, asked, "split: too_long"); }

void StageModel::gave_up(const StageContext& context, Asked& asked, std::string_view reason) const {
  if (!asked.reply) reason = reason_of(asked.reply.error());
  const std::string said(reason);
  if (options_.observer != nullptr) options_.observer->on_fallback(stage_, said);
  enter(context, asked, std::string(kBuiltinInstead) + said);
}

}  // namespace holdfast::memory
