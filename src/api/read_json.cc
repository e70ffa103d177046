#include "api/read_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>

#include "api/limits.h"
#include "base/utf8.h"

namespace holdfast::api {
namespace {

// ^[a-z0-9]([a-z0-9-]*[a-z0-9])?$
bool is_name(std::string_view text) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && plain(text.front()) && plain(text.back()) &&
         std::ranges::all_of(text, [&](char c) { return plain(c) || c == '-'; });
}

Result<std::string> name(std::string_view text, std::size_t most, std::string_view what, std::string_view pointer) {
  if (text.size() <= most && is_name(text)) return std::string(text);
  return fail(Code::kInvalid,
              fmt::format("invalid {} name: 1 to {} lower-case letters, digits and inner hyphens", what, most),
              std::string(pointer));
}

}  // namespace

Result<boost::json::value> parse_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  boost::system::error_code error;
  boost::json::value value;
  try {
    value = boost::json::parse(text, error, {}, options);
  } catch (const std::exception& e) {
    return fail(Code::kInvalid, "the body is not valid JSON", {}, e.what());
  }
  if (!error) return value;
  if (error == boost::json::error::too_deep)
    return fail(Code::kInvalid, fmt::format("the JSON is nested deeper than {} levels", kMaxJsonDepth));
  return fail(Code::kInvalid, "the body is not valid JSON in UTF-8", {}, error.message());
}

Result<boost::json::object> parse_json_object(std::string_view text) {
  HOLDFAST_TRY(boost::json::value value, parse_json(text));
  if (!value.is_object()) return fail(Code::kInvalid, "the body must be a JSON object");
  return std::move(value.get_object());
}

const boost::json::value* Fields::find(std::string_view name) const {
  const auto it = object_.find(name);
  return it == object_.end() || it->value().is_null() ? nullptr : &it->value();
}

Result<std::optional<std::string>> Fields::optional_text(std::string_view name, std::size_t least,
                                                         std::size_t most) const {
  const boost::json::value* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) return fail(Code::kInvalid, fmt::format("{} must be a string", name), pointer(name));
  const boost::json::string& text = value->get_string();
  if (text.size() < least || text.size() > most) {
    return fail(Code::kInvalid,
                fmt::format("{} must have {} to {} bytes of UTF-8; it has {}", name, least, most, text.size()),
                pointer(name));
  }
  return std::string(text.data(), text.size());
}

Result<std::string> Fields::text(std::string_view name, std::size_t least, std::size_t most) const {
  HOLDFAST_TRY(std::optional<std::string> value, optional_text(name, least, most));
  if (!value) return fail(Code::kInvalid, fmt::format("{} is missing", name), pointer(name));
  return std::move(*value);
}

Result<bool> Fields::boolean(std::string_view name, bool missing) const {
  const boost::json::value* value = find(name);
  if (value == nullptr) return missing;
  if (!value->is_bool()) return fail(Code::kInvalid, fmt::format("{} must be true or false", name), pointer(name));
  return value->get_bool();
}

Result<std::int64_t> Fields::integer(std::string_view name) const {
  const boost::json::value* value = find(name);
  if (value == nullptr || !value->is_int64())
    return fail(Code::kInvalid, fmt::format("{} must be a whole number", name), pointer(name));
  return value->get_int64();
}

Result<std::optional<TimeMs>> Fields::optional_time(std::string_view name) const {
  HOLDFAST_TRY(const std::optional<std::string> text, optional_text(name, 1, 64));
  if (!text) return std::nullopt;
  const Result<TimeMs> time = parse_iso(*text);
  if (!time) return fail(Code::kInvalid, fmt::format("{}: {}", name, time.error().message), pointer(name));
  return *time;
}

Result<const boost::json::array*> Fields::array(std::string_view name) const {
  const boost::json::value* value = find(name);
  if (value == nullptr) return fail(Code::kInvalid, fmt::format("{} is missing", name), pointer(name));
  if (!value->is_array()) return fail(Code::kInvalid, fmt::format("{} must be an array", name), pointer(name));
  return &value->get_array();
}

Result<std::vector<std::string>> Fields::texts(std::string_view name) const {
  std::vector<std::string> texts;
  if (find(name) == nullptr) return texts;
  HOLDFAST_TRY(const boost::json::array* items, array(name));
  for (const boost::json::value& item : *items) {
    if (!item.is_string()) return fail(Code::kInvalid, fmt::format("{} must hold strings", name), pointer(name));
    texts.emplace_back(item.get_string().data(), item.get_string().size());
  }
  return texts;
}

Result<std::string> namespace_name(std::string_view text, std::string_view pointer) {
  return name(text, kMaxNamespaceName, "namespace", pointer);
}

Result<std::string> profile_name(std::string_view text, std::string_view pointer) {
  return name(text, kMaxProfileName, "profile", pointer);
}

Result<std::string> session_id(std::string_view text, std::string_view pointer) {
  const bool controls = std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  const std::size_t characters = count_code_points(text);
  if (characters < 1 || characters > kMaxSessionId || controls || !valid_utf8(text)) {
    return fail(Code::kInvalid,
                fmt::format("a session id has 1 to {} characters, none of them control characters", kMaxSessionId),
                std::string(pointer));
  }
  return std::string(text);
}

Result<Id> id(std::string_view text, std::string_view pointer) {
  if (const std::optional<Id> parsed = Id::parse(text)) return *parsed;
  return fail(Code::kInvalid, "invalid id: 26 characters of 0-9 and A-Z without I, L, O and U", std::string(pointer));
}

}  // namespace holdfast::api
