// Internal: bytes of one request → its header and the pieces of its body. The grammar is Boost.Beast's; what a request
// may carry so that nobody in front of us reads it differently (smuggling) is checked here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/http.h"

namespace holdfast::net {

class RequestParser {
 public:
  struct Failure {
    int status = 400;  // 400, 413 or 431
    Error error;
  };

  // `request` is filled as far as the header goes (method to content_length), and must outlive the parser.
  RequestParser(Request& request, std::size_t max_header_bytes, std::uint64_t max_body_bytes);
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  // Parses the header until head_done(), then as much of the body as there is, and returns how many bytes it has taken.
  // What it leaves must come again, with more behind it. Not to be called once done() or failure().
  std::size_t feed(std::string_view bytes);

  [[nodiscard]] bool head_done() const { return head_done_; }
  [[nodiscard]] bool done() const { return done_; }
  [[nodiscard]] const std::optional<Failure>& failure() const { return failure_; }

  // Once head_done():
  [[nodiscard]] bool http11() const { return http11_; }
  [[nodiscard]] bool keep_alive() const;
  [[nodiscard]] bool expects_continue() const { return expects_continue_; }
  [[nodiscard]] std::optional<std::uint64_t> body_left() const;  // nullopt: sent in chunks
  [[nodiscard]] std::string take_piece();  // what feed() has found of the body since the last call

 private:
  class Grammar;
  void split_target();
  void check_head();
  void refuse(int status, std::string message);

  Request& request_;
  const std::size_t max_header_bytes_;
  std::unique_ptr<Grammar> grammar_;
  std::string piece_;
  std::optional<Failure> failure_;
  std::size_t header_bytes_ = 0;
  bool http11_ = true;
  bool head_done_ = false;
  bool done_ = false;
  bool expects_continue_ = false;
};

}  // namespace holdfast::net
