#include "cli/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fstream>

#include "base/id.h"
#include "base/utf8.h"

namespace holdfast::cli {
namespace {

constexpr std::size_t kLongestNamespace = 32, kLongestProfile = 100, kLongestSession = 64;
constexpr std::size_t kLongestToken = 4096;

bool lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool well_named(std::string_view name, std::size_t longest) {
  return !name.empty() && name.size() <= longest && lower_or_digit(name.front()) && lower_or_digit(name.back()) &&
         std::ranges::all_of(name, [](char c) { return lower_or_digit(c) || c == '-'; });
}

std::string choose(const std::optional<std::string>& flag, const World& world, const char* variable,
                   std::string_view otherwise) {
  if (flag) return *flag;
  if (variable != nullptr)
    if (auto value = world.env(variable); value && !value->empty()) return *value;
  return std::string(otherwise);
}

Outcome<std::string> read_token(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string token(kLongestToken + 1, '\0');
  in.read(token.data(), static_cast<std::streamsize>(token.size()));
  token.resize(static_cast<std::size_t>(in.gcount()));
  if (in.bad() || (token.empty() && !in.eof()))
    return std::unexpected(Error{Code::kIo, fmt::format("cannot read the token file {}", file)});
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r' || token.back() == ' ')) token.pop_back();
  if (token.empty() || token.size() > kLongestToken || token.find_first_of(" \r\n\t") != std::string::npos)
    return std::unexpected(Error{Code::kInvalid, fmt::format("the token file {} does not hold a token", file)});
  return token;
}

}  // namespace

bool is_local(std::string_view url) {
  const auto parsed = boost::urls::parse_uri(url);
  if (!parsed) return false;
  const std::string host = parsed->host();
  return host == "localhost" || host == "[::1]" ||
         (parsed->host_type() == boost::urls::host_type::ipv4 && host.starts_with("127."));
}

Outcome<> check_namespace(std::string_view name) {
  if (well_named(name, kLongestNamespace)) return {};
  return usage(fmt::format("\"{}\" is no namespace name: it takes 1 to {} lower-case letters, digits and inner hyphens",
                           name, kLongestNamespace));
}

Outcome<> check_profile(std::string_view name) {
  if (well_named(name, kLongestProfile)) return {};
  return usage(fmt::format("\"{}\" is no profile name: it takes 1 to {} lower-case letters, digits and inner hyphens",
                           name, kLongestProfile));
}

Outcome<> check_session(std::string_view id) {
  if (!id.empty() && valid_utf8(id) && count_code_points(id) <= kLongestSession) return {};
  return usage(fmt::format("a session id has 1 to {} characters", kLongestSession));
}

Outcome<> check_id(std::string_view id, std::string_view what) {
  if (Id::parse(id)) return {};
  return usage(fmt::format(
      "\"{}\" is no {} id: it has 26 characters, upper-case letters without I, L, O, U, and digits", id, what));
}

Outcome<Connection> resolve(const Flags& flags, const World& world) {
  Connection connection;
  connection.url = choose(flags.url, world, "HOLDFAST_URL", fmt::format("http://{}:{}", kDefaultHost, kDefaultPort));
  while (connection.url.ends_with('/')) connection.url.pop_back();
  const auto parsed = boost::urls::parse_uri(connection.url);
  if (!parsed || (parsed->scheme() != "http" && parsed->scheme() != "https") || parsed->host().empty() ||
      parsed->has_query() || parsed->has_fragment())
    return usage(
        fmt::format("\"{}\" is no URL of a server: give one as http://HOST:PORT or https://HOST:PORT", connection.url));

  connection.account = choose(flags.account, world, nullptr, "local");
  if (connection.account.empty() || !valid_utf8(connection.account)) return usage("--account takes a non-empty id");
  connection.name_space = choose(flags.name_space, world, "HOLDFAST_NAMESPACE", kDefaultNamespace);
  HOLDFAST_CHECK(check_namespace(connection.name_space));
  connection.profile = choose(flags.profile, world, "HOLDFAST_PROFILE", "default");
  HOLDFAST_CHECK(check_profile(connection.profile));
  if (flags.timeout_s < 1) return usage("--timeout takes seconds, at least 1");
  connection.timeout_s = flags.timeout_s;

  connection.token = flags.token ? *flags.token : std::string();
  if (connection.token.empty() && flags.token_file) {
    HOLDFAST_TRY(connection.token, read_token(*flags.token_file));
  }
  if (connection.token.empty()) connection.token = choose(std::nullopt, world, "HOLDFAST_TOKEN", "");
  if (connection.token.empty() && is_local(connection.url)) {
    const std::string file = choose(std::nullopt, world, "HOLDFAST_TOKEN_FILE", "");
    if (!file.empty()) {
      HOLDFAST_TRY(connection.token, read_token(file));
    }
  }
  return connection;
}

}  // namespace holdfast::cli
