// Cutting texts for a model whose tokens are not known: a word of a European language is about 1.3 tokens, a long one a
// token for every six bytes, and other scripts a token for every three. A server that wants fewer says so.
//
// Pure. Any thread. Texts are UTF-8; a cut is between words, or between code points where a word has no end.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace holdfast::models {

[[nodiscard]] std::size_t about_tokens(std::string_view text);

// The beginning of about so many tokens; at least a word, or a part of one.
[[nodiscard]] std::string_view first_tokens(std::string_view text, std::size_t tokens);

// As Encoder::pieces().
[[nodiscard]] std::vector<std::string_view> about_pieces(std::string_view text, std::size_t tokens, std::size_t stride,
                                                         std::size_t most);

}  // namespace holdfast::models
