// A blocking HTTP client for the command line. One Client keeps one connection alive between calls. Not thread-safe.
//
// Only http and https; redirects are not followed, so a token never goes to another host. Errors are made for
// people: kIo when the server cannot be reached or the transfer broke off, kInvalid for a bad URL or certificate file.
// An answer with an error status is not an Error: look at ClientResponse::status.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/http.h"

namespace holdfast::net {

struct ClientOptions {
  std::string base_url = "http://127.0.0.1:8787";  // scheme, host, port and perhaps a path before every request's
  std::string token = {};                          // sent as `Authorization: Bearer …`, "" for none
  std::string ca_file = {};                        // PEM; "" for the system's
  bool insecure = false;                           // do not verify the server's certificate
  long connect_timeout_s = 10;
  long timeout_s = 120;  // request(): the whole call. download(), upload(): how long nothing may move
  std::size_t max_response_bytes = 64U * 1024 * 1024;  // of a body kept in memory; more is kTooLarge
};

struct ClientResponse {
  int status = 0;
  std::vector<Header> headers = {};
  std::string body = {};

  [[nodiscard]] std::string_view header(std::string_view name) const { return find_header(headers, name); }
};

class Client {
 public:
  // Takes a piece of a body; an error ends the transfer and is what the call returns.
  using Sink = std::function<Result<>(std::string_view)>;
  // Gives the next piece of a body, nullopt at its end; an error ends the transfer and is what the call returns.
  using Source = std::function<Result<Piece>()>;

  [[nodiscard]] static Result<Client> make(ClientOptions options);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  // `path` goes after base_url as it is ("/client/v4/…?limit=5"): encode its parts with percent_encode().
  // A body is sent when `content_type` is not empty.
  [[nodiscard]] Result<ClientResponse> request(std::string_view method, std::string_view path,
                                               std::string_view body = {}, std::string_view content_type = {},
                                               const std::vector<Header>& headers = {});

  // GET. The body goes to `sink` when the status is 2xx; otherwise it is in ClientResponse::body.
  [[nodiscard]] Result<ClientResponse> download(std::string_view path, const Sink& sink,
                                                const std::vector<Header>& headers = {});

  // The body comes from `source`, in chunks, or with Content-Length when `length` is given.
  [[nodiscard]] Result<ClientResponse> upload(std::string_view method, std::string_view path, const Source& source,
                                              std::string_view content_type,
                                              std::optional<std::uint64_t> length = std::nullopt,
                                              const std::vector<Header>& headers = {});

 private:
  class Impl;
  explicit Client(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace holdfast::net
