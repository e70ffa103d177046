// Any bytes as a model's reply: must not crash; JSON must read to what a strict parser reads, and be called strict;
// what is read must survive being written and read again; what is cut off must never hold more than the whole.
#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "models/tolerant_json.h"

namespace {

namespace json = boost::json;

void demand(bool condition) {
  if (!condition) std::abort();
}

// Of values in a value, itself too.
std::size_t members(const json::value& value) {
  std::size_t count = 1;
  if (const auto* object = value.if_object())
    for (const auto& member : *object) count += members(member.value());
  if (const auto* array = value.if_array())
    for (const auto& item : *array) count += members(item);
  return count;
}

std::size_t keys(const json::value& value) {
  std::size_t count = 0;
  if (const auto* object = value.if_object())
    for (const auto& member : *object) count += 1 + keys(member.value());
  if (const auto* array = value.if_array())
    for (const auto& item : *array) count += keys(item);
  return count;
}

// Of keys in a JSON text, repeated ones too.
std::size_t written_keys(std::string_view text) {
  std::size_t count = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (in_string && text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      in_string = !in_string;
    else if (!in_string && text[i] == ':')
      ++count;
  }
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto found = holdfast::models::read_tolerantly(text);

  json::parse_options options;
  options.max_depth = 64;
  boost::system::error_code error;
  const json::value known = json::parse(text, error, {}, options);
  const bool is_json = !error && known.is_structured();
  if (!found) {
    demand(!is_json);
    return 0;
  }
  demand(found->value.is_structured());
  demand(!(found->strict && found->cut_off));
  const std::string written = json::serialize(found->value);
  demand(holdfast::valid_utf8(written));
  // Of repeated keys the strict parser keeps the last one: there, and only there, the two may differ.
  if (found->strict) demand(is_json && json::serialize(known) == written);
  if (is_json) demand(found->strict == (keys(known) == written_keys(text)));

  const json::value again = json::parse(written, error, {}, options);
  if (!error) {
    const auto reread = holdfast::models::read_tolerantly(written);
    demand(reread && reread->strict && json::serialize(reread->value) == json::serialize(again));
    const std::size_t most = members(reread->value);
    const auto part = holdfast::models::read_tolerantly(std::string_view(written).substr(0, written.size() / 2));
    demand(part && part->cut_off && members(part->value) <= most);
  }
  return 0;
}
