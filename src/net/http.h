// HTTP as handlers see it: requests whose bodies are pulled, responses that may be pulled from. Neither sockets nor an
// event loop show here, so that a handler can be tested with a request made by hand (StringBody) and run_here().
//
//   Task<Response> put_note(std::shared_ptr<Request> request) {
//     auto body = co_await read_all(*request->body, 64 * 1024);
//     if (!body) co_return render(body.error());
//     co_await pool.turn();                // next() and read_all() may come back on the network thread: leave it
//     …
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/task.h"

namespace holdfast::net {

struct Header {
  std::string name, value;
};

// Whether two header names (or other tokens) are the same: ASCII letters in any case.
[[nodiscard]] bool same_token(std::string_view a, std::string_view b);

// The value of the first header of that name, in any case; "" if there is none.
[[nodiscard]] std::string_view find_header(const std::vector<Header>& headers, std::string_view name);

// Where a URL points to, for messages: scheme, host and port, without path and without a password somebody may have
// put in it.
[[nodiscard]] std::string origin_of(std::string_view url);

// A piece of a body: nullopt is the end.
using Piece = std::optional<std::string>;

// The body of a request, pulled piece by piece. next() may be called from any thread, one call at a time; the coroutine
// may go on on the server's network thread, so one that computes or blocks afterwards must move to a pool first.
// Errors: kInvalid (malformed chunks), kTooLarge (over the server's ceiling), kCancelled (the client went away, was too
// slow, or the request has been answered already). After an error or the end, every further call says the same again.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  [[nodiscard]] virtual Task<Result<Piece>> next() = 0;                           // non-empty, up to 64 KiB
  [[nodiscard]] virtual std::optional<std::uint64_t> content_length() const = 0;  // nullopt: sent in chunks
};

// A body that is in memory already. Pieces have at most `piece_bytes` bytes.
class StringBody final : public BodyReader {
 public:
  explicit StringBody(std::string text, std::size_t piece_bytes = 64 * 1024)
      : text_(std::move(text)), piece_bytes_(piece_bytes) {}
  [[nodiscard]] Task<Result<Piece>> next() override;
  [[nodiscard]] std::optional<std::uint64_t> content_length() const override { return text_.size(); }

 private:
  std::string text_;
  std::size_t piece_bytes_;
  std::size_t at_ = 0;
};

// The whole body. kTooLarge when it has more than `limit_bytes`: told from Content-Length before anything is read, or
// as soon as the limit is passed. The reader must live until the task has ended.
[[nodiscard]] Task<Result<std::string>> read_all(BodyReader& body, std::size_t limit_bytes);

struct Request {
  std::string method;  // as sent, case matters; "HEAD" stays "HEAD", the server leaves the body out
  std::string target;  // as sent
  std::string path;    // raw: not decoded, not normalised, without the query
  std::string query;   // raw, without '?'
  std::vector<Header> headers;
  std::string remote;  // "ip:port"
  std::optional<std::uint64_t> content_length;
  std::shared_ptr<BodyReader> body = std::make_shared<StringBody>("");  // never null
  std::string route;  // for whoever dispatches: the pattern that matched; metrics label requests with it

  [[nodiscard]] std::string_view header(std::string_view name) const { return find_header(headers, name); }
};

// The server adds Date, Content-Length or Transfer-Encoding, and Connection; do not set them. Names and values are sent
// as they are, except that a header with a line break or NUL in it is left out.
struct Response {
  int status = 200;
  std::string reason = {};  // "" for the usual one
  std::vector<Header> headers = {};
  std::string body = {};
  // When set, sent in chunks instead of `body`: pulled piece by piece, the next one when the one before has gone out.
  // An error in mid-stream aborts the connection, so that the client does not take a part for the whole. Not called for
  // HEAD. It may be dropped at any piece when the client is gone.
  std::function<Task<Result<Piece>>()> stream = {};
};

using Handler = std::function<Task<Response>(std::shared_ptr<Request>)>;

// The usual reason phrase of a status (RFC 9110, section 15); "Unknown" for others.
[[nodiscard]] std::string_view reason_phrase(int status);

using QueryFields = std::vector<std::pair<std::string, std::string>>;

// "a=1&b=x+y" → fields in order, decoded ('+' is a space), repeated ones kept. Empty pairs ("a=1&&b=2") are skipped; a
// pair without '=' has the value "". kInvalid for a bad escape or when a name or value is not UTF-8.
[[nodiscard]] Result<QueryFields> parse_query(std::string_view query);

// Percent-decoding (RFC 3986); '+' stays. kInvalid for an escape that is not %XX, or when the result is not UTF-8.
[[nodiscard]] Result<std::string> percent_decode(std::string_view text);

// Escapes all but RFC 3986's unreserved characters: good for one path segment, or a query's name or value.
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace holdfast::net
