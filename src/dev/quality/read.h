// Reading the files that hold conversations: JSON as others publish it, lenient about types, strict about structure.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace holdfast::dev::quality {

namespace json = boost::json;

[[nodiscard]] Result<std::string> read_file(const std::string& path);
[[nodiscard]] Result<json::value> parse(std::string_view text, const std::string& where);
[[nodiscard]] Result<json::value> read_json(const std::string& path);

// A field of an object; null when it is not there, or `value` is no object.
[[nodiscard]] const json::value* find(const json::value& value, std::string_view name);
// A string as it stands, a number in digits; "" for everything else, also for what is not there.
[[nodiscard]] std::string text_of(const json::value* value);
[[nodiscard]] std::string text(const json::value& value, std::string_view name);
// An array; empty when it is not there or is none.
[[nodiscard]] const json::array& array(const json::value& value, std::string_view name);

// Without white space at either end.
[[nodiscard]] std::string_view trimmed(std::string_view text);
// 1 to 12 for an English month's full name.
[[nodiscard]] std::optional<unsigned> month_number(std::string_view name);

}  // namespace holdfast::dev::quality
