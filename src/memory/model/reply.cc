#include "memory/model/reply.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/utf8.h"

namespace holdfast::memory {
namespace {

const boost::json::array* list_in(const boost::json::value& reply, std::string_view key) {
  if (const auto* list = reply.if_array()) return list;
  const auto* object = reply.if_object();
  const boost::json::value* found = object == nullptr ? nullptr : object->if_contains(key);
  return found == nullptr ? nullptr : found->if_array();
}

std::string one_line(const boost::json::value& value) {
  const auto* text = value.if_string();
  if (text == nullptr || !valid_utf8(std::string_view(text->data(), text->size()))) return {};
  std::string line;
  for (const char c : *text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte != 0x7F)
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

std::optional<std::int64_t> whole(const boost::json::value& value) {
  constexpr double kMost = 1e15;
  if (const auto* number = value.if_int64()) return *number;
  if (const auto* number = value.if_double()) {
    if (!std::isfinite(*number) || std::abs(*number) > kMost || *number != std::floor(*number)) return std::nullopt;
    return static_cast<std::int64_t>(*number);
  }
  if (const auto* text = value.if_string()) {
    std::string_view digits(text->data(), text->size());
    while (!digits.empty() && (digits.front() == '[' || digits.front() == ' ' || digits.front() == '#'))
      digits.remove_prefix(1);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error == std::errc() && end != digits.data()) return number;
  }
  return std::nullopt;
}

}  // namespace

std::vector<const boost::json::object*> items_in(const boost::json::value& reply, std::string_view key) {
  std::vector<const boost::json::object*> items;
  const auto* list = list_in(reply, key);
  if (list == nullptr) return items;
  for (const boost::json::value& value : *list) {
    if (items.size() == kMostItems) break;
    if (const auto* object = value.if_object()) items.push_back(object);
  }
  return items;
}

Result<> check_list(const boost::json::value& reply, std::string_view key) {
  const std::string name(key);
  const auto* list = list_in(reply, key);
  if (list == nullptr)
    return fail(Code::kInvalid, "the reply must be an object whose field \"" + name + "\" is a list");
  if (!list->empty() && items_in(reply, key).empty())
    return fail(Code::kInvalid, "the elements of \"" + name + "\" must be objects");
  return {};
}

std::string text_in(const boost::json::object& object, std::string_view key) {
  const boost::json::value* value = object.if_contains(key);
  return value == nullptr ? std::string() : one_line(*value);
}

std::vector<std::string> texts_in(const boost::json::object& object, std::string_view key) {
  std::vector<std::string> texts;
  const boost::json::value* value = object.if_contains(key);
  const auto* list = value == nullptr ? nullptr : value->if_array();
  if (list == nullptr) return texts;
  for (const boost::json::value& element : *list) {
    if (texts.size() == kMostItems) break;
    std::string text = one_line(element);
    if (!text.empty() && std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
  }
  return texts;
}

std::optional<std::int64_t> whole_in(const boost::json::object& object, std::string_view key) {
  const boost::json::value* value = object.if_contains(key);
  return value == nullptr ? std::nullopt : whole(*value);
}

std::vector<std::int64_t> wholes_in(const boost::json::object& object, std::string_view key) {
  std::vector<std::int64_t> numbers;
  const boost::json::value* value = object.if_contains(key);
  if (value == nullptr) return numbers;
  if (const auto* list = value->if_array()) {
    for (const boost::json::value& element : *list)
      if (const auto number = whole(element); number && numbers.size() < kMostItems) numbers.push_back(*number);
  } else if (const auto number = whole(*value)) {
    numbers.push_back(*number);
  }
  return numbers;
}

bool flag_in(const boost::json::object& object, std::string_view key) {
  const boost::json::value* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

}  // namespace holdfast::memory
