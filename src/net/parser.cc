#include "net/parser.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

namespace holdfast::net {

namespace beast = boost::beast;
namespace http = boost::beast::http;

class RequestParser::Grammar final : public http::basic_parser<true> {
 public:
  explicit Grammar(RequestParser& owner) : owner_(owner) {}

 private:
  using View = beast::string_view;

  static std::string text(View view) { return std::string(view.data(), view.size()); }

  void on_request_impl(http::verb, View method, View target, int version, beast::error_code&) override {
    owner_.request_.method = text(method);
    owner_.request_.target = text(target);
    owner_.http11_ = version == 11;
    owner_.split_target();
  }
  void on_response_impl(int, View, int, beast::error_code&) override {}
  void on_field_impl(http::field, View name, View value, beast::error_code&) override {
    if (!owner_.head_done_) owner_.request_.headers.push_back({text(name), text(value)});
  }
  void on_header_impl(beast::error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
  std::size_t on_body_impl(View body, beast::error_code&) override {
    owner_.piece_.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, View, beast::error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View body, beast::error_code&) override {
    owner_.piece_.append(body.data(), body.size());
    return body.size();
  }
  void on_finish_impl(beast::error_code&) override {}

  RequestParser& owner_;
};

RequestParser::RequestParser(Request& request, std::size_t max_header_bytes, std::uint64_t max_body_bytes)
    : request_(request), max_header_bytes_(max_header_bytes), grammar_(std::make_unique<Grammar>(*this)) {
  grammar_->header_limit(static_cast<std::uint32_t>(std::min<std::size_t>(max_header_bytes, 1U << 30U)));
  grammar_->body_limit(max_body_bytes);
}

RequestParser::~RequestParser() = default;

std::size_t RequestParser::feed(std::string_view bytes) {
  beast::error_code error;
  const std::size_t taken = grammar_->put({bytes.data(), bytes.size()}, error);
  if (!head_done_) header_bytes_ += taken;
  const bool too_long = error == http::error::header_limit || header_bytes_ > max_header_bytes_ ||
                        (error == http::error::need_more && !grammar_->is_header_done() &&
                         header_bytes_ + bytes.size() - taken >= max_header_bytes_);
  if (!head_done_ && too_long) {
    refuse(431, "the request's line and headers are longer than " + std::to_string(max_header_bytes_) + " bytes");
  } else if (error == http::error::body_limit) {
    refuse(413, "the body is larger than this server takes");
  } else if (error && error != http::error::need_more) {
    refuse(400, head_done_ ? "the body is not well-formed HTTP" : "the request is not well-formed HTTP");
    failure_->error.cause = error.message();
  } else if (head_done_ && error && bytes.size() - taken >= max_header_bytes_) {
    refuse(400, "the header of a chunk, or the trailers, are too long");
  } else if (!head_done_ && grammar_->is_header_done()) {
    head_done_ = true;
    grammar_->eager(true);
    check_head();
  }
  done_ = !failure_ && grammar_->is_done();
  return taken;
}

void RequestParser::split_target() {
  std::string_view rest = request_.target;
  if (!rest.starts_with('/')) {  // absolute form: scheme "://" authority path
    const std::size_t authority = rest.find("://");
    if (authority != std::string_view::npos) {
      const std::size_t path = rest.find_first_of("/?", authority + 3);
      rest = path == std::string_view::npos ? std::string_view{} : rest.substr(path);
    }
  }
  rest = rest.substr(0, rest.find('#'));
  const std::size_t question = rest.find('?');
  request_.path = rest.substr(0, question);
  if (request_.path.empty()) request_.path = "/";
  request_.query = question == std::string_view::npos ? std::string_view{} : rest.substr(question + 1);
}

// RFC 9112, sections 3.2 and 6.3, in their strictest reading: two servers that disagree about where a request ends
// are two that can be played against each other.
void RequestParser::check_head() {
  int hosts = 0;
  int lengths = 0;
  int codings = 0;
  for (const Header& header : request_.headers) {
    if (same_token(header.name, "Host")) ++hosts;
    if (same_token(header.name, "Content-Length")) {
      ++lengths;
      if (header.value.empty() || header.value.find_first_not_of("0123456789") != std::string::npos)
        return refuse(400, "Content-Length is not a number");
    }
    if (same_token(header.name, "Transfer-Encoding")) {
      ++codings;
      if (!same_token(header.value, "chunked"))
        return refuse(400, "only the transfer coding \"chunked\" is understood");
    }
  }
  if (lengths > 1) return refuse(400, "there is more than one Content-Length");
  if (codings > 1 || (codings == 1 && lengths == 1))
    return refuse(400, "Transfer-Encoding does not go together with another length");
  if (codings == 1 && !http11_) return refuse(400, "HTTP/1.0 has no Transfer-Encoding");
  if (hosts > 1 || (hosts == 0 && http11_)) return refuse(400, "a request has one Host header");

  if (const auto length = grammar_->content_length())
    request_.content_length = *length;
  else if (!grammar_->chunked())
    request_.content_length = 0;
  expects_continue_ = http11_ && !grammar_->is_done() && same_token(request_.header("Expect"), "100-continue");
}

void RequestParser::refuse(int status, std::string message) {
  failure_ = Failure{status, Error{status == 400 ? Code::kInvalid : Code::kTooLarge, std::move(message)}};
}

bool RequestParser::keep_alive() const { return grammar_->keep_alive(); }

std::optional<std::uint64_t> RequestParser::body_left() const {
  if (done_) return 0;
  if (const auto left = grammar_->content_length_remaining()) return *left;
  return std::nullopt;
}

std::string RequestParser::take_piece() { return std::exchange(piece_, {}); }

}  // namespace holdfast::net
