// Internal: a connected socket, plain or under TLS, for one coroutine that reads and one that writes. Errors end a
// transfer without a reason: on a server none of them can be told to anybody.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace holdfast::net {

namespace asio = boost::asio;

class Transport {
 public:
  Transport() = default;
  virtual ~Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  virtual asio::awaitable<bool> handshake() = 0;
  virtual asio::awaitable<std::size_t> read_some(std::span<char> into) = 0;  // 0: the end, or an error
  virtual asio::awaitable<bool> write(std::string_view bytes) = 0;           // all of them
  virtual asio::awaitable<void> say_goodbye() = 0;  // nothing more will be written; the peer may still write

  // Makes what waits in the calls above fail; the connection can still be used.
  void cancel();
  // The same, and the end of the connection. With `abort` the peer sees a reset instead of a regular end.
  void close(bool abort = false);

 private:
  virtual asio::ip::tcp::socket& socket() = 0;
};

[[nodiscard]] std::unique_ptr<Transport> make_transport(asio::ip::tcp::socket socket);
[[nodiscard]] std::unique_ptr<Transport> make_transport(asio::ip::tcp::socket socket, asio::ssl::context& tls);

}  // namespace holdfast::net
