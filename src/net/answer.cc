// The half of a connection that sends.
#include <fmt/chrono.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include "net/await_task.h"
#include "net/connection.h"

namespace holdfast::net {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kLingerBytes = 16 * 1024 * 1024;  // read and dropped after the last answer, so that it arrives
constexpr std::chrono::seconds kLingerTime{2};

bool is_ours(std::string_view name) {
  constexpr std::array<std::string_view, 4> kOurs = {"Date", "Content-Length", "Transfer-Encoding", "Connection"};
  return std::ranges::any_of(kOurs, [&](std::string_view ours) { return same_token(name, ours); });
}

bool fits_a_line(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos; }

// The Date header's value. Formatted once a second: it is in every answer.
const std::string& http_date() {
  thread_local std::time_t second = -1;
  thread_local std::string text;
  if (const std::time_t now = std::time(nullptr); now != second) {
    second = now;
    text = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(now));
  }
  return text;
}

}  // namespace

asio::awaitable<Connection::Next> Connection::answer_with_error(int status, Error error) {
  Response response;
  if (core_.options.render_error) {
    response = core_.options.render_error(error, status);
  } else {
    response.headers.push_back({"Content-Type", "text/plain; charset=utf-8"});
    response.body = error.message + "\n";
  }
  response.status = status;
  if (error.retry_after_seconds > 0 && find_header(response.headers, "Retry-After").empty())
    response.headers.push_back({"Retry-After", std::to_string(error.retry_after_seconds)});
  co_return co_await respond(std::move(response), false);
}

std::string Connection::render_head(const Response& response, bool keep, bool chunked) const {
  const bool bodiless = response.status == 204 || response.status == 304;
  const bool http11 = !parser_ || parser_->http11();
  const std::string_view reason = response.reason.empty() || !fits_a_line(response.reason)
                                      ? reason_phrase(response.status)
                                      : std::string_view{response.reason};
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason);
  for (const Header& header : response.headers)
    if (!is_ours(header.name) && !header.name.empty() && fits_a_line(header.name) && fits_a_line(header.value))
      head += header.name + ": " + header.value + "\r\n";
  head += "Date: " + http_date() + "\r\n";
  if (chunked)
    head += "Transfer-Encoding: chunked\r\n";
  else if (!response.stream && !bodiless)
    head += fmt::format("Content-Length: {}\r\n", response.body.size());
  if (!keep)
    head += "Connection: close\r\n";
  else if (!http11)
    head += "Connection: keep-alive\r\n";
  head += "\r\n";
  return head;
}

asio::awaitable<Connection::Next> Connection::respond(Response response, bool keep) {
  if (response.status < 200 || response.status > 599) response.status = 500;
  const bool bodiless = request_->method == "HEAD" || response.status == 204 || response.status == 304;
  const bool http11 = !parser_ || parser_->http11();
  const bool chunked = response.stream && http11 && response.status != 204 && response.status != 304;
  if (response.stream && !http11) keep = false;  // its end is the only mark of the body's end there is
  response_started_ = true;

  std::string head = render_head(response, keep, chunked);
  const bool in_one = !bodiless && !response.stream && response.body.size() <= kSmallBuffer;
  if (in_one) head += response.body;
  bool sent = co_await write(head);
  if (sent && !bodiless) {
    if (response.stream)
      sent = co_await send_stream(response, chunked);
    else if (!in_one)
      sent = co_await write(response.body);
  }
  report(response.status);
  if (!sent) co_return Next::kDrop;
  co_return keep ? Next::kKeep : Next::kFinish;
}

asio::awaitable<bool> Connection::send_stream(Response& response, bool chunked) {
  for (;;) {
    const Result<Piece> piece = co_await await_task(core_.io, response.stream());
    if (!piece) {
      transport_->close(true);
      co_return false;
    }
    if (!*piece) break;
    if ((*piece)->empty()) continue;  // an empty chunk would be the last
    const std::string bytes = chunked ? fmt::format("{:x}\r\n{}\r\n", (*piece)->size(), **piece) : **piece;
    const bool sent = co_await write(bytes);
    if (!sent) co_return false;
  }
  if (!chunked) co_return true;
  co_return co_await write("0\r\n\r\n");
}

// Closing a socket with unread bytes in it makes the kernel send a reset, which can overtake the answer. So: say that
// nothing more comes, and read until the client has closed its side, for a while.
asio::awaitable<void> Connection::finish() {
  const SteadyTime deadline = steady_clock::now() + kLingerTime;
  read_deadline_ = deadline;
  co_await transport_->say_goodbye();
  std::size_t dropped = 0;
  while (dropped < kLingerBytes) {
    begin_ = end_ = 0;
    const bool more = co_await fill(deadline);
    if (!more) co_return;
    dropped += end_;
  }
}

asio::awaitable<bool> Connection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view slice = bytes.substr(0, kPieceBytes);
    write_deadline_ = steady_clock::now() + core_.options.write_timeout;
    const bool sent = co_await transport_->write(slice);
    write_deadline_ = SteadyTime::max();
    if (!sent) co_return false;
    bytes_out_ += slice.size();
    bytes.remove_prefix(slice.size());
  }
  co_return true;
}

void Connection::report(int status) {
  if (core_.observer == nullptr) return;
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - started_).count();
  core_.observer->on_request(*request_, status, us, bytes_in_, bytes_out_);
}

}  // namespace holdfast::net
