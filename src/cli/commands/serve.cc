#include <fmt/format.h>

#include <charconv>

#include "cli/commands/commands.h"

namespace holdfast::cli {
namespace {

struct Options {
  ServeOptions serve;
  std::optional<std::string> listen;
};

// "127.0.0.1:8787", "localhost:80", "[::1]:8787".
Outcome<HostPort> parse_listen(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos) {
    std::string_view host = text.substr(0, colon);
    const std::string_view port = text.substr(colon + 1);
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) host = host.substr(1, host.size() - 2);
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    const bool whole = error == std::errc() && end == port.data() + port.size() && !port.empty();
    if (whole && !host.empty() && (bracketed || host.find(':') == std::string_view::npos))
      return HostPort{std::string(host), number};
  }
  return usage(fmt::format("--listen takes HOST:PORT, like {}:{} or [::1]:{}, not \"{}\"", kDefaultHost, kDefaultPort,
                           kDefaultPort, text));
}

Outcome<> serve_command(Context& context, Options options) {
  if (options.listen) {
    HOLDFAST_TRY(options.serve.listen, parse_listen(*options.listen));
  }
  if (options.serve.tls_cert.has_value() != options.serve.tls_key.has_value())
    return usage("--tls-cert and --tls-key go together: give both or none");
  const int status = context.world.serve(options.serve);
  // The server has said itself what went wrong: nothing is left to say but its status.
  if (status != kOk) return std::unexpected(Failure(Error{Code::kInternal, ""}, status));
  return {};
}

}  // namespace

void add_serve(Registry& registry) {
  auto options = std::make_shared<Options>();
  CLI::App& app = registry.add(
      {.name = "serve",
       .summary = "Run the server",
       .details =
           "Flags go before the configuration file, the file before the defaults. The encoder that finds things\n"
           "said in other words reads a model file installed beside the program; [models] and [vectors] of the\n"
           "configuration, or HOLDFAST_MODELS_ENCODER=none, HOLDFAST_MODELS_FILE, HOLDFAST_VECTORS_MESSAGES=false\n"
           "and HOLDFAST_VECTORS_BACKLOG in the environment, change that.",
       .examples =
           "holdfast serve --data ./data\n"
           "holdfast serve --data /var/lib/holdfast --listen 0.0.0.0:8787 --tls-cert cert.pem --tls-key key.pem",
       .takes = Takes::kNothing},
      [options](Context& context) { return serve_command(context, *options); });
  app.add_option("--data", options->serve.data, "The directory that holds everything; made when it is not there");
  app.add_option("--listen", options->listen,
                 fmt::format("HOST:PORT to listen at [{}:{}]", kDefaultHost, kDefaultPort));
  app.add_option("--config", options->serve.config, "A configuration file (TOML)");
  app.add_option("--tls-cert", options->serve.tls_cert, "Certificate chain (PEM), with --tls-key");
  app.add_option("--tls-key", options->serve.tls_key, "Private key (PEM)");
  app.add_option("--log-level", options->serve.log_level, "debug, info, warning, error or off")
      ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}));
}

}  // namespace holdfast::cli
