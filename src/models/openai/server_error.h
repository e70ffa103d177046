// What a model server says when it refuses a call: each has its own form and words for the same few things.
#pragma once

#include <boost/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace holdfast::models {

struct ServerError {
  int status = 0;       // of HTTP; of an error in mid-stream the code that stands in it, 0 when there is none
  std::string message;  // one line of UTF-8, at most 300 bytes; "" when the server said nothing
  std::string words;    // more of the message and its kinds, in lower case, to be searched
  std::string param;    // the field it speaks of, where it says so
  bool too_long = false;
  std::size_t context_tokens = 0;  // of a prompt that was too long: what would fit, prompt and reply; 0: not said
};

// The body of an answer that is not 2xx: {"error": {…}}, {"error": "…"}, {"message": …}, {"detail": …},
// {"errors": [{…}]}, text or HTML.
[[nodiscard]] ServerError read_server_error(int status, std::string_view body);
// An object with an "error" in it, as servers send it in mid-stream or with a 200.
[[nodiscard]] ServerError server_error_in(int status, const boost::json::value& body);

// Whether the same call may go better a moment later.
[[nodiscard]] bool is_passing(const ServerError& error);

// Whether it speaks of that field or word, in any case and as a word of its own.
[[nodiscard]] bool speaks_of(const ServerError& error, std::string_view word);

}  // namespace holdfast::models
