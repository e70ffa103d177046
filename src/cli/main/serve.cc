// `holdfast serve`: options and environment become a configuration, and the server runs until a signal ends it.
#include "cli/serve.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "api/application.h"
#include "base/config.h"
#include "base/log.h"
#include "cli/exit.h"
#include "cli/main/executable.h"
#include "models/embedded/embedded.h"

namespace holdfast::cli {
namespace {

int report(const Error& error) {
  fmt::print(stderr, "holdfast: {}\n", error.message);
  if (!error.cause.empty()) fmt::print(stderr, "  ({})\n", error.cause);
  return error.code == Code::kInvalid ? kUsage : kFailed;
}

Config apply(Config config, const ServeOptions& options) {
  if (options.data) config.server.data = *options.data;
  if (options.listen) {
    config.server.host = options.listen->host;
    config.server.port = options.listen->port;
  }
  if (options.tls_cert) config.server.tls_certificate = *options.tls_cert;
  if (options.tls_key) config.server.tls_key = *options.tls_key;
  if (options.log_level) config.log.level = *options.log_level;
  return config;
}

std::string address(const Config& config, std::uint16_t port) {
  const bool ipv6 = config.server.host.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}", config.server.tls_certificate.empty() ? "http" : "https", ipv6 ? "[" : "",
                     config.server.host, ipv6 ? "]" : "", port);
}

// Null when there is none: the server then works on words alone.
std::unique_ptr<const models::Encoder> open_encoder(const Config& config) {
  if (config.models.encoder == "none") return nullptr;
  const std::filesystem::path file = config.models.file.empty() ? models::find_model(executable_directory())
                                                                : std::filesystem::path(config.models.file);
  auto encoder = models::open_embedded(file);
  if (encoder) {
    log::info("the encoder is ready", {{"model", std::string((*encoder)->model())}, {"file", file.string()}});
    return *std::move(encoder);
  }
  log::warning(
      "the encoder's model cannot be opened: memory works on words alone and finds less. Put the file there, which "
      "comes with the program, or name it with HOLDFAST_MODELS_FILE; HOLDFAST_MODELS_ENCODER=none silences this",
      {{"file", file.string()}, {"error", encoder.error().message}, {"cause", encoder.error().cause}});
  return nullptr;
}

}  // namespace

int serve(const ServeOptions& options) {
  // Blocked before any thread is made, so that only sigwait below ever sees them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  umask(077);  // what people said is for the owner's eyes, whoever makes the file

  const Environment environment = process_environment();
  auto loaded = load_config(options.config.value_or(""), environment);
  if (!loaded) return report(loaded.error());
  const Config config = apply(std::move(*loaded), options);
  log::Level level = log::Level::kInfo;
  if (!log::parse_level(config.log.level, level))
    return report(Error{Code::kInvalid, "--log-level must be debug, info, warning, error or off"});
  log::set_level(level);

  auto application = api::Application::start(config, environment("HOLDFAST_TOKEN").value_or(""), open_encoder(config));
  if (!application) return report(application.error());
  log::info("holdfast listens", {{"url", address(config, (*application)->port())},
                                 {"data", config.server.data},
                                 {"token_file", (*application)->token_file()}});
  int received = 0;
  sigwait(&signals, &received);
  log::info("holdfast stops: running requests are finished", {{"signal", std::to_string(received)}});
  (*application)->stop();
  log::info("holdfast has stopped");
  return kOk;
}

}  // namespace holdfast::cli
