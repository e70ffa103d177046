// The REST face: from a request to a call of the memory service and back.
//
// A route is one entry of a table: method, pattern, name, the scope it needs, and a handler that sees a Call with
// everything already checked (token, names, query). A new group of calls is a new file with one add_…_routes().
//
//   request → request id → token, scope, rate → names and query → body budget → handler → envelope
#pragma once

#include <atomic>
#include <boost/json/object.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/auth.h"
#include "base/clock.h"
#include "base/pool.h"
#include "base/random.h"
#include "base/result.h"
#include "base/task.h"
#include "memory/service.h"
#include "net/http.h"
#include "net/router.h"

namespace holdfast::api {

// One request, checked: names are valid, the token may do this.
struct Call {
  std::shared_ptr<net::Request> request;
  net::Params params;
  net::QueryFields query;
  memory::Address at;  // account, namespace and profile of the path; "" for those it does not have

  // The last value of a query field; "" when there is none.
  [[nodiscard]] std::string_view query_field(std::string_view name) const;
  [[nodiscard]] bool has_query_field(std::string_view name) const;
  [[nodiscard]] Result<bool> query_flag(std::string_view name) const;  // absent: false; 1, true, 0, false
  [[nodiscard]] Result<std::size_t> per_page() const;                  // kDefaultPerPage; 1 to kMaxPerPage
  [[nodiscard]] Result<std::string> cursor() const;                    // "" for none; ^[A-Za-z0-9_-]{1,256}$
  [[nodiscard]] Result<Id> path_id(std::string_view name) const;
};

using CallHandler = std::function<Task<Result<net::Response>>(Call)>;

struct ApiLimits {
  std::size_t requests_in_flight = 512;                       // more are answered 503
  std::size_t body_bytes_in_flight = std::size_t{256} << 20;  // of all bodies being read or parsed
};

struct ApiParts {
  memory::MemoryService& service;
  Auth& auth;
  Pool& compute;  // parsing and rendering, off the network thread
  Pool& storage;  // the token calls' disk
  const Clock& clock;
  Random& random;
  ApiLimits limits = {};
  std::function<std::string()> render_metrics = {};  // the text of /metrics
  std::function<bool()> ready = {};                  // for /readyz
};

class Api {
 public:
  explicit Api(ApiParts parts);
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  // The server's handler. The Api must outlive every task it gives.
  [[nodiscard]] Task<net::Response> handle(std::shared_ptr<net::Request> request);
  [[nodiscard]] std::vector<net::RouteInfo> routes() const { return router_.routes(); }
  [[nodiscard]] std::size_t in_flight() const { return in_flight_.load(); }

  // For the add_…_routes() of the groups. A scope of "" needs no token.
  void add(std::string method, std::string pattern, std::string name, std::string_view scope, CallHandler handler);
  [[nodiscard]] const ApiParts& parts() const { return parts_; }

  // The body as a JSON object, read within `limit` bytes and the budget of bodies in flight; parsed on the compute
  // pool, where the caller goes on. An empty body is an empty object where `may_be_empty`.
  [[nodiscard]] Task<Result<boost::json::object>> read_object(const Call& call, std::size_t limit,
                                                              bool may_be_empty = false);

 private:
  Task<net::Response> dispatch(std::shared_ptr<net::Request> request);
  [[nodiscard]] Result<Call> check(std::shared_ptr<net::Request> request, net::Params params, std::string_view scope);

  ApiParts parts_;
  net::Router router_;
  std::atomic<std::size_t> in_flight_{0};
  std::atomic<std::size_t> body_bytes_{0};
};

// The groups of calls, a file each.
void add_namespace_routes(Api& api);
void add_memory_routes(Api& api);
void add_message_routes(Api& api);
void add_ingest_routes(Api& api);
void add_recall_routes(Api& api);
void add_transfer_routes(Api& api);
void add_token_routes(Api& api);
void add_system_routes(Api& api);

// Patterns begin with these.
inline constexpr std::string_view kNamespaces = "/client/v4/accounts/{account}/agent-memory/namespaces";
inline constexpr std::string_view kProfile =
    "/client/v4/accounts/{account}/agent-memory/namespaces/{namespace}/profiles/{profile}";

}  // namespace holdfast::api
