// Raw messages and sessions.
#include <array>
#include <boost/json/array.hpp>

#include "api/api.h"
#include "api/envelope.h"
#include "api/memory_json.h"
#include "api/page.h"
#include "api/read_json.h"

namespace holdfast::api {
namespace {

namespace json = boost::json;
using memory::MessageCursor;

// Session hash, position and message id, each 26 characters of the ULID alphabet.
std::string render_cursor(const MessageCursor& cursor) {
  Id position;
  for (std::size_t i = 0; i < 8; ++i)
    position.bytes[15 - i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(cursor.position) >> (8 * i));
  return cursor.session.to_string() + position.to_string() + cursor.message.to_string();
}

Result<MessageCursor> read_cursor(std::string_view text) {
  const auto invalid = [] {
    return fail(Code::kInvalid, "invalid cursor: pass on what the page before gave", "/cursor");
  };
  if (text.size() != 78) return invalid();
  const auto session = Id::parse(text.substr(0, 26));
  const auto position = Id::parse(text.substr(26, 26));
  const auto message = Id::parse(text.substr(52));
  if (!session || !position || !message) return invalid();
  std::uint64_t number = 0;
  for (std::size_t i = 8; i < 16; ++i) number = number << 8 | position->bytes[i];
  return MessageCursor{*session, static_cast<std::int64_t>(number), *message};
}

Task<Result<net::Response>> list(Api& api, Call call) {
  HOLDFAST_CO_TRY(const std::size_t limit, call.per_page());
  HOLDFAST_CO_TRY(const std::string cursor, call.cursor());
  std::optional<MessageCursor> after;
  if (!cursor.empty()) {
    HOLDFAST_CO_TRY(after, read_cursor(cursor));
  }
  std::string session;
  if (call.has_query_field("session_id")) {
    HOLDFAST_CO_TRY(session, session_id(call.query_field("session_id"), "/session_id"));
  }
  HOLDFAST_CO_TRY(const memory::Page<memory::Message> page,
                  co_await api.parts().service.list_messages(call.at, session, after, limit));
  co_return page_of(
      page, limit, [](const memory::Message& last) { return render_cursor(MessageCursor::of(last)); },
      [](const memory::Message& message) { return to_json(message); });
}

Task<Result<net::Response>> get(Api& api, Call call) {
  HOLDFAST_CO_TRY(const Id message_id, call.path_id("message_id"));
  HOLDFAST_CO_TRY(const memory::Message message, co_await api.parts().service.get_message(call.at, message_id));
  co_return success(to_json(message));
}

Task<Result<net::Response>> remove(Api& api, Call call) {
  HOLDFAST_CO_TRY(const Id message_id, call.path_id("message_id"));
  HOLDFAST_CO_TRY(const memory::Message message, co_await api.parts().service.delete_message(call.at, message_id));
  co_return success(to_json(message));
}

Task<Result<net::Response>> sessions(Api& api, Call call) {
  HOLDFAST_CO_TRY(const std::vector<memory::SessionInfo> found, co_await api.parts().service.list_sessions(call.at));
  json::array items;
  for (const memory::SessionInfo& session : found) items.push_back(to_json(session));
  const std::size_t count = items.size();
  co_return success(std::move(items), 200, json::object{{"count", count}});
}

Task<Result<net::Response>> remove_session(Api& api, Call call) {
  HOLDFAST_CO_TRY(const std::string session, session_id(call.params.get("session_id"), "/session_id"));
  HOLDFAST_CO_CHECK(co_await api.parts().service.delete_session(call.at, session));
  co_return success(nullptr);
}

}  // namespace

void add_message_routes(Api& api) {
  const std::string profile(kProfile);
  const auto bind = [&](auto handler) { return [&api, handler](Call call) { return handler(api, std::move(call)); }; };
  api.add("GET", profile + "/messages", "list_messages", kReadScope, bind(list));
  api.add("GET", profile + "/messages/{message_id}", "get_message", kReadScope, bind(get));
  api.add("DELETE", profile + "/messages/{message_id}", "delete_message", kWriteScope, bind(remove));
  api.add("GET", profile + "/sessions", "list_sessions", kReadScope, bind(sessions));
  api.add("DELETE", profile + "/sessions/{session_id}", "delete_session", kWriteScope, bind(remove_session));
}

}  // namespace holdfast::api
