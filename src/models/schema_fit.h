// Whether a value has the shape a JSON Schema asks for: enough of it to see if a server holds its model to a schema.
#pragma once

#include <boost/json.hpp>

namespace holdfast::models {

// Looks at `type`, `properties`, `required`, `items`, `enum` and `anyOf`; whatever else a schema says is taken to hold.
[[nodiscard]] bool fits_schema(const boost::json::value& value, const boost::json::value& schema);

}  // namespace holdfast::models
