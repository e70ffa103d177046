// An HTTP/1.1 server, with or without TLS, that calls one Handler. One network thread of its own does all reading,
// writing and parsing; handlers start on it and must leave it (Pool::turn) before they compute or block.
//
// What it promises:
//   - Requests of one connection are answered in order, pipelined ones too; keep-alive by HTTP/1.1's rules.
//   - A handler that was called is never cancelled: when the client goes away the handler goes on to its end and its
//     response is dropped. So what a client has handed over is not lost half-way.
//   - Every client is bounded: size of header and body, time for the header, between pieces of the body, for each
//     64 KiB of the response and between requests, number of connections. See ServerOptions.
//   - `Expect: 100-continue`: "100 Continue" is sent when the handler first asks for the body. When a handler answers
//     without having read the body, up to 256 KiB of it are read and thrown away; if there is more (or the client waits
//     for the 100) the connection ends after the answer.
//   - What could smuggle a request is refused with 400: Content-Length with Transfer-Encoding, codings other than
//     "chunked", repeated or non-numeric lengths, no or several Host headers.
// What it does not do: HTTP/2, upgrades, compression, trailers (read and dropped), ranges.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/http.h"

namespace holdfast::net {

struct ServerOptions {
  std::string host = "127.0.0.1";  // an address, or a name that resolves to one
  std::uint16_t port = 0;          // 0: any free one, see Server::port()
  std::size_t max_connections = 1024;
  std::size_t max_header_bytes = 16 * 1024;                                  // request line and headers together
  std::uint64_t max_body_bytes = std::numeric_limits<std::uint64_t>::max();  // routes have their own: read_all()
  std::chrono::milliseconds header_timeout{10'000};      // first byte of a request to the end of its header; TLS too
  std::chrono::milliseconds body_timeout{30'000};        // between two pieces of the body
  std::chrono::milliseconds write_timeout{30'000};       // for each 64 KiB of the response
  std::chrono::milliseconds keep_alive_timeout{60'000};  // for the first byte of the next request
  std::string tls_certificate = {}, tls_key = {};        // paths of PEM files (a chain, a key): both or none

  // Renders what the server answers itself: 400 malformed, 408 too slow, 413 and 431 over a limit, 503 too many
  // connections (with Retry-After). Called on the network thread. Unset: the message as plain text.
  std::function<Response(const Error&, int status)> render_error = {};
};

// Told about what happens, for metrics and the access log. Called on the network thread: must be quick, must not block,
// must outlive the server.
class ServerObserver {
 public:
  virtual ~ServerObserver() = default;
  // After the answer has been sent, or given up. `request` may be incomplete when it was malformed. `us`: from the
  // first byte of the request to the last of the response, in microseconds. Bytes are HTTP's, without TLS.
  virtual void on_request(const Request& request, int status, std::int64_t us, std::uint64_t bytes_in,
                          std::uint64_t bytes_out) = 0;
  virtual void on_connections(int open) = 0;  // whenever the number of open connections has changed
};

class Server {
 public:
  // Binds, and starts the network thread. Errors: kInvalid (host, certificate or key), kIo (address in use, …).
  [[nodiscard]] static Result<std::unique_ptr<Server>> listen(ServerOptions options, Handler handler,
                                                              ServerObserver* observer = nullptr);

  // Closes every connection, waits until the handlers that run have ended (whatever they wait for must still be able to
  // go on), joins the network thread. Not to be called from a handler.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const;

  // Graceful, returns at once: the listener and idle connections are closed, running requests are answered, with
  // `Connection: close`. Thread-safe, may be called more than once.
  void stop_accepting();

  // stop_accepting(), then waits until the last connection has ended. False when that took longer than `at_most`.
  bool drain(std::chrono::milliseconds at_most);

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace holdfast::net
