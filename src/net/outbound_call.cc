#include "net/outbound_call.h"

#include <fmt/chrono.h>
#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace holdfast::net {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

bool breaks_a_line(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos; }

std::string duration(milliseconds time) {
  return time.count() % 1000 == 0 ? fmt::format("{} s", time.count() / 1000) : fmt::format("{} ms", time.count());
}

std::string why(std::string_view word, const std::string& words) {
  return words.empty() ? std::string(word) : fmt::format("{}: {}", word, words);
}

std::string_view word_of(CURLcode code) {
  switch (code) {
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
      return no_answer::kBrokeOff;
    case CURLE_PEER_FAILED_VERIFICATION:
      return no_answer::kUntrusted;
    default:
      return no_answer::kUnreachable;
  }
}

}  // namespace

OutboundCall::OutboundCall(OutboundRequest request, const std::string& ca_file)
    : request_(std::move(request)), ca_file_(ca_file), origin_(origin_of(request_.url)), begun_(steady_clock::now()) {
  moved_ = begun_;
}

Result<> OutboundCall::prepare() {
  if (!curl::has_scheme(request_.url)) return curl::not_a_url(request_.url);
  if (request_.method.empty() || breaks_a_line(request_.method) ||
      std::ranges::any_of(request_.headers, [](const Header& header) {
        return header.name.empty() || breaks_a_line(header.name) || breaks_a_line(header.value);
      }))
    return fail(Code::kInvalid, fmt::format("a header for {} is empty or has a line break in it", origin_));
  handle_ = curl::make_easy();
  if (!handle_) return fail(Code::kInternal, "the HTTP client could not be set up");
  CURL* const handle = handle_.get();
  curl::set_basics(handle, request_.url);
  curl::set_tls(handle, ca_file_, false);
  set_headers();
  set_body();
  curl_easy_setopt(handle, CURLOPT_PRIVATE, this);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, words_.data());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers_.get());
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, this);
  curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, on_connected);
  curl_easy_setopt(handle, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::max(request_.connect_timeout, milliseconds(1)).count()));
  // A call that ends while its host's name is looked up must not wait for that: every other call would, too.
  curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
  return {};
}

void OutboundCall::set_headers() {
  const auto names = [&](std::string_view name) {
    return std::ranges::any_of(request_.headers, [&](const Header& header) { return same_token(header.name, name); });
  };
  for (const Header& header : request_.headers)
    curl::append(headers_, header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
  if (!names("Content-Type")) curl::append(headers_, "Content-Type:");  // curl would name a form's otherwise
  // A second's wait for "100 Continue" does not pay for what is in memory.
  if (!names("Expect")) curl::append(headers_, "Expect:");
}

void OutboundCall::set_body() {
  CURL* const handle = handle_.get();
  if (request_.method == "HEAD") {
    curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  } else if (request_.method != "GET" || !request_.body.empty()) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request_.body.data());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
  }
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

OutboundCall::Time OutboundCall::deadline() const {
  const Time end = begun_ + request_.timeout;
  return connected_ ? std::min(end, moved_ + request_.idle_timeout) : end;
}

std::size_t OutboundCall::on_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& call = *static_cast<OutboundCall*>(user);
  call.moved_ = steady_clock::now();
  if (call.reply_.first_byte_us == 0)
    call.reply_.first_byte_us = duration_cast<microseconds>(call.moved_ - call.begun_).count();
  curl::take_header({data, size * count}, call.reply_.headers);
  return size * count;
}

std::size_t OutboundCall::on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& call = *static_cast<OutboundCall*>(user);
  call.moved_ = steady_clock::now();
  if (Result<> taken = call.take({data, size * count}); !taken) {
    call.error_ = std::move(taken).error();
    return 0;
  }
  return size * count;
}

Result<> OutboundCall::take(std::string_view bytes) {
  if (bytes.size() > request_.max_response_bytes - taken_bytes_)
    return fail(Code::kTooLarge,
                fmt::format("the answer of {} is larger than {} bytes", origin_, request_.max_response_bytes));
  taken_bytes_ += bytes.size();
  if (request_.sink && is_success()) return request_.sink(bytes);
  reply_.body += bytes;
  return {};
}

int OutboundCall::on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t sent) {
  auto& call = *static_cast<OutboundCall*>(user);
  if (std::exchange(call.sent_, sent) != sent) call.moved_ = steady_clock::now();
  return 0;
}

int OutboundCall::on_connected(void* user, char*, char*, int, int) {
  auto& call = *static_cast<OutboundCall*>(user);
  call.connected_ = true;
  call.moved_ = steady_clock::now();
  return CURL_PREREQFUNC_OK;
}

bool OutboundCall::is_success() const {
  long status = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
  return status >= 200 && status < 300;
}

void OutboundCall::finish(CURLcode code) {
  if (error_) {
    result_ = std::unexpected(*std::move(error_));
  } else if (code != CURLE_OK) {
    result_ = std::unexpected(explain(code));
  } else {
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    reply_.status = static_cast<int>(status);
    reply_.took_us = duration_cast<microseconds>(steady_clock::now() - begun_).count();
    result_ = std::move(reply_);
  }
}

Error OutboundCall::explain(CURLcode code) const {
  Error error = curl::explain(code, words_.data(), origin_, ca_file_);
  if (code == CURLE_COULDNT_CONNECT)
    error.message = fmt::format("cannot reach {}: is the server running?", origin_);
  else if (code == CURLE_OPERATION_TIMEDOUT)  // of the connection; the other time-outs are ours
    error.message = fmt::format("cannot reach {}: no connection within {}: is the server running?", origin_,
                                duration(request_.connect_timeout));
  if (error.code == Code::kIo) error.cause = why(word_of(code), error.cause);
  return error;
}

void OutboundCall::time_out(Time now) {
  const bool idle = now < begun_ + request_.timeout;
  std::string message = idle ? fmt::format("nothing came from {} for {}: it hangs, or is too busy", origin_,
                                           duration(request_.idle_timeout))
                             : fmt::format("{} did not finish its answer within {}: it hangs, or is too slow", origin_,
                                           duration(request_.timeout));
  result_ = fail(Code::kCancelled, std::move(message), {}, why(no_answer::kTimeout, idle ? "idle" : ""));
}

void OutboundCall::stop() {
  result_ = fail(Code::kCancelled, fmt::format("the call to {} was given up: this server is stopping", origin_), {},
                 std::string(no_answer::kStopped));
}

}  // namespace holdfast::net
