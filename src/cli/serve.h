// The options of `holdfast serve` as they were given, and what runs the server with them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace holdfast::cli {

struct HostPort {
  std::string host;  // a name or an address, IPv6 without brackets
  std::uint16_t port = 0;

  bool operator==(const HostPort&) const = default;
};

inline constexpr const char* kDefaultHost = "127.0.0.1";
inline constexpr std::uint16_t kDefaultPort = 8787;

// An option that was not given is nullopt, so that the configuration file can speak before the default does.
struct ServeOptions {
  std::optional<std::string> data = {};      // the directory that holds everything; made when it is not there
  std::optional<HostPort> listen = {};       // default kDefaultHost:kDefaultPort; port 0 takes any free one
  std::optional<std::string> config = {};    // a TOML file
  std::optional<std::string> tls_cert = {};  // PEM files: both or none
  std::optional<std::string> tls_key = {};
  std::optional<std::string> log_level = {};  // debug, info, warning, error, off
};

// Runs until it is told to stop (SIGINT, SIGTERM). Returns the exit status.
[[nodiscard]] int serve(const ServeOptions& options);

}  // namespace holdfast::cli
