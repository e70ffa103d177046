// libFuzzer: whatever bytes come in, JSON either parses and survives being written and read again, or is an error.
#include <boost/json/serialize.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/limits.h"
#include "api/read_json.h"
#include "base/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  using namespace holdfast::api;
  const auto require = [](bool holds) {
    if (!holds) std::abort();
  };
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = parse_json(text);
  if (!value) {
    require(value.error().code == Code::kInvalid && valid_utf8(value.error().message));
    return 0;
  }
  require(valid_utf8(text));
  const std::string written = boost::json::serialize(*value);
  const auto again = parse_json(written);
  require(again.has_value() && boost::json::serialize(*again) == written);
  if (!value->is_object()) return 0;

  const boost::json::object& object = value->get_object();
  const Fields fields(object, "");
  for (const auto& member : object) {
    const std::string_view name(member.key().data(), member.key().size());
    if (const auto field = fields.text(name, 1, kMaxContent)) {
      require(!field->empty() && field->size() <= kMaxContent && valid_utf8(*field));
      if (const auto name_space = namespace_name(*field, "")) require(name_space->size() <= kMaxNamespaceName);
      if (const auto session = session_id(*field, "")) require(count_code_points(*session) <= kMaxSessionId);
      if (const auto parsed = id(*field, "")) require(parsed->to_string() == *field);
    }
    if (const auto time = fields.optional_time(name); time && *time) require(parse_iso(format_iso(**time)) == **time);
    (void)fields.boolean(name, false);
    (void)fields.integer(name);
    (void)fields.texts(name);
  }
  return 0;
}
