#include "net/server.h"

#include <fmt/core.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <thread>
#include <utility>

#include "net/connection.h"

namespace holdfast::net {
namespace {

using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr std::size_t kMaxRefused = 64;  // connections over the limit that are told so; the rest is just closed
constexpr milliseconds kAcceptPause{100};

Result<tcp::endpoint> resolve(asio::io_context& io, const ServerOptions& options) {
  error_code error;
  const asio::ip::address address = asio::ip::make_address(options.host, error);
  if (!error) return tcp::endpoint(address, options.port);
  tcp::resolver resolver(io);
  const auto found = resolver.resolve(options.host, std::to_string(options.port), error);
  if (error || found.empty())
    return fail(Code::kInvalid, fmt::format("cannot listen on \"{}\": no such host", options.host), {},
                error.message());
  // "localhost" may name both; clients that are given an address are mostly given 127.0.0.1.
  const auto v4 =
      std::find_if(found.begin(), found.end(), [](const auto& entry) { return entry.endpoint().address().is_v4(); });
  return v4 == found.end() ? found.begin()->endpoint() : v4->endpoint();
}

Result<std::optional<asio::ssl::context>> make_tls(const ServerOptions& options) {
  std::optional<asio::ssl::context> context;
  if (options.tls_certificate.empty() != options.tls_key.empty())
    return fail(Code::kInvalid, "TLS needs both a certificate and a key");
  if (options.tls_certificate.empty()) return context;
  context.emplace(asio::ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  error_code error;
  // Without this OpenSSL would ask for a passphrase on the terminal.
  context->set_password_callback([](std::size_t, asio::ssl::context::password_purpose) { return std::string(); },
                                 error);
  context->use_certificate_chain_file(options.tls_certificate, error);
  if (error)
    return fail(Code::kInvalid,
                fmt::format("cannot read the TLS certificate {}: it must be a PEM file", options.tls_certificate), {},
                error.message());
  context->use_private_key_file(options.tls_key, asio::ssl::context::pem, error);
  if (error)
    return fail(Code::kInvalid,
                fmt::format("cannot use the TLS key {}: it must be a PEM file without a passphrase, and belong to {}",
                            options.tls_key, options.tls_certificate),
                {}, error.message());
  return context;
}

// Nothing of ours throws, so an exception here is a mistake that must not pass for the end of a connection.
void end_of_coroutine(const std::exception_ptr& thrown) {
  if (thrown) std::terminate();
}

}  // namespace

class Server::Impl {
 public:
  Impl(ServerOptions options, Handler handler, ServerObserver* observer)
      : core_(std::move(options), std::move(handler), observer), work_(core_.io.get_executor()) {}

  ~Impl() {
    if (!thread_.joinable()) return;
    asio::post(core_.io, [this] {
      stop();
      for (Connection* connection : core_.connections) connection->close();
    });
    {
      std::unique_lock lock(core_.mutex);
      core_.changed.wait(lock, [this] { return core_.accepts_no_more && core_.alive == 0; });
    }
    asio::post(core_.io, [this] { sweep_timer_.cancel(); });
    work_.reset();
    thread_.join();
  }

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<> listen() {
    HOLDFAST_TRY(core_.tls, make_tls(core_.options));
    HOLDFAST_TRY(const tcp::endpoint endpoint, resolve(core_.io, core_.options));
    error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    const tcp::endpoint bound = error ? tcp::endpoint{} : acceptor_.local_endpoint(error);
    if (error)
      return fail(Code::kIo,
                  fmt::format("cannot listen on {}:{}: {}. Is another server running there?", core_.options.host,
                              core_.options.port, error.message()),
                  {}, error.message());
    port_ = bound.port();
    asio::co_spawn(core_.io, accept(), end_of_coroutine);
    sweep();
    thread_ = std::thread([this] { core_.io.run(); });
    return {};
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

  void stop_accepting() {
    asio::post(core_.io, [this] { stop(); });
  }

  bool drain(milliseconds at_most) {
    stop_accepting();
    std::unique_lock lock(core_.mutex);
    return core_.changed.wait_for(lock, at_most, [this] { return core_.accepts_no_more && core_.alive == 0; });
  }

 private:
  void stop() {
    if (!core_.stopping) {
      core_.stopping = true;
      error_code ignored;
      acceptor_.close(ignored);
      for (Connection* connection : core_.connections) connection->close_if_idle();
    }
    const std::lock_guard lock(core_.mutex);
    core_.accepts_no_more = true;
    core_.changed.notify_all();
  }

  asio::awaitable<void> accept() {
    asio::steady_timer pause(core_.io);
    while (!core_.stopping) {
      error_code error;
      tcp::socket socket(core_.io);
      co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
      if (core_.stopping) co_return;
      if (error) {  // out of file descriptors, mostly: others have to end first
        pause.expires_after(kAcceptPause);
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
        continue;
      }
      admit(std::move(socket));
    }
  }

  void admit(tcp::socket socket) {
    const std::size_t served = core_.connections.size() - core_.refused;
    const bool refused = served >= core_.options.max_connections;
    if (refused && core_.refused >= kMaxRefused) return;
    error_code error;
    socket.set_option(tcp::no_delay(true), error);
    const tcp::endpoint peer = socket.remote_endpoint(error);
    if (error) return;  // gone already
    const std::string address = peer.address().to_string();
    std::string remote = fmt::format(fmt::runtime(peer.address().is_v6() ? "[{}]:{}" : "{}:{}"), address, peer.port());
    auto transport = core_.tls ? make_transport(std::move(socket), *core_.tls) : make_transport(std::move(socket));
    auto connection = std::make_shared<Connection>(core_, std::move(transport), std::move(remote), refused);
    asio::co_spawn(core_.io, Connection::run(std::move(connection)), end_of_coroutine);
  }

  // One timer looks after every deadline of every connection: cheaper than one a read, and exact to a quarter of the
  // shortest time-out.
  void sweep() {
    const ServerOptions& o = core_.options;
    const milliseconds shortest = std::min({o.header_timeout, o.body_timeout, o.write_timeout, o.keep_alive_timeout});
    sweep_timer_.expires_after(std::clamp(shortest / 4, milliseconds(5), milliseconds(250)));
    sweep_timer_.async_wait([this](error_code error) {
      if (error) return;
      const SteadyTime now = std::chrono::steady_clock::now();
      for (Connection* connection : core_.connections) connection->sweep(now);
      sweep();
    });
  }

  ServerCore core_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  tcp::acceptor acceptor_{core_.io};
  asio::steady_timer sweep_timer_{core_.io};
  std::uint16_t port_ = 0;
  std::thread thread_;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::listen(ServerOptions options, Handler handler, ServerObserver* observer) {
  auto impl = std::make_unique<Impl>(std::move(options), std::move(handler), observer);
  HOLDFAST_CHECK(impl->listen());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::uint16_t Server::port() const { return impl_->port(); }
void Server::stop_accepting() { impl_->stop_accepting(); }
bool Server::drain(std::chrono::milliseconds at_most) { return impl_->drain(at_most); }

}  // namespace holdfast::net
