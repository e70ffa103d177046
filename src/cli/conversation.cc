#include "cli/conversation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <utility>

#include "base/time.h"
#include "base/utf8.h"
#include "cli/print.h"

namespace holdfast::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestContent = 32'768;
constexpr std::size_t kLongestName = 64;

std::unexpected<Failure> bad(std::string_view place, std::string_view what) {
  return std::unexpected(Failure(Error{Code::kInvalid, fmt::format("{}: {}", place, what)}));
}

std::optional<json::value> parse_json(std::string_view text, std::string& why) {
  boost::system::error_code error;
  json::value value = json::parse(json::string_view(text.data(), text.size()), error);
  if (!error) return value;
  why = error.message();
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t from = text.find_first_not_of(kSpace);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

// Puts checked messages in their sessions.
class Collector {
 public:
  Outcome<> add(const json::value& value, const std::optional<std::string>& session, std::string place) {
    const json::object* members = value.if_object();
    if (members == nullptr) return bad(place, "a message is a JSON object with \"role\" and \"content\"");
    if (members->contains("kind"))
      return bad(place, "this looks like a row of an export; bring exports back with: holdfast import FILE");
    HOLDFAST_TRY(const std::optional<std::string> role, text(*members, "role", place));
    HOLDFAST_TRY(const std::optional<std::string> content, text(*members, "content", place));
    HOLDFAST_TRY(const std::optional<std::string> timestamp, text(*members, "timestamp", place));
    HOLDFAST_TRY(const std::optional<std::string> name, text(*members, "name", place));
    HOLDFAST_TRY(const std::optional<std::string> own, text(*members, "sessionId", place));
    if (!role || (*role != "user" && *role != "assistant" && *role != "system"))
      return bad(place, "\"role\" must be user, assistant or system");
    if (!content || content->empty()) return bad(place, "\"content\" is missing or empty");
    if (content->size() > kLongestContent)
      return bad(place,
                 fmt::format("\"content\" has {} bytes, at most {} are taken", content->size(), kLongestContent));
    if (!valid_utf8(*content)) return bad(place, "\"content\" is not UTF-8");
    if (timestamp && !parse_iso(*timestamp))
      return bad(place, fmt::format("\"timestamp\" must be ISO 8601, like 2026-04-21T09:30:00Z, not \"{}\"",
                                    printable(*timestamp)));
    if (name && name->size() > kLongestName)
      return bad(place, fmt::format("\"name\" takes at most {} bytes", kLongestName));
    const std::optional<std::string> id = own ? own : session;
    if (id && !check_session(*id)) return bad(place, check_session(*id).error().error.message);

    json::object message{{"role", *role}, {"content", *content}};
    if (timestamp) message["timestamp"] = *timestamp;
    if (name && !name->empty()) message["name"] = *name;
    SessionPart& part = session_of(id);
    part.messages.push_back(std::move(message));
    part.places.push_back(std::move(place));
    return {};
  }

  Outcome<Conversation> finish() && {
    if (conversation_.sessions.empty())
      return std::unexpected(Error{Code::kInvalid, "there is no message in it. See: holdfast ingest --help"});
    return std::move(conversation_);
  }

 private:
  static Outcome<std::optional<std::string>> text(const json::object& members, std::string_view name,
                                                  const std::string& place) {
    const json::value* value = members.if_contains(name);
    if (value == nullptr || value->is_null()) return std::nullopt;
    const json::string* found = value->if_string();
    if (found == nullptr) return bad(place, fmt::format("\"{}\" must be a string", name));
    return std::string(*found);
  }

  SessionPart& session_of(const std::optional<std::string>& id) {
    const auto found = std::ranges::find(conversation_.sessions, id, &SessionPart::session);
    if (found != conversation_.sessions.end()) return *found;
    return conversation_.sessions.emplace_back(SessionPart{id, {}, {}});
  }

  Conversation conversation_;
};

Outcome<Conversation> parse_array(const json::value& messages, const std::optional<std::string>& session) {
  const json::array* items = messages.if_array();
  if (items == nullptr) return bad("\"messages\"", "must be an array");
  Collector collector;
  for (std::size_t i = 0; i < items->size(); ++i) {
    HOLDFAST_CHECK(collector.add((*items)[i], session, fmt::format("message {}", i + 1)));
  }
  return std::move(collector).finish();
}

Outcome<Conversation> parse_lines(std::string_view text) {
  Collector collector;
  std::size_t number = 0;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    const std::string_view line = trimmed(text.substr(from, end - from));
    from = end + 1;
    ++number;
    if (line.empty()) continue;
    const std::string place = fmt::format("line {}", number);
    std::string why;
    const auto value = parse_json(line, why);
    if (!value) return bad(place, fmt::format("not JSON: {}", why));
    HOLDFAST_CHECK(collector.add(*value, std::nullopt, place));
  }
  return std::move(collector).finish();
}

// "User: hello" → user, "hello". Nothing when the line does not begin so.
std::optional<std::pair<std::string_view, std::string_view>> speaker_of(std::string_view line) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kSpeakers{
      {{"user", "user"}, {"human", "user"}, {"assistant", "assistant"}, {"ai", "assistant"}, {"system", "system"}}};
  for (const auto& [word, role] : kSpeakers) {
    if (line.size() <= word.size() || line[word.size()] != ':') continue;
    const bool same = std::ranges::equal(word, line.substr(0, word.size()),
                                         [](char a, char b) { return a == b || a - 'a' + 'A' == b; });
    if (same) return std::pair{role, line.substr(word.size() + 1)};
  }
  return std::nullopt;
}

Outcome<Conversation> parse_transcript(std::string_view text) {
  if (!valid_utf8(text)) return bad("the file", "is not UTF-8 text");
  Collector collector;
  std::string role, content, place;
  const auto flush = [&]() -> Outcome<> {
    if (role.empty()) return {};
    return collector.add(json::object{{"role", role}, {"content", trimmed(content)}}, std::nullopt, place);
  };
  std::size_t number = 0;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    const std::string_view line = text.substr(from, end - from);
    from = end + 1;
    ++number;
    if (const auto speaker = speaker_of(line)) {
      HOLDFAST_CHECK(flush());
      role = speaker->first;
      content = speaker->second;
      place = fmt::format("line {}", number);
    } else if (!role.empty()) {
      content += '\n';
      content += line;
    } else if (!trimmed(line).empty()) {
      return bad(
          fmt::format("line {}", number),
          "neither JSON nor a transcript, whose first line begins with \"User:\", \"Assistant:\" or \"System:\"");
    }
  }
  HOLDFAST_CHECK(flush());
  return std::move(collector).finish();
}

// "/messages/17/content" → 17.
std::optional<std::size_t> message_index(std::string_view pointer) {
  constexpr std::string_view kPrefix = "/messages/";
  if (!pointer.starts_with(kPrefix)) return std::nullopt;
  std::size_t index = 0;
  bool any = false;
  for (const char c : pointer.substr(kPrefix.size())) {
    if (c < '0' || c > '9' || index > kMostMessagesOfACall) break;
    index = index * 10 + static_cast<std::size_t>(c - '0');
    any = true;
  }
  return any ? std::optional(index) : std::nullopt;
}

Failure explain(Failure failure, const SessionPart& part, std::size_t first, std::size_t sent_before) {
  if (const auto index = message_index(failure.error.pointer); index && first + *index < part.places.size())
    failure.error.message = fmt::format("{}: {}", part.places[first + *index], failure.error.message);
  if (sent_before > 0)
    failure.error.message += fmt::format(
        "\n{} messages are in. Give the same command again once this is mended: what is in already is skipped.",
        sent_before);
  return failure;
}

}  // namespace

std::size_t Conversation::size() const {
  std::size_t count = 0;
  for (const SessionPart& part : sessions) count += part.messages.size();
  return count;
}

Outcome<Conversation> parse_conversation(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::string_view body = trimmed(text);
  if (body.empty()) return std::unexpected(Error{Code::kInvalid, "it is empty"});
  if (body.front() != '[' && body.front() != '{') return parse_transcript(text);
  std::string why;
  const auto whole = parse_json(body, why);
  if (body.front() == '[') {
    if (!whole) return bad("the file", fmt::format("not JSON: {}", why));
    return parse_array(*whole, std::nullopt);
  }
  const json::object* members = whole ? whole->if_object() : nullptr;
  if (members == nullptr || !members->contains("messages")) return parse_lines(text);
  const json::value* session = members->if_contains("sessionId");
  if (session == nullptr || session->is_null()) return parse_array(members->at("messages"), std::nullopt);
  if (!session->is_string()) return bad("\"sessionId\"", "must be a string");
  return parse_array(members->at("messages"), std::string(session->get_string()));
}

Outcome<std::string> read_input(World& world, const std::string& file, std::size_t limit) {
  std::ifstream opened;
  if (file != "-") {
    opened.open(file, std::ios::binary);
    if (!opened) return std::unexpected(Error{Code::kIo, fmt::format("cannot open {}", file)});
  }
  std::istream& in = file == "-" ? world.in : opened;
  std::string text;
  std::array<char, 64 * 1024> piece{};
  while (in.read(piece.data(), piece.size()), in.gcount() > 0) {
    text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > limit)
      return std::unexpected(Error{Code::kTooLarge, fmt::format("{} has more than {} bytes: give it in smaller parts",
                                                                file == "-" ? "the input" : file, limit)});
  }
  if (in.bad() || !in.eof()) return std::unexpected(Error{Code::kIo, fmt::format("cannot read {}", file)});
  return text;
}

Outcome<std::vector<SentCall>> send_conversation(Remote& remote, const Conversation& conversation,
                                                 const SendOptions& options) {
  std::vector<SentCall> calls;
  std::size_t sent = 0;
  for (const SessionPart& part : conversation.sessions) {
    std::string session = part.session.value_or("");
    for (std::size_t first = 0; first < part.messages.size(); first += kMostMessagesOfACall) {
      const std::size_t last = std::min(first + kMostMessagesOfACall, part.messages.size());
      const bool learn_session = session.empty() && last < part.messages.size();
      json::array messages;
      for (std::size_t i = first; i < last; ++i) messages.emplace_back(part.messages[i]);
      json::object body{{"messages", std::move(messages)}};
      if (!session.empty()) body["sessionId"] = session;
      if (options.async) body["async"] = true;

      std::string path = remote.profile_path("/ingest");
      if (options.verbose || learn_session) add_query(path, "verbose", "1");
      auto answer = remote.call("POST", path, std::move(body));
      if (!answer) return std::unexpected(explain(std::move(answer).error(), part, first, sent));
      if (session.empty()) session = field(answer->result, "sessionId");
      sent += last - first;
      if (learn_session && session.empty())
        return std::unexpected(explain(Error{Code::kInternal,
                                             "the server did not say which session the messages went to, so the rest "
                                             "cannot follow. Name one with --session."},
                                       part, first, sent));
      calls.push_back({session, last - first, std::move(answer->result)});
      if (options.on_sent) options.on_sent(last - first);
    }
  }
  return calls;
}

}  // namespace holdfast::cli
