// Memories, messages and the rest as the contract's JSON.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "memory/service.h"

namespace holdfast::api {

enum class Detail {
  kListed,   // without content
  kWhole,    // the contract's memory
  kVerbose,  // ours: topic key, keywords, queries, versions, sources
};

[[nodiscard]] boost::json::object to_json(const memory::Memory& memory, Detail detail);
[[nodiscard]] boost::json::object to_json(const memory::VerboseMemory& memory, Detail detail);
[[nodiscard]] boost::json::object to_json(const memory::Message& message);
// A source as `verbose` and `explain` show it.
[[nodiscard]] boost::json::object source_json(const memory::Message& message, const memory::Source& lines);
[[nodiscard]] boost::json::object to_json(const memory::NamespaceRecord& record);
[[nodiscard]] boost::json::object to_json(const memory::ProfileRecord& record);
[[nodiscard]] boost::json::object to_json(const memory::SessionInfo& session);
[[nodiscard]] boost::json::object to_json(const memory::ProfileStatus& status);
[[nodiscard]] boost::json::object to_json(const memory::Job& job);
[[nodiscard]] boost::json::object to_json(const memory::IngestReport& report);
[[nodiscard]] boost::json::object to_json(const memory::RecallAnswer& answer, bool explain);
[[nodiscard]] boost::json::value session_json(std::string_view session_id);  // null for none

}  // namespace holdfast::api
