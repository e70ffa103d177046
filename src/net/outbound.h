// Calls to other servers, many at once: what asks a language model, an embedding server or another store.
//
// One thread of its own serves every call (libcurl's multi interface), whatever their number: no thread a call, and
// neither a name that resolves slowly nor a TLS handshake holds up the thread that serves our own clients. Connections
// are kept and used again. Redirects are not followed, so a key never goes to another host.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "net/http.h"

namespace holdfast::net {

struct OutboundRequest {
  // Takes a piece of a 2xx answer's body as it comes; an error ends the call and is what it returns.
  using Sink = std::function<Result<>(std::string_view)>;

  std::string method = "POST";
  std::string url;  // http or https, absolute
  std::vector<Header> headers = {};
  std::string body = {};
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds timeout{120'000};              // the whole call
  std::chrono::milliseconds idle_timeout{60'000};          // while nothing moves
  std::size_t max_response_bytes = std::size_t{32} << 20;  // more is kTooLarge, also into a sink
  Sink sink = {};                                          // runs on the client's thread: must not block
};

struct OutboundReply {
  int status = 0;
  std::vector<Header> headers = {};
  std::string body = {};           // empty where a sink took it
  std::int64_t first_byte_us = 0;  // from the call to the first byte of the answer
  std::int64_t took_us = 0;

  [[nodiscard]] std::string_view header(std::string_view name) const { return find_header(headers, name); }
};

// Why a call got no answer: the first word of Error::cause (of kIo and kCancelled); the library's words may follow.
namespace no_answer {
inline constexpr std::string_view kUnreachable = "unreachable";  // kIo: no such host, refused, no connection in time
inline constexpr std::string_view kUntrusted = "untrusted";      // kIo: its certificate
inline constexpr std::string_view kBrokeOff = "broke_off";       // kIo: the connection, or what it said is not HTTP
inline constexpr std::string_view kTimeout = "timeout";          // kCancelled: `timeout` or `idle_timeout` is over
inline constexpr std::string_view kStopped = "stopped";          // kCancelled: the client was stopped
}  // namespace no_answer

// Thread-safe.
class Outbound {
 public:
  virtual ~Outbound() = default;

  // An answer of any status is a reply. kIo and kCancelled: none came, see no_answer; kTooLarge; kInvalid: not a URL,
  // or a line break in a header. The message names the host, never the path, the query or a header. Goes on on a thread
  // of the client that must not be held: hop to a pool at once.
  [[nodiscard]] virtual Task<Result<OutboundReply>> send(OutboundRequest request) = 0;

  // Ends every call in flight with kCancelled, and every later one at once: nobody who stops waits for another server.
  // When it returns, all have gone on. To be called before the pools are stopped on which callers go on; never from a
  // continuation of send(). Destruction stops, too.
  virtual void stop() {}
};

struct OutboundOptions {
  std::size_t max_connections = 64;  // in all; more calls wait for one
  std::size_t max_connections_a_host = 32;
  std::string ca_file = {};  // PEM; "" for the system's
};

[[nodiscard]] Result<std::unique_ptr<Outbound>> make_outbound(OutboundOptions options);

}  // namespace holdfast::net
