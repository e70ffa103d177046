#include "cli/remote.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/utf8.h"
#include "cli/print.h"

namespace holdfast::cli {
namespace {

namespace json = boost::json;

constexpr int kAttempts = 5;
constexpr int kLongestWaitSeconds = 30;
constexpr std::size_t kPageRows = 500;
constexpr std::size_t kShownOfForeignBody = 200;
constexpr long kNamespaceNotFound = 1003;

std::optional<json::value> parse(std::string_view text) {
  boost::system::error_code error;
  json::value value = json::parse(json::string_view(text.data(), text.size()), error);
  if (error) return std::nullopt;
  return value;
}

int retry_after(const net::ClientResponse& response, int attempt) {
  const std::string_view text = response.header("Retry-After");
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || seconds < 0) seconds = 1 << attempt;
  return std::min(seconds, kLongestWaitSeconds);
}

Code code_of(int status, long code) {
  switch (status) {
    case 400:
      return Code::kInvalid;
    case 401:
      return Code::kUnauthenticated;
    case 403:
      return Code::kForbidden;
    case 404:
      return code == kNamespaceNotFound ? Code::kNamespaceNotFound : Code::kNotFound;
    case 409:
      return Code::kConflict;
    case 413:
      return Code::kTooLarge;
    case 429:
      return Code::kRateLimited;
    case 503:
      return Code::kOverloaded;
    default:
      return Code::kInternal;
  }
}

}  // namespace

void add_query(std::string& path, std::string_view name, std::string_view value) {
  path += path.find('?') == std::string::npos ? '?' : '&';
  path += name;
  path += '=';
  path += net::percent_encode(value);
}

Remote::Remote(Connection connection, World& world, net::Client client)
    : connection_(std::move(connection)), world_(&world), client_(std::move(client)) {}

Outcome<Remote> Remote::connect(Connection connection, World& world) {
  net::ClientOptions options;
  options.base_url = connection.url;
  options.token = connection.token;
  options.timeout_s = connection.timeout_s;
  auto client = net::Client::make(std::move(options));
  if (!client) return usage(client.error().message);
  return Remote(std::move(connection), world, *std::move(client));
}

std::string Remote::memory_path(std::string_view rest) const {
  return fmt::format("/client/v4/accounts/{}/agent-memory{}", net::percent_encode(connection_.account), rest);
}

std::string Remote::namespace_path(std::string_view rest) const {
  return memory_path(fmt::format("/namespaces/{}{}", connection_.name_space, rest));
}

std::string Remote::profile_path(std::string_view rest) const {
  return namespace_path(fmt::format("/profiles/{}{}", connection_.profile, rest));
}

Outcome<Answer> Remote::call(std::string_view method, const std::string& path, const std::optional<json::value>& body) {
  const std::string text = body ? json::serialize(*body) : std::string();
  for (int attempt = 0;; ++attempt) {
    auto response = client_.request(method, path, text, body ? "application/json" : "");
    if (!response) return std::unexpected(unreachable(std::move(response).error()));
    const bool busy = response->status == 429 || response->status == 503;
    if (!busy || attempt + 1 == kAttempts) return open(*response);
    world_->sleep(std::chrono::seconds(retry_after(*response, attempt)));
  }
}

Outcome<json::array> Remote::pages(const std::string& path, std::size_t limit, bool& more) {
  json::array rows;
  std::string cursor;
  more = false;
  do {
    std::string page = path;
    add_query(page, "per_page", std::to_string(limit == 0 ? kPageRows : std::min(kPageRows, limit - rows.size())));
    if (!cursor.empty()) add_query(page, "cursor", cursor);
    HOLDFAST_TRY(Answer answer, call("GET", page));
    json::array* items = answer.result.if_array();
    if (items == nullptr)
      return std::unexpected(Error{Code::kInternal, "the server's answer is no list; is its version this one's?"});
    for (json::value& item : *items) rows.push_back(std::move(item));
    std::string next = field(answer.info, "cursor");
    // A server that repeats itself must not keep us here for ever.
    if (next == cursor && !next.empty())
      return std::unexpected(Error{Code::kInternal, "the server's list does not go on: it gave one cursor twice"});
    cursor = std::move(next);
  } while (!cursor.empty() && (limit == 0 || rows.size() < limit));
  more = !cursor.empty();
  if (limit != 0 && rows.size() > limit) {  // a list that the server does not give in pages
    rows.resize(limit);
    more = true;
  }
  return rows;
}

Outcome<> Remote::ensure_namespace() {
  if (connection_.name_space != kDefaultNamespace) return {};
  auto found = call("GET", namespace_path(""));
  // A token that may write memories need not be able to look at namespaces: then the write itself tells.
  if (found || found.error().error.code == Code::kForbidden) return {};
  if (found.error().error.code != Code::kNamespaceNotFound) return std::unexpected(std::move(found).error());
  auto made = call("POST", memory_path("/namespaces"), json::object{{"name", connection_.name_space}});
  if (made) {
    world_->err << "holdfast: made the namespace \"default\", which was not there yet\n";
  } else if (made.error().error.code != Code::kConflict) {
    return std::unexpected(std::move(made).error());
  }
  return {};
}

Outcome<> Remote::download(const std::string& path, const net::Client::Sink& sink) {
  auto response = client_.download(path, sink);
  if (!response) return std::unexpected(unreachable(std::move(response).error()));
  if (response->status / 100 != 2) return std::unexpected(refusal(*response));
  return {};
}

Outcome<Answer> Remote::upload(const std::string& path, const net::Client::Source& source,
                               std::string_view content_type, std::optional<std::uint64_t> length) {
  auto response = client_.upload("POST", path, source, content_type, length);
  if (!response) return std::unexpected(unreachable(std::move(response).error()));
  return open(*response);
}

Outcome<net::ClientResponse> Remote::plain(const std::string& path) {
  auto response = client_.request("GET", path);
  if (!response) return std::unexpected(unreachable(std::move(response).error()));
  return *std::move(response);
}

Failure Remote::unreachable(Error error) const {
  if (error.code == Code::kIo)
    error.message += fmt::format(
        "\nStart a server with: holdfast serve --data DIR\n"
        "If it is elsewhere than {}, say where with --url or HOLDFAST_URL.",
        connection_.url);
  return error;
}

Outcome<Answer> Remote::open(const net::ClientResponse& response) const {
  if (response.status / 100 != 2) return std::unexpected(refusal(response));
  auto document = parse(response.body);
  json::object* members = document ? document->if_object() : nullptr;
  if (members == nullptr || !members->contains("result")) return std::unexpected(refusal(response));
  Answer answer;
  answer.status = response.status;
  answer.result = std::move((*members)["result"]);
  if (json::value* info = members->if_contains("result_info"); info != nullptr && info->is_object())
    answer.info = std::move(info->get_object());
  return answer;
}

Failure Remote::refusal(const net::ClientResponse& response) const {
  Error error;
  const auto document = parse(response.body);
  const json::object* members = document ? document->if_object() : nullptr;
  const json::value* errors = members == nullptr ? nullptr : members->if_contains("errors");
  const json::array* list = errors == nullptr ? nullptr : errors->if_array();
  if (list == nullptr || list->empty() || !list->front().is_object()) {
    error.message = fmt::format(
        "{} answered with HTTP {} and something that is not from Holdfast: {}\nIs the URL right (--url, HOLDFAST_URL)?",
        connection_.url, response.status, fit(one_line(first_bytes(response.body, kShownOfForeignBody)), 100));
    return error;
  }
  const json::object& first = list->front().get_object();
  const json::value* number = first.if_contains("code");
  const long code = number != nullptr && number->is_int64() ? static_cast<long>(number->get_int64()) : 0;
  error.code = code_of(response.status, code);
  if (const json::value* source = first.if_contains("source")) error.pointer = field(*source, "pointer");
  error.message = printable(field(first, "message"));
  switch (error.code) {
    case Code::kUnauthenticated:
      error.message = connection_.token.empty()
                          ? fmt::format(
                                "{} wants a token. Give one with --token or HOLDFAST_TOKEN; a local server's "
                                "stands in a file: --token-file or HOLDFAST_TOKEN_FILE.",
                                connection_.url)
                          : fmt::format(
                                "{} does not accept the token: it is wrong, revoked or expired.\n"
                                "Make another with: holdfast token create --scope memory:write",
                                connection_.url);
      break;
    case Code::kForbidden:
      error.message = fmt::format(
          "the token may not do this ({}). Use one with the scope it needs: "
          "holdfast token create --help",
          error.message);
      break;
    case Code::kNamespaceNotFound:
      error.message =
          connection_.name_space == kDefaultNamespace
              ? std::string(
                    "nothing has been written yet: the first ingest or remember makes the namespace \"default\"")
              : fmt::format("there is no namespace \"{0}\". Make it with: holdfast namespace create {0}",
                            connection_.name_space);
      break;
    default:
      error.message += fmt::format(" (HTTP {}, code {})", response.status, code);
  }
  return error;
}

}  // namespace holdfast::cli
