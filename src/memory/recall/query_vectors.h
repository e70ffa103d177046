// The vectors of a question: of what was asked, and of the statement that would answer it (HyDE).
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "models/encoder.h"

namespace holdfast::memory {

struct AnalysedQuery;

// A text and its vectors, all of unit length.
struct EncodedText {
  std::string text;
  std::vector<float> pooled;             // [dimensions]
  std::vector<models::TokenSpan> spans;  // of its tokens, in `text`; empty when the encoder gives none
  std::vector<float> tokens;             // [spans.size() · dimensions]

  [[nodiscard]] std::string_view token_text(std::size_t token) const {
    return std::string_view(text).substr(spans[token].begin, spans[token].end - spans[token].begin);
  }
  [[nodiscard]] std::span<const float> token(std::size_t number) const {
    return std::span(tokens).subspan(number * pooled.size(), pooled.size());
  }
};

struct QueryVectors {
  std::vector<float> token_mean;  // over all tokens there are, to be taken from those that meet codes; or empty
  EncodedText query;              // as it was asked, trimmed
  EncodedText hypothetical;       // of AnalysedQuery::hypothetical; everything empty when that is
};

// Null when the encoder fails: the question is then answered by its words alone.
[[nodiscard]] Task<std::shared_ptr<const QueryVectors>> encode_query(const models::Encoder& encoder,
                                                                     const AnalysedQuery& query);

}  // namespace holdfast::memory
