// From a method and a raw path to a handler.
//
// A path is split at '/' first and decoded after, segment by segment: "%2F" never splits, and "..", "%2e%2e" and the
// like are ordinary values of a parameter, for the handler to validate. Nothing is normalised: a trailing slash is
// another path. A literal segment goes before a parameter, at every level; where the literal leads nowhere the
// parameter is tried.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "net/http.h"

namespace holdfast::net {

// The decoded parameters of a path, valid UTF-8 and not empty, in the pattern's order.
class Params {
 public:
  Params() = default;
  explicit Params(std::vector<std::pair<std::string, std::string>> values) : values_(std::move(values)) {}

  // The value of a parameter of the pattern; "" for a name that the pattern does not have.
  [[nodiscard]] const std::string& get(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& all() const { return values_; }

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

using RouteHandler = std::function<Task<Response>(std::shared_ptr<Request>, Params)>;

struct RouteInfo {
  std::string method, pattern, name;
};

struct RouteMatch {
  enum class Kind {
    kFound,             // handler, params, route
    kNotFound,          // 404
    kMethodNotAllowed,  // 405: allow
    kBadPath,           // 400: error (kInvalid)
  };
  Kind kind = Kind::kNotFound;
  const RouteHandler* handler = nullptr;  // handler and route point into the router
  const RouteInfo* route = nullptr;       // its pattern is the label for metrics
  Params params = {};
  std::string allow = {};  // value of the Allow header: sorted, "GET, HEAD, POST"
  Error error = {};
};

// Filled once at the start, then only read: match() and routes() are thread-safe when no add() runs.
class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  // pattern: "/a/{name}/b"; a parameter takes one whole segment. Two routes that could not be told apart (same method,
  // same pattern but for names of parameters) and malformed patterns are mistakes in the program: it ends.
  void add(std::string method, std::string pattern, RouteHandler handler, std::string name);

  // HEAD finds what GET finds, unless it has a route of its own.
  [[nodiscard]] RouteMatch match(std::string_view method, std::string_view path) const;

  [[nodiscard]] std::vector<RouteInfo> routes() const;  // in the order they were added

 private:
  struct Node;
  struct Route;
  std::unique_ptr<Node> root_;
  std::vector<std::unique_ptr<Route>> routes_;
};

}  // namespace holdfast::net
