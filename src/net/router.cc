#include "net/router.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

namespace holdfast::net {
namespace {

[[noreturn]] void mistake(std::string_view method, std::string_view pattern, std::string_view what) {
  fmt::print(stderr, "route {} {}: {}\n", method, pattern, what);
  std::abort();
}

// "/a//b" → "a", "", "b". Nothing when the path does not begin with '/'.
std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  if (!path.starts_with('/')) return segments;
  for (std::size_t at = 1;;) {
    const std::size_t end = path.find('/', at);
    segments.push_back(path.substr(at, end == std::string_view::npos ? end : end - at));
    if (end == std::string_view::npos) return segments;
    at = end + 1;
  }
}

bool is_parameter(std::string_view segment) { return segment.starts_with('{') && segment.ends_with('}'); }

}  // namespace

struct Router::Route {
  RouteInfo info;
  RouteHandler handler;
  std::vector<std::string> parameters;  // names, in the pattern's order
};

struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> parameter;
  std::map<std::string, const Route*, std::less<>> methods;

  // The ends that a path may lead to, the preferred one first. Bounded by the size of the tree.
  struct Walk {
    const std::vector<std::string_view>& segments;
    std::vector<std::pair<const Node*, std::vector<std::string_view>>> ends;
    std::vector<std::string_view> values;

    void visit(const Node& node, std::size_t depth) {
      if (depth == segments.size()) {
        if (!node.methods.empty()) ends.emplace_back(&node, values);
        return;
      }
      const std::string_view segment = segments[depth];
      if (const auto literal = node.literals.find(segment); literal != node.literals.end())
        visit(*literal->second, depth + 1);
      if (node.parameter && !segment.empty()) {
        values.push_back(segment);
        visit(*node.parameter, depth + 1);
        values.pop_back();
      }
    }
  };

  [[nodiscard]] const Route* route_for(std::string_view method) const {
    auto found = methods.find(method);
    if (found == methods.end() && method == "HEAD") found = methods.find("GET");
    return found == methods.end() ? nullptr : found->second;
  }
};

const std::string& Params::get(std::string_view name) const {
  static const std::string kNone;
  const auto found = std::ranges::find_if(values_, [&](const auto& value) { return value.first == name; });
  return found == values_.end() ? kNone : found->second;
}

bool Params::has(std::string_view name) const {
  return std::ranges::any_of(values_, [&](const auto& value) { return value.first == name; });
}

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(std::string method, std::string pattern, RouteHandler handler, std::string name) {
  const std::vector<std::string_view> segments = split(pattern);
  if (segments.empty()) mistake(method, pattern, "a pattern begins with '/'");
  auto route = std::make_unique<Route>();
  Node* node = root_.get();
  for (const std::string_view segment : segments) {
    std::unique_ptr<Node>* next = nullptr;
    if (is_parameter(segment)) {
      std::string parameter(segment.substr(1, segment.size() - 2));
      if (parameter.empty() || std::ranges::find(route->parameters, parameter) != route->parameters.end())
        mistake(method, pattern, "a parameter needs a name of its own");
      route->parameters.push_back(std::move(parameter));
      next = &node->parameter;
    } else {
      if (segment.find_first_of("{}") != std::string_view::npos)
        mistake(method, pattern, "a parameter takes a whole segment");
      next = &node->literals[std::string(segment)];
    }
    if (!*next) *next = std::make_unique<Node>();
    node = next->get();
  }
  if (!node->methods.emplace(method, route.get()).second) mistake(method, pattern, "there is such a route already");
  route->info = {std::move(method), std::move(pattern), std::move(name)};
  route->handler = std::move(handler);
  routes_.push_back(std::move(route));
}

RouteMatch Router::match(std::string_view method, std::string_view path) const {
  RouteMatch match;
  const std::vector<std::string_view> segments = split(path);
  if (segments.empty()) return match;
  Node::Walk walk{segments, {}, {}};
  walk.visit(*root_, 0);

  std::set<std::string_view> allowed;
  for (const auto& [node, raw] : walk.ends) {
    const Route* route = node->route_for(method);
    if (route == nullptr) {
      for (const auto& [other, unused] : node->methods) allowed.insert(other);
      continue;
    }
    std::vector<std::pair<std::string, std::string>> values;
    for (std::size_t i = 0; i < raw.size(); ++i) {
      Result<std::string> value = percent_decode(raw[i]);
      if (!value) {
        match.kind = RouteMatch::Kind::kBadPath;
        match.error = std::move(value).error();
        return match;
      }
      values.emplace_back(route->parameters[i], *std::move(value));
    }
    match.kind = RouteMatch::Kind::kFound;
    match.handler = &route->handler;
    match.route = &route->info;
    match.params = Params(std::move(values));
    return match;
  }
  if (allowed.empty()) return match;
  if (allowed.contains("GET")) allowed.insert("HEAD");
  match.kind = RouteMatch::Kind::kMethodNotAllowed;
  for (const std::string_view each : allowed) {
    if (!match.allow.empty()) match.allow += ", ";
    match.allow += each;
  }
  return match;
}

std::vector<RouteInfo> Router::routes() const {
  std::vector<RouteInfo> all;
  all.reserve(routes_.size());
  for (const auto& route : routes_) all.push_back(route->info);
  return all;
}

}  // namespace holdfast::net
