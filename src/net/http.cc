#include "net/http.h"

#include <algorithm>

namespace holdfast::net {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::unexpected<Error> too_large(std::size_t limit_bytes) {
  return fail(Code::kTooLarge, "the body is larger than the " + std::to_string(limit_bytes) + " bytes allowed here");
}

}  // namespace

bool same_token(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view find_header(const std::vector<Header>& headers, std::string_view name) {
  const auto found = std::ranges::find_if(headers, [&](const Header& header) { return same_token(header.name, name); });
  return found == headers.end() ? std::string_view{} : std::string_view{found->value};
}

std::string origin_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t from = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t end = std::min(url.find_first_of("/?#", from), url.size());
  const std::size_t at = url.rfind('@', end);
  const std::size_t host = at != std::string_view::npos && at >= from ? at + 1 : from;
  return std::string(url.substr(0, from)) + std::string(url.substr(host, end - host));
}

Task<Result<Piece>> StringBody::next() {
  if (at_ >= text_.size()) co_return Piece{};
  const std::size_t from = std::exchange(at_, std::min(text_.size(), at_ + piece_bytes_));
  co_return Piece{text_.substr(from, at_ - from)};
}

Task<Result<std::string>> read_all(BodyReader& body, std::size_t limit_bytes) {
  const std::optional<std::uint64_t> length = body.content_length();
  if (length && *length > limit_bytes) co_return too_large(limit_bytes);
  std::string all;
  if (length) all.reserve(std::min<std::size_t>(static_cast<std::size_t>(*length), 1024 * 1024));
  for (;;) {
    Result<Piece> piece = co_await body.next();
    if (!piece) co_return std::unexpected(std::move(piece).error());
    if (!*piece) co_return all;
    if ((*piece)->size() > limit_bytes - all.size()) co_return too_large(limit_bytes);
    all += **piece;
  }
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 507:
      return "Insufficient Storage";
    default:
      return "Unknown";
  }
}

}  // namespace holdfast::net
