// Every request has an id, and belongs to a trace (W3C Trace Context, level 1).
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "net/http.h"

namespace holdfast::api {

inline constexpr std::string_view kRequestIdHeader = "X-Request-Id";

struct TraceContext {
  std::string request_id;   // the client's own when it sent a plain one (1–64 of A-Z a-z 0-9 . _ -), else made here
  std::string traceparent;  // the client's trace, or a new one, with a span of ours: "00-<trace>-<span>-<flags>"
};

// Also puts the request id among the request's headers, where logs find it.
[[nodiscard]] TraceContext identify(net::Request& request, Random& random);

}  // namespace holdfast::api
