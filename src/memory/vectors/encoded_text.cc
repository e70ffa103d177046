#include "memory/vectors/encoded_text.h"

#include <utility>

#include "memory/vectors/content_tokens.h"

namespace holdfast::memory {

EncodedText encoded_text(std::string text, models::Encoding encoding) {
  EncodedText encoded{.text = std::move(text),
                      .pooled = std::move(encoding.pooled),
                      .spans = std::move(encoding.spans),
                      .tokens = std::move(encoding.tokens),
                      .content = {}};
  encoded.content = content_tokens(encoded.text, encoded.spans);
  return encoded;
}

}  // namespace holdfast::memory
