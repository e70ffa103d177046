// The OpenAPI 3.1 document of the REST face: openapi.json, compiled in. A test holds it against the router.
#pragma once

#include <string_view>

namespace holdfast::api {

[[nodiscard]] std::string_view openapi_document();

}  // namespace holdfast::api
