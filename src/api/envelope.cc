#include "api/envelope.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string>

#include "base/utf8.h"

namespace holdfast::api {
namespace {

constexpr int kRetryAfterSeconds = 1;  // where the error does not say: a queue drains within about that

net::Response render(const boost::json::object& envelope, int status) {
  net::Response response;
  response.status = status;
  response.headers.push_back({"Content-Type", "application/json"});
  response.body = boost::json::serialize(envelope);
  return response;
}

}  // namespace

WireError wire_error(Code code) {
  switch (code) {
    case Code::kInvalid:
      return {400, 11001};
    case Code::kTooLarge:
      return {413, 11013};
    case Code::kUnauthenticated:
      return {401, 10000};
    case Code::kForbidden:
      return {403, 10000};
    case Code::kNotFound:
      return {404, 11000};
    case Code::kMethodNotAllowed:
      return {405, 11002};
    case Code::kNamespaceNotFound:
      return {404, 1003};
    case Code::kProfileNotFound:
      return {404, 11004};
    case Code::kMemoryNotFound:
      return {404, 11005};
    case Code::kMessageNotFound:
      return {404, 11006};
    case Code::kJobNotFound:
      return {404, 11007};
    case Code::kTokenNotFound:
      return {404, 11008};
    case Code::kNamespaceExists:
      return {409, 10008};
    case Code::kConflict:
      return {409, 11009};
    case Code::kRateLimited:
      return {429, 11029};
    case Code::kOverloaded:
      return {503, 11053};
    case Code::kDiskFull:
      return {503, 11053};
    case Code::kCancelled:
      return {408, 11010};  // the client went away, or was too slow with its body
    case Code::kProviderFailed:
      return {502, 11052};
    case Code::kCorrupt:
    case Code::kNewerSchema:
    case Code::kIo:
    case Code::kInternal:
      return {500, 11050};
  }
  return {500, 11050};
}

net::Response success(boost::json::value result, int status, std::optional<boost::json::object> result_info) {
  boost::json::object envelope;
  envelope["result"] = std::move(result);
  envelope["success"] = true;
  envelope["errors"] = boost::json::array();
  envelope["messages"] = boost::json::array();
  if (result_info) envelope["result_info"] = std::move(*result_info);
  return render(envelope, status);
}

net::Response failure(const Error& error) { return failure(error, wire_error(error.code).status); }

net::Response failure(const Error& error, int status) {
  boost::json::object item;
  item["code"] = wire_error(error.code).code;
  item["message"] = valid_utf8(error.message) ? error.message : std::string("invalid request");
  if (!error.pointer.empty() && valid_utf8(error.pointer))
    item["source"] = boost::json::object{{"pointer", error.pointer}};
  boost::json::object envelope;
  envelope["result"] = nullptr;
  envelope["success"] = false;
  envelope["errors"] = boost::json::array{std::move(item)};
  envelope["messages"] = boost::json::array();
  net::Response response = render(envelope, status);
  if (status == 429 || status == 503) {
    const int wait = error.retry_after_seconds > 0 ? error.retry_after_seconds : kRetryAfterSeconds;
    response.headers.push_back({"Retry-After", std::to_string(wait)});
  }
  if (status == 401) response.headers.push_back({"WWW-Authenticate", "Bearer"});
  return response;
}

}  // namespace holdfast::api
