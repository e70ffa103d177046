#include "models/structured.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "base/utf8.h"
#include "models/tolerant_json.h"

namespace holdfast::models {
namespace {

namespace json = boost::json;

constexpr std::size_t kShownBytes = 4'000;  // of a reply that is sent back
constexpr std::size_t kProblemBytes = 500;  // of what is said to be wrong with it
constexpr std::string_view kUnreadable = "unreadable";

// Whether there are lists in it and all are empty: the reply broke off before the first item was whole.
void look_for_items(const json::value& value, bool& lists, bool& items) {
  if (const auto* array = value.if_array()) {
    lists = true;
    items = items || !array->empty();
  } else if (const auto* object = value.if_object()) {
    for (const auto& member : *object) look_for_items(member.value(), lists, items);
  }
}

bool lost_everything(const json::value& value) {
  bool lists = false, items = false;
  look_for_items(value, lists, items);
  return lists && !items;
}

// The value, or in the error's message what is wrong with the reply. What is left of one that is garbled goes into
// `spare`: the model may do better.
Result<TolerantJson> usable(const ChatReply& reply, const CheckReply& check, std::optional<TolerantJson>* spare) {
  Result<TolerantJson> read = read_tolerantly(reply.text);
  std::string problem;
  if (!read) {
    problem = read.error().message;
  } else if (const Result<> checked = check(read->value); !checked) {
    problem = checked.error().message;
  } else if (read->cut_off && lost_everything(read->value)) {
    problem = "no item of it is whole";
  } else if (read->garbled && !reply.cut_off && spare != nullptr) {
    problem = "something that is no JSON stands in the middle of it";
    spare->emplace(std::exchange(*read, {}));
  } else {
    return read;
  }
  // What is missing in a reply that broke off is not what is wrong with it.
  if (reply.cut_off || (read && read->cut_off))
    problem = fmt::format("it broke off before its end ({}); be briefer", problem);
  return fail(Code::kProviderFailed, std::move(problem), {}, std::string(kUnreadable));
}

std::string shown(std::string_view text) {
  if (std::ranges::all_of(text, [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }))
    return "(nothing)";
  if (text.size() <= kShownBytes) return std::string(text);
  return std::string(first_bytes(text, kShownBytes)).append(" …");
}

ChatRequest repair(ChatRequest request, const ChatReply& reply, std::string_view problem) {
  std::string words = fmt::format("Your reply cannot be used: {}. ", first_bytes(problem, kProblemBytes));
  words += "Reply once more to what was asked before, with one complete JSON value and nothing else.";
  if (request.schema) words += fmt::format(" It must have this JSON Schema:\n{}", request.schema->json);
  request.messages.push_back({.role = ChatRole::kAssistant, .content = shown(reply.text)});
  request.messages.push_back({.role = ChatRole::kUser, .content = std::move(words)});
  return request;
}

StructuredReply made_of(TolerantJson read, const ChatReply& reply) {
  return {.value = std::move(read.value),
          .model = reply.model,
          .usage = reply.usage,
          .remembered = reply.remembered,
          .repaired = false,
          .salvaged = read.cut_off};
}

std::unexpected<Error> unreadable(const Error& error) {
  return fail(Code::kProviderFailed, fmt::format("the model's reply cannot be used: {}", error.message), {},
              std::string(kUnreadable));
}

}  // namespace

Task<Result<StructuredReply>> ask_structured(const ChatModel& model, ChatRequest request, CheckReply check) {
  const std::optional<std::chrono::milliseconds> budget = request.budget;
  HOLDFAST_CO_TRY(const ChatReply first, co_await model.complete(request));
  std::optional<TolerantJson> spare;
  Result<TolerantJson> read = usable(first, check, &spare);
  if (read) co_return made_of(*std::move(read), first);

  ChatRequest again = repair(std::move(request), first, read.error().message);
  if (budget) {
    again.budget =
        *budget - std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::microseconds(first.took_us));
    if (*again.budget <= std::chrono::milliseconds(0)) {
      if (spare) co_return made_of(*std::move(spare), first);
      co_return unreadable(read.error());
    }
  }
  const Result<ChatReply> second = co_await model.complete(std::move(again));
  if (!second && spare) co_return made_of(*std::move(spare), first);
  if (!second) {
    // A prompt that only the reply in it made too long is none that its owner should make shorter.
    if (second.error().code == Code::kTooLarge) co_return unreadable(read.error());
    co_return std::unexpected(second.error());
  }
  Result<TolerantJson> reread = usable(*second, check, nullptr);
  const bool repaired = reread.has_value();
  if (!reread && spare) reread = *std::move(spare);
  if (!reread) co_return unreadable(reread.error());
  StructuredReply reply = made_of(*std::move(reread), *second);
  reply.usage += first.usage;
  reply.remembered = first.remembered && second->remembered;
  reply.repaired = repaired;
  co_return reply;
}

}  // namespace holdfast::models
