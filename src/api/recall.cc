// Answers coming out: recall and the summary.
#include "api/api.h"
#include "api/envelope.h"
#include "api/limits.h"
#include "api/memory_json.h"
#include "api/read_json.h"

namespace holdfast::api {
namespace {

namespace json = boost::json;

// One of three words, in the order of the enumeration.
template <typename Level>
Result<Level> read_level(const Fields& fields, std::string_view name, const std::string_view (&words)[3],
                         Level missing) {
  HOLDFAST_TRY(const std::optional<std::string> text, fields.optional_text(name, 0, kMaxBody));
  if (!text) return missing;
  for (int i = 0; i < 3; ++i)
    if (*text == words[i]) return static_cast<Level>(i);
  return fail(Code::kInvalid,
              std::string(name) + " must be " + std::string(words[0]) + ", " + std::string(words[1]) + " or " +
                  std::string(words[2]),
              fields.pointer(name));
}

Result<memory::RecallRequest> read_recall(const json::object& body, TimeMs now) {
  static constexpr std::string_view kThinking[3] = {"low", "medium", "high"};
  static constexpr std::string_view kLength[3] = {"short", "medium", "long"};
  const Fields fields(body, "");
  memory::RecallRequest request;
  HOLDFAST_TRY(request.query, fields.text("query", 1, kMaxQuery));
  HOLDFAST_TRY(request.thinking_level, read_level(fields, "thinkingLevel", kThinking, memory::ThinkingLevel::kLow));
  HOLDFAST_TRY(request.response_length, read_level(fields, "responseLength", kLength, memory::ResponseLength::kMedium));
  HOLDFAST_TRY(const std::optional<TimeMs> today, fields.optional_time("referenceDate"));
  request.reference_date = today.value_or(now);
  HOLDFAST_TRY(request.explain, fields.boolean("explain", false));
  return request;
}

Task<Result<net::Response>> recall(Api& api, Call call) {
  HOLDFAST_CO_TRY(const json::object body, co_await api.read_object(call, kMaxBody));
  HOLDFAST_CO_TRY(memory::RecallRequest request, read_recall(body, api.parts().clock.now()));
  const bool explain = request.explain;
  HOLDFAST_CO_TRY(const memory::RecallAnswer answer, co_await api.parts().service.recall(call.at, std::move(request)));
  co_return success(to_json(answer, explain));
}

Task<Result<net::Response>> summary(Api& api, Call call) {
  HOLDFAST_CO_TRY(const json::object body, co_await api.read_object(call, kMaxBody, true));
  HOLDFAST_CO_TRY(const std::optional<std::string> text, Fields(body, "").optional_text("sessionId", 0, kMaxBody));
  if (text) HOLDFAST_CO_CHECK(session_id(*text, "/sessionId"));
  HOLDFAST_CO_TRY(const std::string markdown,
                  co_await api.parts().service.summary(call.at, text.value_or(std::string())));
  co_return success(json::object{{"summary", markdown}});
}

}  // namespace

void add_recall_routes(Api& api) {
  const std::string profile(kProfile);
  const auto bind = [&](auto handler) { return [&api, handler](Call call) { return handler(api, std::move(call)); }; };
  api.add("POST", profile + "/recall", "recall", kReadScope, bind(recall));
  api.add("POST", profile + "/summary", "summary", kReadScope, bind(summary));
}

}  // namespace holdfast::api
