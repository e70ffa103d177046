#include "dev/quality/read.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <fstream>
#include <iterator>

namespace holdfast::dev::quality {
namespace {

constexpr std::string_view kWhite = " \t\r\n\v\f";
constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};

}  // namespace

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Code::kIo, "cannot read " + path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Result<json::value> parse(std::string_view text, const std::string& where) {
  boost::system::error_code error;
  try {
    json::value value = json::parse(text, error);
    if (!error) return value;
  } catch (const std::exception& e) {
    return fail(Code::kInvalid, where + " is not valid JSON", {}, e.what());
  }
  return fail(Code::kInvalid, where + " is not valid JSON", {}, error.message());
}

Result<json::value> read_json(const std::string& path) {
  HOLDFAST_TRY(const std::string text, read_file(path));
  return parse(text, path);
}

const json::value* find(const json::value& value, std::string_view name) {
  const json::object* object = value.if_object();
  return object == nullptr ? nullptr : object->if_contains(name);
}

std::string text_of(const json::value* value) {
  if (value == nullptr) return {};
  if (const json::string* string = value->if_string()) return std::string(string->data(), string->size());
  if (const std::int64_t* number = value->if_int64()) return std::to_string(*number);
  if (const double* number = value->if_double()) return fmt::format("{}", *number);
  return {};
}

std::string text(const json::value& value, std::string_view name) { return text_of(find(value, name)); }

const json::array& array(const json::value& value, std::string_view name) {
  static const json::array none;
  const json::value* found = find(value, name);
  return found == nullptr || !found->is_array() ? none : found->get_array();
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kWhite);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhite) - first + 1);
}

std::optional<unsigned> month_number(std::string_view name) {
  const auto month = std::ranges::find(kMonths, name);
  if (month == kMonths.end()) return std::nullopt;
  return static_cast<unsigned>(month - kMonths.begin()) + 1;
}

}  // namespace holdfast::dev::quality
