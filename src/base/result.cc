#include "base/result.h"

namespace holdfast {

std::string_view code_name(Code code) {
  switch (code) {
    case Code::kInvalid:
      return "invalid";
    case Code::kTooLarge:
      return "too_large";
    case Code::kUnauthenticated:
      return "unauthenticated";
    case Code::kForbidden:
      return "forbidden";
    case Code::kNotFound:
      return "not_found";
    case Code::kMethodNotAllowed:
      return "method_not_allowed";
    case Code::kNamespaceNotFound:
      return "namespace_not_found";
    case Code::kProfileNotFound:
      return "profile_not_found";
    case Code::kMemoryNotFound:
      return "memory_not_found";
    case Code::kMessageNotFound:
      return "message_not_found";
    case Code::kJobNotFound:
      return "job_not_found";
    case Code::kTokenNotFound:
      return "token_not_found";
    case Code::kNamespaceExists:
      return "namespace_exists";
    case Code::kConflict:
      return "conflict";
    case Code::kRateLimited:
      return "rate_limited";
    case Code::kOverloaded:
      return "overloaded";
    case Code::kProviderFailed:
      return "provider_failed";
    case Code::kCorrupt:
      return "corrupt";
    case Code::kNewerSchema:
      return "newer_schema";
    case Code::kDiskFull:
      return "disk_full";
    case Code::kIo:
      return "io";
    case Code::kCancelled:
      return "cancelled";
    case Code::kInternal:
      return "internal";
  }
  return "internal";
}

}  // namespace holdfast
