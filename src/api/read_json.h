// Reads JSON bodies strictly: every mistake is kInvalid with a message for people and a JSON pointer to the field.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "memory/types.h"

namespace holdfast::api {

// Malformed JSON, invalid UTF-8 and nesting over kMaxJsonDepth are kInvalid. Of repeated keys the last one counts.
[[nodiscard]] Result<boost::json::value> parse_json(std::string_view text);
[[nodiscard]] Result<boost::json::object> parse_json_object(std::string_view text);

// The fields of one object. `at` is the pointer of the object itself ("" for the body, "/messages/3").
class Fields {
 public:
  Fields(const boost::json::object& object, std::string at) : object_(object), at_(std::move(at)) {}

  // A string of `least` to `most` bytes. Absent or null: the value of `missing`, or an error when there is none.
  [[nodiscard]] Result<std::string> text(std::string_view name, std::size_t least, std::size_t most) const;
  [[nodiscard]] Result<std::optional<std::string>> optional_text(std::string_view name, std::size_t least,
                                                                 std::size_t most) const;
  [[nodiscard]] Result<bool> boolean(std::string_view name, bool missing) const;
  [[nodiscard]] Result<std::int64_t> integer(std::string_view name) const;
  [[nodiscard]] Result<std::optional<TimeMs>> optional_time(std::string_view name) const;  // ISO 8601
  [[nodiscard]] Result<const boost::json::array*> array(std::string_view name) const;
  [[nodiscard]] Result<std::vector<std::string>> texts(std::string_view name) const;  // absent: empty

  [[nodiscard]] std::string pointer(std::string_view name) const { return at_ + "/" + std::string(name); }

 private:
  [[nodiscard]] const boost::json::value* find(std::string_view name) const;  // null when absent or null

  const boost::json::object& object_;
  std::string at_;
};

// Names and ids, as paths and bodies have them. `pointer` goes into the error.
[[nodiscard]] Result<std::string> namespace_name(std::string_view text, std::string_view pointer);
[[nodiscard]] Result<std::string> profile_name(std::string_view text, std::string_view pointer);
[[nodiscard]] Result<std::string> session_id(std::string_view text, std::string_view pointer);
[[nodiscard]] Result<Id> id(std::string_view text, std::string_view pointer);

}  // namespace holdfast::api
