#include "api/application.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>

#include "api/api.h"
#include "api/envelope.h"
#include "api/language_models.h"
#include "api/metrics.h"
#include "base/log.h"
#include "base/random.h"
#include "base/scheduler.h"
#include "memory/profile/sqlite_catalogue.h"
#include "memory/profile/sqlite_profile_store.h"
#include "memory/service.h"
#include "net/server.h"
#include "storage/files.h"

namespace holdfast::api {
namespace {

constexpr std::size_t kSpareFiles = 512;  // descriptors for sockets' growth, logs, the catalogue and libraries
constexpr std::size_t kPoolQueue = 100'000;

// An open file that closes itself.
class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  File& operator=(File&&) = delete;
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

std::unexpected<Error> system_error(Code code, const std::string& what) {
  return fail(code, fmt::format("{}: {}", what, std::strerror(errno)));
}

// Two servers on one directory would not see each other's commits: the second one is turned away. The lock goes with
// the process, however it ends.
Result<File> lock_directory(const std::string& directory) {
  const std::string path = directory + "/lock";
  File file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (file.get() < 0) return system_error(Code::kIo, "cannot open " + path);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
  if (errno == EWOULDBLOCK)
    return fail(Code::kOverloaded,
                fmt::format("{} is in use by another holdfast: stop it, or give another --data", directory));
  return system_error(Code::kIo, "cannot lock " + path);
}

Result<std::string> read_text(const std::string& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return system_error(Code::kIo, "cannot read " + path);
  std::string text(4096, '\0');
  const ssize_t size = ::read(file.get(), text.data(), text.size());
  if (size < 0) return system_error(Code::kIo, "cannot read " + path);
  text.resize(static_cast<std::size_t>(size));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  return text;
}

// Written whole or not at all: to a file beside it, renamed when it is on disk.
Result<> write_secret(const std::string& path, const std::string& text) {
  const std::string beside = path + ".new";
  const File file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (file.get() < 0) return system_error(Code::kIo, "cannot write " + beside);
  const std::string line = text + "\n";
  if (::write(file.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()) || ::fsync(file.get()) != 0 ||
      ::rename(beside.c_str(), path.c_str()) != 0)
    return system_error(Code::kIo, "cannot write " + path);
  return {};
}

Result<std::string> admin_token_in(const std::string& path, Random& random) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0) {
    HOLDFAST_TRY(std::string token, read_text(path));
    if (token.empty()) return fail(Code::kInvalid, path + " is empty: delete it, and a new token is made");
    return token;
  }
  std::string token = make_token(random);
  HOLDFAST_CHECK(write_secret(path, token));
  return token;
}

// Descriptors this process may have for open profiles, after the limit has been raised as far as it goes.
std::size_t files_for_profiles(std::size_t wanted, std::size_t connections) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
  (void)::getrlimit(RLIMIT_NOFILE, &limit);
  const std::size_t reserved = kSpareFiles + connections;
  const auto all = static_cast<std::size_t>(limit.rlim_cur);
  if (all >= reserved + wanted) return wanted;
  const std::size_t left = all > reserved ? all - reserved : all / 2;
  log::warning("fewer open profiles than configured: raise the limit of open files (ulimit -n)",
               {{"open_files", std::to_string(left)}});
  return left;
}

std::size_t cores_or(std::int64_t configured) {
  if (configured > 0) return static_cast<std::size_t>(configured);
  return std::max(2U, std::thread::hardware_concurrency());
}

memory::VectorOptions vector_options(const Config& config) {
  return {.messages = config.vectors.messages,
          .backlog = static_cast<std::size_t>(config.vectors.backlog),
          .lanes = std::max<std::size_t>(1, cores_or(config.limits.compute_threads) - 1)};
}

// Only what asks a model over the network can wait for one.
std::optional<std::int64_t> recall_budget(const Config& config) {
  if (config.llm.base_url.empty()) return std::nullopt;
  return config.llm.recall_timeout_ms * 1'000;
}

std::chrono::milliseconds ms(std::int64_t value) { return std::chrono::milliseconds(value); }

net::ServerOptions server_options(const Config& config) {
  net::ServerOptions options;
  options.host = config.server.host;
  options.port = config.server.port;
  options.max_connections = static_cast<std::size_t>(config.limits.connections);
  options.header_timeout = ms(config.limits.header_timeout_ms);
  options.body_timeout = ms(config.limits.body_timeout_ms);
  options.write_timeout = ms(config.limits.write_timeout_ms);
  options.keep_alive_timeout = ms(config.limits.keep_alive_timeout_ms);
  options.tls_certificate = config.server.tls_certificate;
  options.tls_key = config.server.tls_key;
  options.render_error = [](const Error& error, int status) { return failure(error, status); };
  return options;
}

}  // namespace

// In the order in which the parts are made; they go in the opposite one.
struct Application::Parts {
  explicit Parts(const Config& c, File lock)
      : config(c),
        directory_lock(std::move(lock)),
        storage("storage", static_cast<std::size_t>(c.limits.storage_threads), kPoolQueue),
        compute("compute", cores_or(c.limits.compute_threads), kPoolQueue),
        scheduler(storage),
        stores(c.server.data + "/profiles") {}

  const Config config;
  const File directory_lock;
  SystemClock clock;
  SystemRandom random;
  std::string token_file;
  std::atomic<bool> ready{true};
  bool stopped = false;
  std::unique_ptr<const models::Encoder> encoder;
  std::unique_ptr<memory::Catalogue> catalogue;
  Pool storage;
  Pool compute;
  PoolScheduler scheduler;
  memory::SqliteProfileStores stores;
  Metrics metrics;
  std::unique_ptr<LanguageModels> models;
  std::unique_ptr<memory::MemoryService> service;
  std::unique_ptr<Auth> auth;
  std::unique_ptr<Api> api;
  std::unique_ptr<net::Server> server;
};

Application::Application(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Application::~Application() { stop(); }

Result<std::unique_ptr<Application>> Application::start(const Config& config, const std::string& admin_token,
                                                        std::unique_ptr<const models::Encoder> encoder) {
  const std::string& data = config.server.data;
  HOLDFAST_CHECK(storage::make_directory(data + "/profiles"));
  HOLDFAST_TRY(File lock, lock_directory(data));
  auto parts = std::make_unique<Parts>(config, std::move(lock));
  Parts& p = *parts;
  p.encoder = std::move(encoder);

  std::string token = admin_token;
  if (token.empty()) {
    p.token_file = data + "/admin.token";
    HOLDFAST_TRY(token, admin_token_in(p.token_file, p.random));
  }
  HOLDFAST_TRY(p.catalogue, memory::open_sqlite_catalogue(data + "/catalogue.db"));

  memory::OpenLimits open_limits;
  open_limits.bytes = static_cast<std::size_t>(config.limits.open_bytes);
  open_limits.files = files_for_profiles(static_cast<std::size_t>(config.limits.open_files),
                                         static_cast<std::size_t>(config.limits.connections));
  HOLDFAST_TRY(p.models,
               LanguageModels::make(config, data, {p.storage, p.compute, p.scheduler, p.clock, p.random, &p.metrics}));
  // An embedding server's vectors are kept, where there is one. Beside it the embedded encoder is what the learned
  // heads know, and questions are asked with it until its vectors are replaced.
  const models::Encoder* embedded = p.encoder.get();
  const models::Encoder* meaning = p.models->encoder() != nullptr ? p.models->encoder() : embedded;
  const models::Encoder* second = p.models->encoder() != nullptr ? embedded : nullptr;
  p.service = std::make_unique<memory::MemoryService>(memory::ServiceParts{
      *p.catalogue, p.stores, p.clock, p.random, p.storage, p.compute, p.scheduler, open_limits,
      [&metrics = p.metrics](const StageTime& stage) { metrics.on_stage(stage); }, p.models->stages(embedded), meaning,
      vector_options(config), p.models->replies(), recall_budget(config), config.privacy.redact_messages, second});
  p.auth = std::make_unique<Auth>(*p.catalogue, p.clock, p.random, token, config.limits.requests_per_second);
  HOLDFAST_CHECK(p.auth->load());

  ApiLimits limits;
  limits.requests_in_flight = static_cast<std::size_t>(config.limits.requests_in_flight);
  limits.body_bytes_in_flight = static_cast<std::size_t>(config.limits.body_bytes_in_flight);
  p.api =
      std::make_unique<Api>(ApiParts{*p.service, *p.auth, p.compute, p.storage, p.clock, p.random, limits,
                                     [&p] { return p.metrics.render(*p.service); }, [&p] { return p.ready.load(); }});
  auto handler = [&api = *p.api](std::shared_ptr<net::Request> request) { return api.handle(std::move(request)); };
  HOLDFAST_TRY(p.server, net::Server::listen(server_options(config), handler, &p.metrics));
  p.service->start();
  return std::unique_ptr<Application>(new Application(std::move(parts)));
}

std::uint16_t Application::port() const { return parts_->server->port(); }

const std::string& Application::token_file() const { return parts_->token_file; }

void Application::stop() {
  Parts& p = *parts_;
  if (std::exchange(p.stopped, true)) return;
  p.ready = false;
  p.service->prepare_stop();
  p.models
      ->stop();  // no request waits for a model any more: what was begun is finished without, or after the next start
  if (!p.server->drain(std::chrono::seconds(p.config.server.shutdown_seconds)))
    log::warning("some requests took too long and were cut off");
  p.server.reset();  // waits for handlers: what they have begun is finished
  p.service->stop();
  p.compute.stop();
  p.storage.stop();
}

}  // namespace holdfast::api
