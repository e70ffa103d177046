#include "api/transfer_json.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "api/limits.h"
#include "api/memory_json.h"
#include "api/read_json.h"

namespace holdfast::api {
namespace {

namespace json = boost::json;
using memory::ExportedMemory;
using memory::Message;
using memory::Source;
using memory::Tombstone;
using memory::TransferRow;

json::object with_kind(std::string_view kind, json::object fields) {
  json::object row;
  row["kind"] = kind;
  for (auto& [key, value] : fields) row[key] = std::move(value);
  return row;
}

json::object render(const ExportedMemory& row) {
  const memory::Memory& memory = row.memory;
  json::object object = to_json(memory::VerboseMemory{memory, row.supersedes, {}}, Detail::kVerbose);
  object["summary"] = memory.summary;  // as it is: an export is the owner's own data
  object["position"] = memory.position;
  json::array sources, lines;
  for (const Source& source : memory.sources) {
    sources.emplace_back(source.message.to_string());
    lines.push_back(json::array{source.line_from, source.line_to});
  }
  object["sources"] = std::move(sources);
  object["sourceLines"] = std::move(lines);
  return with_kind("memory", std::move(object));
}

json::object render(const Message& message) { return with_kind("message", to_json(message)); }

json::object render(const Tombstone& tombstone) {
  return with_kind("tombstone", json::object{{"hash", tombstone.hash.to_string()}});
}

Result<TimeMs> required_time(const Fields& fields, std::string_view name) {
  HOLDFAST_TRY(const std::optional<TimeMs> time, fields.optional_time(name));
  if (!time) return fail(Code::kInvalid, std::string(name) + " is missing", fields.pointer(name));
  return *time;
}

Result<std::optional<Id>> optional_id(const Fields& fields, std::string_view name) {
  HOLDFAST_TRY(const std::optional<std::string> text, fields.optional_text(name, 26, 26));
  if (!text) return std::nullopt;
  HOLDFAST_TRY(const Id parsed, id(*text, fields.pointer(name)));
  return parsed;
}

Result<Id> required_id(const Fields& fields, std::string_view name) {
  HOLDFAST_TRY(const std::string text, fields.text(name, 26, 26));
  return id(text, fields.pointer(name));
}

Result<std::string> optional_session(const Fields& fields) {
  HOLDFAST_TRY(const std::optional<std::string> text, fields.optional_text("sessionId", 1, kMaxSessionId * 4));
  if (!text) return std::string();
  return session_id(*text, fields.pointer("sessionId"));
}

Result<std::string> text_or_empty(const Fields& fields, std::string_view name, std::size_t most) {
  HOLDFAST_TRY(std::optional<std::string> text, fields.optional_text(name, 0, most));
  return text.value_or(std::string());
}

// From 0, and exact in every JSON reader, also in those that know doubles only.
Result<std::int64_t> read_position(const Fields& fields) {
  constexpr std::int64_t kMost = (std::int64_t{1} << 53) - 1;
  HOLDFAST_TRY(const std::int64_t position, fields.integer("position"));
  if (position < 0 || position > kMost)
    return fail(Code::kInvalid, "position must be from 0 to 2^53 - 1", fields.pointer("position"));
  return position;
}

Result<TransferRow> read_message(const Fields& fields) {
  Message message;
  HOLDFAST_TRY(message.id, required_id(fields, "id"));
  HOLDFAST_TRY(message.session_id, optional_session(fields));
  if (message.session_id.empty()) return fail(Code::kInvalid, "sessionId is missing", fields.pointer("sessionId"));
  HOLDFAST_TRY(const std::string role, fields.text("role", 1, 16));
  const auto parsed = memory::parse_role(role);
  if (!parsed) return fail(Code::kInvalid, "role must be system, user or assistant", fields.pointer("role"));
  message.role = *parsed;
  HOLDFAST_TRY(message.name, text_or_empty(fields, "name", kMaxName));
  HOLDFAST_TRY(message.content, fields.text("content", 1, kMaxContent));
  HOLDFAST_TRY(message.timestamp, required_time(fields, "timestamp"));
  HOLDFAST_TRY(message.position, read_position(fields));
  return TransferRow(std::move(message));
}

// "sourceLines" is parallel to "sources"; a row without it names whole messages' first lines.
Result<std::vector<Source>> read_sources(const Fields& fields, const json::object& row) {
  std::vector<Source> sources;
  HOLDFAST_TRY(const std::vector<std::string> ids, fields.texts("sources"));
  for (const std::string& text : ids) {
    HOLDFAST_TRY(const Id message, id(text, fields.pointer("sources")));
    sources.push_back(Source{message, 1, 1});
  }
  if (!row.contains("sourceLines")) return sources;
  HOLDFAST_TRY(const json::array* lines, fields.array("sourceLines"));
  const auto wrong = [&] {
    return fail(Code::kInvalid, "sourceLines must hold one [from, to] for each source", fields.pointer("sourceLines"));
  };
  if (lines->size() != sources.size()) return wrong();
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const json::value& pair = (*lines)[i];
    if (!pair.is_array() || pair.get_array().size() != 2) return wrong();
    const json::value &from = pair.get_array()[0], &to = pair.get_array()[1];
    if (!from.is_int64() || !to.is_int64()) return wrong();
    const std::int64_t first = from.get_int64(), last = to.get_int64();
    if (first < 1 || last < first || last > static_cast<std::int64_t>(kMaxContent) + 1) return wrong();
    sources[i].line_from = static_cast<int>(first);
    sources[i].line_to = static_cast<int>(last);
  }
  return sources;
}

Result<TransferRow> read_memory(const Fields& fields, const json::object& row) {
  memory::Memory memory;
  HOLDFAST_TRY(memory.id, required_id(fields, "id"));
  HOLDFAST_TRY(const std::string type, fields.text("type", 1, 16));
  const auto parsed = memory::parse_memory_type(type);
  if (!parsed) return fail(Code::kInvalid, "type must be fact, event, instruction or task", fields.pointer("type"));
  memory.type = *parsed;
  HOLDFAST_TRY(memory.content, fields.text("content", 1, kMaxContent));
  HOLDFAST_TRY(memory.summary, text_or_empty(fields, "summary", kMaxContent));
  HOLDFAST_TRY(memory.session_id, optional_session(fields));
  HOLDFAST_TRY(memory.name, text_or_empty(fields, "name", kMaxName));
  HOLDFAST_TRY(memory.created_at, required_time(fields, "createdAt"));
  HOLDFAST_TRY(memory.updated_at, required_time(fields, "updatedAt"));
  HOLDFAST_TRY(memory.position, read_position(fields));
  HOLDFAST_TRY(memory.topic_key, text_or_empty(fields, "topicKey", kMaxContent));
  HOLDFAST_TRY(memory.keywords, fields.texts("keywords"));
  HOLDFAST_TRY(memory.queries, fields.texts("queries"));
  HOLDFAST_TRY(memory.derivations, fields.texts("derivations"));
  HOLDFAST_TRY(memory.superseded_by, optional_id(fields, "supersededBy"));
  HOLDFAST_TRY(memory.sources, read_sources(fields, row));
  return TransferRow(ExportedMemory{std::move(memory), std::nullopt});
}

}  // namespace

std::string to_line(const TransferRow& row) {
  return json::serialize(std::visit([](const auto& value) { return render(value); }, row)) + "\n";
}

Result<TransferRow> parse_line(std::string_view line) {
  HOLDFAST_TRY(const json::object row, parse_json_object(line));
  const Fields fields(row, "");
  HOLDFAST_TRY(const std::string kind, fields.text("kind", 1, 16));
  if (kind == "message") return read_message(fields);
  if (kind == "memory") return read_memory(fields, row);
  if (kind == "tombstone") {
    HOLDFAST_TRY(const Id hash, required_id(fields, "hash"));
    return TransferRow(Tombstone{hash});
  }
  return fail(Code::kInvalid, "kind must be memory, message or tombstone", "/kind");
}

}  // namespace holdfast::api
