// Where a command goes: server, token, account, namespace, profile. Flags go before the environment, the environment
// before the defaults.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/exit.h"
#include "cli/world.h"

namespace holdfast::cli {

// What was given on the command line.
struct Flags {
  std::optional<std::string> url = {}, token = {}, token_file = {}, account = {}, name_space = {}, profile = {};
  long timeout_s = 600;  // of one call; nothing may move for so long while streaming
  bool json = false;
};

inline constexpr std::string_view kDefaultNamespace = "default";  // made by the first write

struct Connection {
  std::string url;      // without a slash at its end
  std::string token;    // "" for none
  std::string account;  // any non-empty text
  std::string name_space;
  std::string profile;
  long timeout_s = 600;
};

// HOLDFAST_URL, HOLDFAST_TOKEN, HOLDFAST_TOKEN_FILE, HOLDFAST_NAMESPACE, HOLDFAST_PROFILE fill in what the flags leave
// open. The file of HOLDFAST_TOKEN_FILE holds a local server's token, so it is read for a local URL only; a file named
// by a flag is read for any. Usage errors: bad URL, bad names. Failed: a token file that cannot be read.
[[nodiscard]] Outcome<Connection> resolve(const Flags& flags, const World& world);

// Whether the URL's host is this machine: localhost, 127.0.0.0/8 or ::1.
[[nodiscard]] bool is_local(std::string_view url);

// The contract's rules for names and ids, checked before the server is asked. Usage errors.
[[nodiscard]] Outcome<> check_namespace(std::string_view name);
[[nodiscard]] Outcome<> check_profile(std::string_view name);
[[nodiscard]] Outcome<> check_session(std::string_view id);
[[nodiscard]] Outcome<> check_id(std::string_view id, std::string_view what);  // what: "memory", "message", "token"

}  // namespace holdfast::cli
