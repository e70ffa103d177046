#include "memory/profile/sqlite_lists.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <limits>

namespace holdfast::memory::sqlite {
namespace {

namespace json = boost::json;

template <typename T, typename ToJson>
std::string write(const std::vector<T>& list, ToJson to_json) {
  if (list.empty()) return {};
  json::array array;
  array.reserve(list.size());
  for (const T& item : list) array.push_back(to_json(item));
  return json::serialize(array);
}

template <typename T, typename FromJson>
bool read(std::string_view text, std::vector<T>& list, FromJson from_json) {
  list.clear();
  if (text.empty()) return true;
  std::array<unsigned char, 4'096> buffer;
  json::monotonic_resource memory(buffer.data(), buffer.size());
  json::parse_options options;
  options.allow_invalid_utf8 = true;  // what was stored comes back, whatever it was
  boost::system::error_code error;
  const json::value value = json::parse(text, error, &memory, options);
  const json::array* array = error ? nullptr : value.if_array();
  if (array == nullptr) return false;
  list.reserve(array->size());
  return std::ranges::all_of(*array, [&](const json::value& item) { return from_json(item, list.emplace_back()); });
}

bool read_json(const json::value& value, std::string& out) {
  const json::string* text = value.if_string();
  if (text != nullptr) out.assign(text->data(), text->size());
  return text != nullptr;
}

bool read_json(const json::value& value, Id& out) {
  const json::string* text = value.if_string();
  const auto id = text == nullptr ? std::nullopt : Id::parse({text->data(), text->size()});
  if (id) out = *id;
  return id.has_value();
}

bool read_json(const json::value& value, int& out) {
  const std::int64_t* number = value.if_int64();
  if (number == nullptr || *number < std::numeric_limits<int>::min() || *number > std::numeric_limits<int>::max())
    return false;
  out = static_cast<int>(*number);
  return true;
}

bool read_json(const json::value& value, Source& out) {
  const json::array* parts = value.if_array();
  return parts != nullptr && parts->size() == 3 && read_json((*parts)[0], out.message) &&
         read_json((*parts)[1], out.line_from) && read_json((*parts)[2], out.line_to);
}

}  // namespace

std::string write_list(const std::vector<std::string>& list) {
  return write(list, [](const std::string& text) { return json::value(text); });
}

std::string write_list(const std::vector<Id>& list) {
  return write(list, [](const Id& id) { return json::value(id.to_string()); });
}

std::string write_list(const std::vector<Source>& list) {
  return write(list, [](const Source& source) {
    return json::value(json::array{source.message.to_string(), source.line_from, source.line_to});
  });
}

bool read_list(std::string_view text, std::vector<std::string>& list) {
  return read(text, list, [](const json::value& value, std::string& out) { return read_json(value, out); });
}

bool read_list(std::string_view text, std::vector<Id>& list) {
  return read(text, list, [](const json::value& value, Id& out) { return read_json(value, out); });
}

bool read_list(std::string_view text, std::vector<Source>& list) {
  return read(text, list, [](const json::value& value, Source& out) { return read_json(value, out); });
}

std::optional<Id> read_id(std::span<const std::uint8_t> bytes) {
  Id id;
  if (bytes.size() != id.bytes.size()) return std::nullopt;
  std::ranges::copy(bytes, id.bytes.begin());
  return id;
}

}  // namespace holdfast::memory::sqlite
