#include "models/schema_fit.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace holdfast::models {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDepth = 64;

bool is_type(const json::value& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_bool();
  if (type == "null") return value.is_null();
  if (type == "number") return value.is_number();
  if (type == "integer") {
    return value.is_int64() || value.is_uint64() ||
           (value.is_double() && std::trunc(value.get_double()) == value.get_double());
  }
  return true;
}

bool has_type(const json::value& value, const json::value& type) {
  if (type.is_string()) return is_type(value, type.get_string());
  if (!type.is_array()) return true;
  return std::ranges::any_of(
      type.get_array(), [&](const json::value& one) { return one.is_string() && is_type(value, one.get_string()); });
}

bool fits(const json::value& value, const json::value& schema, std::size_t depth) {
  if (!schema.is_object() || depth > kMaxDepth) return true;
  const json::object& rules = schema.get_object();
  if (const json::value* type = rules.if_contains("type"); type != nullptr && !has_type(value, *type)) return false;
  if (const json::value* known = rules.if_contains("enum"); known != nullptr && known->is_array()) {
    if (std::ranges::find(known->get_array(), value) == known->get_array().end()) return false;
  }
  if (const json::value* either = rules.if_contains("anyOf"); either != nullptr && either->is_array()) {
    const auto fits_it = [&](const json::value& one) { return fits(value, one, depth + 1); };
    if (!std::ranges::any_of(either->get_array(), fits_it)) return false;
  }
  if (const json::object* object = value.if_object()) {
    if (const json::value* required = rules.if_contains("required"); required != nullptr && required->is_array()) {
      for (const json::value& name : required->get_array())
        if (name.is_string() && !object->contains(name.get_string())) return false;
    }
    const json::value* properties = rules.if_contains("properties");
    if (properties != nullptr && properties->is_object()) {
      for (const auto& property : properties->get_object()) {
        const json::value* member = object->if_contains(property.key());
        if (member != nullptr && !fits(*member, property.value(), depth + 1)) return false;
      }
    }
  }
  const json::value* items = rules.if_contains("items");
  if (value.is_array() && items != nullptr) {
    const auto fits_it = [&](const json::value& item) { return fits(item, *items, depth + 1); };
    return std::ranges::all_of(value.get_array(), fits_it);
  }
  return true;
}

}  // namespace

bool fits_schema(const json::value& value, const json::value& schema) { return fits(value, schema, 0); }

}  // namespace holdfast::models
