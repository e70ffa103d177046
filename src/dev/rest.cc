#include "dev/rest.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <system_error>
#include <thread>

#include "base/time.h"

namespace holdfast::dev {
namespace {

namespace json = boost::json;

constexpr std::string_view kNamespaces = "/client/v4/accounts/bench/agent-memory/namespaces";
constexpr std::string_view kNamespace = "bench";

std::string path(std::string_view profile, std::string_view call) {
  return fmt::format("{}/{}/profiles/{}/{}", kNamespaces, kNamespace, profile, call);
}

Result<json::value> parse(const std::string& text) {
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  if (error || !value.is_object()) return fail(Code::kInternal, "not a JSON object: " + text);
  return value;
}

// −1 when it is not there.
std::int64_t number_at(const json::value& answer, std::string_view pointer) {
  std::error_code error;
  const json::value* const value = answer.find_pointer(pointer, error);
  return value != nullptr && value->is_int64() ? value->get_int64() : -1;
}

}  // namespace

std::string ingest_body(const Session& session, bool async) {
  json::array messages;
  for (const Line& line : session.lines) {
    messages.push_back({{"role", line.first ? "user" : "assistant"},
                        {"name", line.name},
                        {"content", line.text},
                        {"timestamp", format_iso(line.time)}});
  }
  json::object body{{"sessionId", session.id}, {"messages", std::move(messages)}};
  if (async) body["async"] = true;
  return json::serialize(body);
}

std::string recall_body(std::string_view query) { return json::serialize(json::object{{"query", query}}); }

Result<Rest> Rest::connect(const std::string& url, const std::string& token) {
  HOLDFAST_TRY(net::Client client, net::Client::make({.base_url = url, .token = token}));
  return Rest(std::move(client));
}

Result<std::string> Rest::call(std::string_view method, const std::string& path, std::string_view body) {
  HOLDFAST_TRY(net::ClientResponse answer, client_.request(method, path, body, body.empty() ? "" : "application/json"));
  if (answer.status / 100 != 2)
    return fail(Code::kInternal, fmt::format("{} {} answered {}: {}", method, path, answer.status, answer.body));
  return std::move(answer.body);
}

Result<> Rest::create_namespace() {
  HOLDFAST_CHECK(call("POST", std::string(kNamespaces), json::serialize(json::object{{"name", kNamespace}})));
  return {};
}

Result<> Rest::ingest(std::string_view profile, std::string_view body) {
  HOLDFAST_CHECK(call("POST", path(profile, "ingest"), body));
  return {};
}

Result<std::size_t> Rest::recall(std::string_view profile, std::string_view body) {
  HOLDFAST_TRY(const std::string text, call("POST", path(profile, "recall"), body));
  HOLDFAST_TRY(const json::value answer, parse(text));
  const std::int64_t count = number_at(answer, "/result/count");
  if (count < 0) return fail(Code::kInternal, "no count in " + text);
  return static_cast<std::size_t>(count);
}

Result<Rest::Status> Rest::status(std::string_view profile) {
  HOLDFAST_TRY(const std::string text, call("GET", path(profile, "status"), {}));
  HOLDFAST_TRY(const json::value answer, parse(text));
  return Status{number_at(answer, "/result/messages"), number_at(answer, "/result/memories"),
                number_at(answer, "/result/jobs_pending")};
}

Result<> Rest::drain(std::string_view profile) {
  for (;;) {
    HOLDFAST_TRY(const Status now, status(profile));
    if (now.jobs_pending == 0) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

Result<double> Rest::metric(std::string_view name) {
  HOLDFAST_TRY(const std::string text, call("GET", "/metrics", {}));
  const std::size_t at = text.find(fmt::format("\n{} ", name));
  if (at == std::string::npos) return fail(Code::kInternal, fmt::format("no metric {}", name));
  return std::strtod(text.c_str() + at + 1 + name.size(), nullptr);
}

}  // namespace holdfast::dev
