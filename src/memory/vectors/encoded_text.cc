#include "memory/vectors/encoded_text.h"

#include <utility>

#include "memory/vectors/content_tokens.h"

namespace holdfast::memory {

EncodedText encoded_text(const models::Encoder& encoder, std::string text, models::Encoding encoding) {
  EncodedText encoded{.text = std::move(text),
                      .pooled = std::move(encoding.pooled),
                      .spans = std::move(encoding.spans),
                      .tokens = std::move(encoding.tokens),
                      .centred = {},
                      .content = {}};
  encoded.centred = encoded.tokens;
  if (const std::span<const float> mean = encoder.token_mean(); !mean.empty()) {
    for (std::size_t i = 0; i < encoded.centred.size(); ++i) encoded.centred[i] -= mean[i % mean.size()];
  }
  encoded.content = content_tokens(encoded.text, encoded.spans);
  return encoded;
}

}  // namespace holdfast::memory
