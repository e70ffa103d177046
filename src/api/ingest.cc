// Conversations and statements going in.
#include <fmt/format.h>

#include "api/api.h"
#include "api/envelope.h"
#include "api/limits.h"
#include "api/memory_json.h"
#include "api/read_json.h"

namespace holdfast::api {
namespace {

namespace json = boost::json;

Result<memory::IncomingMessage> read_message(const json::value& value, std::size_t index) {
  const std::string at = fmt::format("/messages/{}", index);
  if (!value.is_object()) return fail(Code::kInvalid, "a message must be an object", at);
  const Fields fields(value.get_object(), at);
  memory::IncomingMessage message;
  HOLDFAST_TRY(const std::string role, fields.text("role", 0, kMaxBody));
  const auto parsed = memory::parse_role(role);
  if (!parsed) return fail(Code::kInvalid, "role must be system, user or assistant", fields.pointer("role"));
  message.role = *parsed;
  HOLDFAST_TRY(message.content, fields.text("content", 1, kMaxContent));
  HOLDFAST_TRY(message.timestamp, fields.optional_time("timestamp"));
  HOLDFAST_TRY(std::optional<std::string> name, fields.optional_text("name", 1, kMaxName));
  message.name = std::move(name).value_or(std::string());
  return message;
}

Result<std::optional<std::string>> read_session(const Fields& fields) {
  // Bytes are bounded loosely here; session_id() counts characters.
  HOLDFAST_TRY(const std::optional<std::string> text, fields.optional_text("sessionId", 0, kMaxBody));
  if (!text) return std::nullopt;
  HOLDFAST_TRY(std::string id, session_id(*text, "/sessionId"));
  return id;
}

Result<memory::IngestRequest> read_ingest(const json::object& body) {
  const Fields fields(body, "");
  memory::IngestRequest request;
  HOLDFAST_TRY(request.session_id, read_session(fields));
  HOLDFAST_TRY(const json::array* messages, fields.array("messages"));
  if (messages->empty() || messages->size() > kMaxMessages) {
    return fail(Code::kInvalid,
                fmt::format("messages must hold 1 to {} messages; it holds {}", kMaxMessages, messages->size()),
                "/messages");
  }
  request.messages.reserve(messages->size());
  for (std::size_t i = 0; i < messages->size(); ++i) {
    HOLDFAST_TRY(memory::IncomingMessage message, read_message((*messages)[i], i));
    request.messages.push_back(std::move(message));
  }
  return request;
}

Task<Result<net::Response>> ingest(Api& api, Call call) {
  HOLDFAST_CO_TRY(const bool verbose, call.query_flag("verbose"));
  memory::IngestRequest request;
  bool wait = true;
  {
    HOLDFAST_CO_TRY(const json::object body, co_await api.read_object(call, kMaxIngestBody));
    HOLDFAST_CO_TRY(request, read_ingest(body));
    HOLDFAST_CO_TRY(const bool async, Fields(body, "").boolean("async", false));
    wait = !async;
  }
  request.arrived_at = api.parts().clock.now();
  HOLDFAST_CO_TRY(const memory::IngestReport report,
                  co_await api.parts().service.ingest(call.at, std::move(request), wait));
  if (!wait) {
    json::object result = verbose ? to_json(report) : json::object();
    result["jobId"] = report.job ? json::value(report.job->to_string()) : json::value(nullptr);
    co_return success(std::move(result), 202);
  }
  co_return success(verbose ? json::value(to_json(report)) : json::value(nullptr));
}

Task<Result<net::Response>> get_job(Api& api, Call call) {
  HOLDFAST_CO_TRY(const Id job, call.path_id("job_id"));
  HOLDFAST_CO_TRY(const memory::Job found, co_await api.parts().service.get_job(call.at, job));
  co_return success(to_json(found));
}

Task<Result<net::Response>> remember(Api& api, Call call) {
  HOLDFAST_CO_TRY(const json::object body, co_await api.read_object(call, kMaxBody));
  const Fields fields(body, "");
  memory::RememberRequest request;
  HOLDFAST_CO_TRY(request.content, fields.text("content", 1, kMaxContent));
  HOLDFAST_CO_TRY(std::optional<std::string> session, read_session(fields));
  request.session_id = std::move(session).value_or(std::string());
  HOLDFAST_CO_TRY(std::optional<std::string> name, fields.optional_text("name", 1, kMaxName));
  request.name = std::move(name).value_or(std::string());
  HOLDFAST_CO_TRY(const memory::Memory memory, co_await api.parts().service.remember(call.at, std::move(request)));
  co_return success(to_json(memory, Detail::kWhole));
}

}  // namespace

void add_ingest_routes(Api& api) {
  const std::string profile(kProfile);
  const auto bind = [&](auto handler) { return [&api, handler](Call call) { return handler(api, std::move(call)); }; };
  api.add("POST", profile + "/ingest", "ingest", kWriteScope, bind(ingest));
  api.add("GET", profile + "/jobs/{job_id}", "get_job", kReadScope, bind(get_job));
  api.add("POST", profile + "/remember", "remember", kWriteScope, bind(remember));
}

}  // namespace holdfast::api
