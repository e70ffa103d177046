// The envelope every answer of the REST face comes in, and the one table from our errors to its statuses and codes.
//
//   {"result": …, "success": true, "errors": [], "messages": [], "result_info": …}
//   {"result": null, "success": false, "errors": [{"code": 11001, "message": "…", "source": {"pointer": "/name"}}], …}
#pragma once

#include <boost/json/value.hpp>
#include <optional>

#include "base/result.h"
#include "net/http.h"

namespace holdfast::api {

struct WireError {
  int status;
  int code;
};

// HTTP status and wire code of an error.
[[nodiscard]] WireError wire_error(Code code);

[[nodiscard]] net::Response success(boost::json::value result, int status = 200,
                                    std::optional<boost::json::object> result_info = std::nullopt);

// With Retry-After where the error calls for one. What an internal error's cause is stays in the log.
[[nodiscard]] net::Response failure(const Error& error);

// The same under a status of HTTP's own (408, 431, …).
[[nodiscard]] net::Response failure(const Error& error, int status);

}  // namespace holdfast::api
