// A text with its vectors in float: what is asked, what is about to be kept.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/encoder.h"

namespace holdfast::memory {

struct EncodedText {
  std::string text;
  std::vector<float> pooled;             // [dimensions], unit length; empty when nothing was encoded
  std::vector<models::TokenSpan> spans;  // of its tokens, in `text`; empty when the encoder gives none
  std::vector<float> tokens;             // [spans.size() · dimensions], each of unit length
  std::vector<bool> content;             // [spans.size()] content_tokens()

  [[nodiscard]] std::string_view token_text(std::size_t token) const {
    return std::string_view(text).substr(spans[token].begin, spans[token].end - spans[token].begin);
  }
  [[nodiscard]] std::span<const float> token(std::size_t number) const {
    return std::span(tokens).subspan(number * pooled.size(), pooled.size());
  }
};

// `encoding` must be of `text`.
[[nodiscard]] EncodedText encoded_text(std::string text, models::Encoding encoding);

}  // namespace holdfast::memory
