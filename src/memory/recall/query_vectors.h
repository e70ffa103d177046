// The vectors of a question: of what was asked, and of the statement that would answer it (HyDE).
#pragma once

#include <memory>

#include "base/task.h"
#include "memory/vectors/encoded_text.h"
#include "models/encoder.h"

namespace holdfast::memory {

struct AnalysedQuery;

struct QueryVectors {
  std::vector<float> token_mean;  // over all tokens there are, to be taken from those that meet codes; or empty
  EncodedText query;              // as it was asked, trimmed
  EncodedText topic;              // of AnalysedQuery::topic; everything empty when that is
  EncodedText hypothetical;       // of AnalysedQuery::hypothetical; everything empty when that is
};

// Null when the encoder fails: the question is then answered by its words alone.
[[nodiscard]] Task<std::shared_ptr<const QueryVectors>> encode_query(const models::Encoder& encoder,
                                                                     const AnalysedQuery& query);

}  // namespace holdfast::memory
