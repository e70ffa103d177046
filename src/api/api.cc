#include "api/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "api/envelope.h"
#include "api/limits.h"
#include "api/read_json.h"
#include "api/request_id.h"
#include "base/log.h"
#include "base/utf8.h"

namespace holdfast::api {
namespace {

// Gives back what it took when it goes.
class Taken {
 public:
  Taken(std::atomic<std::size_t>& from, std::size_t amount) : from_(from), amount_(amount), now_(from += amount) {}
  ~Taken() { from_ -= amount_; }
  Taken(const Taken&) = delete;
  Taken& operator=(const Taken&) = delete;
  [[nodiscard]] std::size_t now() const { return now_; }

 private:
  std::atomic<std::size_t>& from_;
  const std::size_t amount_;
  const std::size_t now_;
};

bool valid_account(std::string_view account) {
  return count_code_points(account) <= kMaxAccount &&
         std::ranges::none_of(account, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

// Errors of the machine name files and libraries: that is for the operator's log. Clients are told what it means for
// them.
Error for_clients(const Error& error) {
  switch (error.code) {
    case Code::kCorrupt:
      return Error{error.code,
                   "this profile's data is damaged and was left as it is; other profiles are not affected. The "
                   "server's log names the file and what to do"};
    case Code::kNewerSchema:
      return Error{error.code, "this profile was written by a newer version of Holdfast: upgrade the server"};
    case Code::kIo:
      return Error{error.code, "the server cannot read or write its disk; its log says more"};
    case Code::kInternal:
      return Error{error.code, "the server failed; its log says more"};
    default:
      return error;
  }
}

}  // namespace

std::string_view Call::query_field(std::string_view name) const {
  std::string_view value;
  for (const auto& [key, text] : query)
    if (key == name) value = text;
  return value;
}

bool Call::has_query_field(std::string_view name) const {
  return std::ranges::any_of(query, [&](const auto& field) { return field.first == name; });
}

Result<bool> Call::query_flag(std::string_view name) const {
  if (!has_query_field(name)) return false;
  const std::string_view value = query_field(name);
  if (value == "1" || value == "true") return true;
  if (value == "0" || value == "false") return false;
  return fail(Code::kInvalid, fmt::format("{} must be 1 or 0", name), fmt::format("/{}", name));
}

Result<std::size_t> Call::per_page() const {
  if (!has_query_field("per_page")) return kDefaultPerPage;
  const std::string_view text = query_field("per_page");
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1 || value > kMaxPerPage)
    return fail(Code::kInvalid, fmt::format("per_page must be a number from 1 to {}", kMaxPerPage), "/per_page");
  return value;
}

Result<std::string> Call::cursor() const {
  if (!has_query_field("cursor")) return std::string();
  const std::string_view text = query_field("cursor");
  const bool plain = std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  if (text.empty() || text.size() > kMaxCursor || !plain)
    return fail(Code::kInvalid, "invalid cursor: pass on what the page before gave", "/cursor");
  return std::string(text);
}

Result<Id> Call::path_id(std::string_view name) const { return id(params.get(name), fmt::format("/{}", name)); }

Api::Api(ApiParts parts) : parts_(std::move(parts)) {
  add_namespace_routes(*this);
  add_ingest_routes(*this);
  add_recall_routes(*this);
  add_memory_routes(*this);
  add_message_routes(*this);
  add_transfer_routes(*this);
  add_token_routes(*this);
  add_system_routes(*this);
}

void Api::add(std::string method, std::string pattern, std::string name, std::string_view scope, CallHandler handler) {
  router_.add(
      std::move(method), std::move(pattern),
      [this, scope = std::string(scope), handler = std::move(handler)](std::shared_ptr<net::Request> request,
                                                                       net::Params params) -> Task<net::Response> {
        auto call = check(request, std::move(params), scope);
        if (!call) co_return failure(call.error());
        auto answer = co_await handler(std::move(*call));
        if (answer) co_return std::move(*answer);
        const Error& error = answer.error();
        if (wire_error(error.code).status >= 500) {
          log::error(error.message, {{"request_id", std::string(request->header(kRequestIdHeader))},
                                     {"code", std::string(code_name(error.code))},
                                     {"cause", error.cause},
                                     {"route", request->route}});
        }
        co_return failure(for_clients(error));
      },
      std::move(name));
}

// The handler of a coroutine lambda lives in the router for as long as the Api does, so its captures do.
Task<net::Response> Api::handle(std::shared_ptr<net::Request> request) {
  const Taken taken(in_flight_, 1);
  const TraceContext trace = identify(*request, parts_.random);
  net::Response response;
  if (taken.now() > parts_.limits.requests_in_flight) {
    response = failure(Error{Code::kOverloaded, "too many requests at once: try again in a moment"});
  } else {
    response = co_await dispatch(request);
  }
  response.headers.push_back({std::string(kRequestIdHeader), trace.request_id});
  response.headers.push_back({"traceparent", trace.traceparent});
  co_return response;
}

Task<net::Response> Api::dispatch(std::shared_ptr<net::Request> request) {
  net::RouteMatch match = router_.match(request->method, request->path);
  using enum net::RouteMatch::Kind;
  if (match.kind == kFound) {
    request->route = match.route->pattern;
    co_return co_await (*match.handler)(request, std::move(match.params));
  }
  // Without a token there is no answer, not even about which paths there are.
  if (const auto allowed = parts_.auth.allow(request->header("authorization"), Access{});
      !allowed && allowed.error().code != Code::kForbidden)
    co_return failure(allowed.error());
  if (match.kind == kBadPath) co_return failure(match.error);
  if (match.kind == kNotFound) co_return failure(Error{Code::kNotFound, "no such path"});
  net::Response response = failure(Error{Code::kMethodNotAllowed, "this path has no " + request->method});
  response.headers.push_back({"Allow", match.allow});
  co_return response;
}

Result<Call> Api::check(std::shared_ptr<net::Request> request, net::Params params, std::string_view scope) {
  Call call{std::move(request), std::move(params), {}, {}};
  call.at.account = call.params.get("account");
  call.at.name_space = call.params.get("namespace");
  call.at.profile = call.params.get("profile");
  if (!scope.empty()) {
    HOLDFAST_CHECK(
        parts_.auth.allow(call.request->header("authorization"), Access{scope, call.at.name_space, call.at.profile}));
  }
  if (!valid_account(call.at.account)) return fail(Code::kInvalid, "invalid account id", "/account");
  if (call.params.has("namespace")) HOLDFAST_CHECK(namespace_name(call.at.name_space, "/namespace"));
  if (call.params.has("profile")) HOLDFAST_CHECK(profile_name(call.at.profile, "/profile"));
  HOLDFAST_TRY(call.query, net::parse_query(call.request->query));
  return call;
}

Task<Result<boost::json::object>> Api::read_object(const Call& call, std::size_t limit, bool may_be_empty) {
  const std::size_t expected =
      static_cast<std::size_t>(std::min<std::uint64_t>(call.request->content_length.value_or(limit), limit));
  const Taken taken(body_bytes_, expected);
  // One body is always let in, however large: the budget bounds many, not one.
  if (taken.now() > parts_.limits.body_bytes_in_flight && taken.now() > expected)
    co_return fail(Code::kOverloaded, "too much is being sent at once: try again in a moment");
  HOLDFAST_CO_TRY(const std::string body, co_await net::read_all(*call.request->body, limit));
  if (body.empty() && may_be_empty) co_return boost::json::object();
  co_await parts_.compute.turn(Priority::kQuery);
  co_return parse_json_object(body);
}

}  // namespace holdfast::api
