// UTF-8: validation, code points, and cutting without breaking one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace holdfast {

// Whether `text` is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing over U+10FFFF).
[[nodiscard]] bool valid_utf8(std::string_view text);

// Decodes the code point at `at` (< text.size()) and moves past it. A malformed byte gives U+FFFD and moves by one.
[[nodiscard]] char32_t next_code_point(std::string_view text, std::size_t& at);

// Appends a code point; an invalid one is written as U+FFFD.
void append_utf8(std::string& out, char32_t code_point);

// The number of code points.
[[nodiscard]] std::size_t count_code_points(std::string_view text);

// The longest prefix of at most `code_points` code points, or of at most `bytes` bytes, that ends between code points.
[[nodiscard]] std::string_view first_code_points(std::string_view text, std::size_t code_points);
[[nodiscard]] std::string_view first_bytes(std::string_view text, std::size_t bytes);

}  // namespace holdfast
