#include "net/transport.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace holdfast::net {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

template <typename Stream>
asio::awaitable<std::size_t> read_from(Stream& stream, std::span<char> into) {
  error_code error;
  const std::size_t n = co_await stream.async_read_some(asio::buffer(into.data(), into.size()),
                                                        asio::redirect_error(asio::use_awaitable, error));
  co_return error ? 0 : n;
}

template <typename Stream>
asio::awaitable<bool> write_to(Stream& stream, std::string_view bytes) {
  error_code error;
  co_await asio::async_write(stream, asio::buffer(bytes.data(), bytes.size()),
                             asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(tcp::socket socket) : own_(std::move(socket)) {}

  asio::awaitable<bool> handshake() override { co_return true; }
  asio::awaitable<std::size_t> read_some(std::span<char> into) override { return read_from(own_, into); }
  asio::awaitable<bool> write(std::string_view bytes) override { return write_to(own_, bytes); }
  asio::awaitable<void> say_goodbye() override {
    error_code ignored;
    own_.shutdown(tcp::socket::shutdown_send, ignored);
    co_return;
  }

 private:
  tcp::socket& socket() override { return own_; }

  tcp::socket own_;
};

class TlsTransport final : public Transport {
 public:
  TlsTransport(tcp::socket socket, asio::ssl::context& tls) : stream_(std::move(socket), tls) {}

  asio::awaitable<bool> handshake() override {
    error_code error;
    co_await stream_.async_handshake(asio::ssl::stream_base::server, asio::redirect_error(asio::use_awaitable, error));
    co_return !error;
  }
  asio::awaitable<std::size_t> read_some(std::span<char> into) override {
    // After the goodbye TLS has nothing more to say; what still comes is only there to be thrown away.
    if (said_goodbye_) return read_from(stream_.next_layer(), into);
    return read_from(stream_, into);
  }
  asio::awaitable<bool> write(std::string_view bytes) override { return write_to(stream_, bytes); }
  asio::awaitable<void> say_goodbye() override {
    error_code ignored;
    co_await stream_.async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
    said_goodbye_ = true;
    stream_.next_layer().shutdown(tcp::socket::shutdown_send, ignored);
  }

 private:
  tcp::socket& socket() override { return stream_.next_layer(); }

  asio::ssl::stream<tcp::socket> stream_;
  bool said_goodbye_ = false;
};

}  // namespace

void Transport::cancel() {
  error_code ignored;
  socket().cancel(ignored);
}

void Transport::close(bool abort) {
  error_code ignored;
  if (abort) socket().set_option(asio::socket_base::linger(true, 0), ignored);
  socket().close(ignored);
}

std::unique_ptr<Transport> make_transport(tcp::socket socket) {
  return std::make_unique<PlainTransport>(std::move(socket));
}

std::unique_ptr<Transport> make_transport(tcp::socket socket, asio::ssl::context& tls) {
  return std::make_unique<TlsTransport>(std::move(socket), tls);
}

}  // namespace holdfast::net
