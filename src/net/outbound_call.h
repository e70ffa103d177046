// One call of net/outbound.h on its way through libcurl: the handle, what has come so far, and how long it may last.
//
// Made on the caller's thread, then used on the client's alone. Never moves: curl holds pointers into it.
#pragma once

#include <array>
#include <chrono>
#include <coroutine>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/curl.h"
#include "net/outbound.h"

namespace holdfast::net {

class OutboundCall {
 public:
  using Time = std::chrono::steady_clock::time_point;

  OutboundCall(OutboundRequest request, const std::string& ca_file);
  OutboundCall(const OutboundCall&) = delete;
  OutboundCall& operator=(const OutboundCall&) = delete;

  // Before everything else. kInvalid: not a URL, a line break in a header or the method.
  [[nodiscard]] Result<> prepare();

  [[nodiscard]] CURL* handle() const { return handle_.get(); }
  // When it must be over unless something moves until then.
  [[nodiscard]] Time deadline() const;

  // Its end, in one of three ways.
  void finish(CURLcode code);
  void time_out(Time now);
  void stop();

  std::coroutine_handle<> waiting;  // goes on when the call has ended
  [[nodiscard]] Result<OutboundReply> take_result() { return std::move(result_); }

 private:
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user);
  static int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t sent);
  static int on_connected(void* user, char*, char*, int, int);

  void set_body();
  void set_headers();
  Result<> take(std::string_view bytes);
  [[nodiscard]] bool is_success() const;
  [[nodiscard]] Error explain(CURLcode code) const;

  OutboundRequest request_;
  const std::string& ca_file_;
  std::string origin_;
  curl::Easy handle_;
  curl::List headers_;
  std::array<char, CURL_ERROR_SIZE> words_{};

  Time begun_;
  Time moved_;              // when something last did, either way
  bool connected_ = false;  // what has no connection yet is bounded by connect_timeout, and by `timeout` in the queue
  curl_off_t sent_ = 0;
  std::size_t taken_bytes_ = 0;
  OutboundReply reply_;
  std::optional<Error> error_;  // ours: why a callback has ended the transfer
  Result<OutboundReply> result_;
};

}  // namespace holdfast::net
