// Tokens: made, listed and revoked by whoever holds the scope admin.
#include <algorithm>
#include <boost/json/array.hpp>

#include "api/api.h"
#include "api/envelope.h"
#include "api/limits.h"
#include "api/read_json.h"

namespace holdfast::api {
namespace {

namespace json = boost::json;

constexpr std::string_view kScopes[] = {kReadScope, kWriteScope, kAdminScope};
constexpr std::size_t kMaxPattern = 200;

json::object to_json(const memory::TokenRecord& record) {
  const auto text = [](const std::string& value) { return value.empty() ? json::value(nullptr) : json::value(value); };
  json::object object;
  object["id"] = record.id.to_string();
  json::array scopes;
  for (const std::string& scope : record.scopes) scopes.emplace_back(scope);
  object["scopes"] = std::move(scopes);
  object["namespace"] = text(record.namespace_name);
  object["profile"] = text(record.profile_pattern);
  object["createdAt"] = format_iso(record.created_at);
  object["expiresAt"] = record.expires_at ? json::value(format_iso(*record.expires_at)) : json::value(nullptr);
  return object;
}

Result<std::vector<std::string>> read_scopes(const Fields& fields) {
  HOLDFAST_TRY(std::vector<std::string> scopes, fields.texts("scopes"));
  for (const std::string& scope : scopes) {
    if (std::ranges::find(kScopes, scope) == std::end(kScopes))
      return fail(Code::kInvalid, "a scope is memory:read, memory:write or admin", "/scopes");
  }
  if (scopes.empty()) return fail(Code::kInvalid, "scopes must name at least one scope", "/scopes");
  std::ranges::sort(scopes);
  const auto repeated = std::ranges::unique(scopes);
  scopes.erase(repeated.begin(), repeated.end());
  return scopes;
}

// '*' and what a profile's name may hold.
Result<std::string> read_pattern(const Fields& fields) {
  HOLDFAST_TRY(const std::optional<std::string> text, fields.optional_text("profile", 1, kMaxPattern));
  if (!text) return std::string();
  const bool plain = std::ranges::all_of(
      *text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '*'; });
  if (!plain) return fail(Code::kInvalid, "profile must be a profile's name, or a pattern with *", "/profile");
  return *text;
}

Task<Result<net::Response>> create(Api& api, Call call) {
  HOLDFAST_CO_TRY(const json::object body, co_await api.read_object(call, kMaxBody));
  const Fields fields(body, "");
  HOLDFAST_CO_TRY(std::vector<std::string> scopes, read_scopes(fields));
  HOLDFAST_CO_TRY(const std::optional<std::string> text, fields.optional_text("namespace", 0, kMaxBody));
  std::string name_space;
  if (text) {
    HOLDFAST_CO_TRY(name_space, namespace_name(*text, "/namespace"));
  }
  HOLDFAST_CO_TRY(std::string pattern, read_pattern(fields));
  HOLDFAST_CO_TRY(const std::optional<TimeMs> expires_at, fields.optional_time("expiresAt"));
  if (expires_at && *expires_at <= api.parts().clock.now())
    co_return fail(Code::kInvalid, "expiresAt is in the past", "/expiresAt");
  co_await api.parts().storage.turn();
  HOLDFAST_CO_TRY(const NewToken token,
                  api.parts().auth.create(std::move(scopes), std::move(name_space), std::move(pattern), expires_at));
  json::object result = to_json(token.record);
  result["token"] = token.secret;
  co_return success(std::move(result), 200);
}

Task<Result<net::Response>> list(Api& api, Call) {
  json::array items;
  for (const memory::TokenRecord& record : api.parts().auth.list()) items.push_back(to_json(record));
  const std::size_t count = items.size();
  co_return success(std::move(items), 200, json::object{{"count", count}});
}

Task<Result<net::Response>> revoke(Api& api, Call call) {
  HOLDFAST_CO_TRY(const Id token, call.path_id("token_id"));
  co_await api.parts().storage.turn();
  HOLDFAST_CO_CHECK(api.parts().auth.revoke(token));
  co_return success(nullptr);
}

}  // namespace

void add_token_routes(Api& api) {
  const auto bind = [&](auto handler) { return [&api, handler](Call call) { return handler(api, std::move(call)); }; };
  api.add("POST", "/admin/tokens", "create_token", kAdminScope, bind(create));
  api.add("GET", "/admin/tokens", "list_tokens", kAdminScope, bind(list));
  api.add("DELETE", "/admin/tokens/{token_id}", "revoke_token", kAdminScope, bind(revoke));
}

}  // namespace holdfast::api
