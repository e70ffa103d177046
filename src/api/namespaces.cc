// Namespaces, and the profiles of one.
#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "api/api.h"
#include "api/envelope.h"
#include "api/limits.h"
#include "api/memory_json.h"
#include "api/page.h"
#include "api/read_json.h"

namespace holdfast::api {
namespace {

using memory::NamespaceQuery;

// Whether a query field has the second of its two values; the first is what it has when it is absent.
Result<bool> second_of(const Call& call, std::string_view name, std::string_view first, std::string_view second) {
  if (!call.has_query_field(name)) return false;
  const std::string_view value = call.query_field(name);
  if (value == first || value == second) return value == second;
  return fail(Code::kInvalid, fmt::format("{} must be {} or {}", name, first, second), fmt::format("/{}", name));
}

Result<NamespaceQuery> read_query(const Call& call) {
  NamespaceQuery query;
  HOLDFAST_TRY(query.limit, call.per_page());
  HOLDFAST_TRY(const bool by_name, second_of(call, "order", "id", "name"));
  query.order = by_name ? NamespaceQuery::Order::kName : NamespaceQuery::Order::kId;
  HOLDFAST_TRY(query.descending, second_of(call, "direction", "asc", "desc"));
  HOLDFAST_TRY(query.after, call.cursor());
  return query;
}

Task<Result<net::Response>> create(Api& api, Call call) {
  HOLDFAST_CO_TRY(const boost::json::object body, co_await api.read_object(call, kMaxBody));
  const Fields fields(body, "");
  HOLDFAST_CO_TRY(const std::string text, fields.text("name", 0, kMaxBody));
  HOLDFAST_CO_TRY(const std::string name, namespace_name(text, "/name"));
  HOLDFAST_CO_TRY(const memory::NamespaceRecord record,
                  co_await api.parts().service.create_namespace(call.at.account, name));
  co_return success(to_json(record), 201);
}

Task<Result<net::Response>> list(Api& api, Call call) {
  HOLDFAST_CO_TRY(const NamespaceQuery query, read_query(call));
  HOLDFAST_CO_TRY(const memory::Page<memory::NamespaceRecord> page,
                  co_await api.parts().service.list_namespaces(call.at.account, query));
  const auto cursor = [&](const memory::NamespaceRecord& last) {
    return query.order == NamespaceQuery::Order::kName ? last.name : last.id.to_string();
  };
  co_return page_of(page, query.limit, cursor, [](const memory::NamespaceRecord& record) { return to_json(record); });
}

Task<Result<net::Response>> get(Api& api, Call call) {
  HOLDFAST_CO_TRY(const memory::NamespaceRecord record,
                  co_await api.parts().service.get_namespace(call.at.account, call.at.name_space));
  co_return success(to_json(record));
}

Task<Result<net::Response>> remove(Api& api, Call call) {
  HOLDFAST_CO_CHECK(co_await api.parts().service.delete_namespace(call.at.account, call.at.name_space));
  co_return success(nullptr);
}

Task<Result<net::Response>> list_profiles(Api& api, Call call) {
  HOLDFAST_CO_TRY(const std::size_t limit, call.per_page());
  HOLDFAST_CO_TRY(const std::string after, call.cursor());
  HOLDFAST_CO_TRY(const memory::Page<memory::ProfileRecord> page,
                  co_await api.parts().service.list_profiles(call.at.account, call.at.name_space, after, limit));
  co_return page_of(
      page, limit, [](const memory::ProfileRecord& last) { return last.name; },
      [](const memory::ProfileRecord& record) { return to_json(record); });
}

}  // namespace

void add_namespace_routes(Api& api) {
  const std::string all(kNamespaces);
  const std::string one = all + "/{namespace}";
  const auto bind = [&](auto handler) { return [&api, handler](Call call) { return handler(api, std::move(call)); }; };
  api.add("POST", all, "create_namespace", kWriteScope, bind(create));
  api.add("GET", all, "list_namespaces", kReadScope, bind(list));
  api.add("GET", one, "get_namespace", kReadScope, bind(get));
  api.add("DELETE", one, "delete_namespace", kWriteScope, bind(remove));
  api.add("GET", one + "/profiles", "list_profiles", kReadScope, bind(list_profiles));
}

}  // namespace holdfast::api
