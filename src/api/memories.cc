// Memories, one by one and in lists; and a profile as a whole.
#include <boost/json/array.hpp>

#include "api/api.h"
#include "api/envelope.h"
#include "api/limits.h"
#include "api/memory_json.h"
#include "api/page.h"
#include "api/read_json.h"

namespace holdfast::api {
namespace {

namespace json = boost::json;

Result<memory::MemoryQuery> read_query(const Call& call) {
  memory::MemoryQuery query;
  HOLDFAST_TRY(query.limit, call.per_page());
  HOLDFAST_TRY(const std::string cursor, call.cursor());
  if (!cursor.empty()) {
    HOLDFAST_TRY(query.after, id(cursor, "/cursor"));
  }
  if (call.has_query_field("session_id")) {
    HOLDFAST_TRY(query.session_id, session_id(call.query_field("session_id"), "/session_id"));
  }
  if (call.has_query_field("type")) {
    query.type = memory::parse_memory_type(call.query_field("type"));
    if (!query.type) return fail(Code::kInvalid, "type must be fact, event, instruction or task", "/type");
  }
  HOLDFAST_TRY(query.superseded, call.query_flag("superseded"));
  HOLDFAST_TRY(query.verbose, call.query_flag("verbose"));
  return query;
}

Task<Result<net::Response>> list(Api& api, Call call) {
  HOLDFAST_CO_TRY(const memory::MemoryQuery query, read_query(call));
  HOLDFAST_CO_TRY(const memory::Page<memory::VerboseMemory> page,
                  co_await api.parts().service.list_memories(call.at, query));
  const Detail detail = query.verbose ? Detail::kVerbose : Detail::kListed;
  co_return page_of(
      page, query.limit, [](const memory::VerboseMemory& last) { return last.memory.id.to_string(); },
      [&](const memory::VerboseMemory& memory) { return to_json(memory, detail); });
}

Task<Result<net::Response>> get(Api& api, Call call) {
  HOLDFAST_CO_TRY(const Id memory_id, call.path_id("memory_id"));
  HOLDFAST_CO_TRY(const bool verbose, call.query_flag("verbose"));
  HOLDFAST_CO_TRY(const memory::VerboseMemory memory, co_await api.parts().service.get_memory(call.at, memory_id));
  co_return success(to_json(memory, verbose ? Detail::kVerbose : Detail::kWhole));
}

Task<Result<net::Response>> remove(Api& api, Call call) {
  HOLDFAST_CO_TRY(const Id memory_id, call.path_id("memory_id"));
  HOLDFAST_CO_TRY(const memory::Memory memory, co_await api.parts().service.delete_memory(call.at, memory_id));
  co_return success(to_json(memory, Detail::kWhole));
}

Task<Result<net::Response>> history(Api& api, Call call) {
  HOLDFAST_CO_TRY(const Id memory_id, call.path_id("memory_id"));
  HOLDFAST_CO_TRY(const std::vector<memory::VerboseMemory> chain,
                  co_await api.parts().service.history(call.at, memory_id));
  json::array items;
  for (const memory::VerboseMemory& memory : chain) items.push_back(to_json(memory, Detail::kVerbose));
  const std::size_t count = items.size();
  co_return success(std::move(items), 200, json::object{{"count", count}});
}

Task<Result<net::Response>> remove_profile(Api& api, Call call) {
  HOLDFAST_CO_CHECK(co_await api.parts().service.delete_profile(call.at));
  co_return success(nullptr);
}

Task<Result<net::Response>> status(Api& api, Call call) {
  HOLDFAST_CO_TRY(const memory::ProfileStatus status, co_await api.parts().service.status(call.at));
  co_return success(to_json(status));
}

}  // namespace

void add_memory_routes(Api& api) {
  const std::string profile(kProfile);
  const std::string all = profile + "/memories";
  const std::string one = all + "/{memory_id}";
  const auto bind = [&](auto handler) { return [&api, handler](Call call) { return handler(api, std::move(call)); }; };
  api.add("DELETE", profile, "delete_profile", kWriteScope, bind(remove_profile));
  api.add("GET", profile + "/status", "profile_status", kReadScope, bind(status));
  api.add("GET", all, "list_memories", kReadScope, bind(list));
  api.add("GET", one, "get_memory", kReadScope, bind(get));
  api.add("DELETE", one, "delete_memory", kWriteScope, bind(remove));
  api.add("GET", one + "/history", "memory_history", kReadScope, bind(history));
}

}  // namespace holdfast::api
