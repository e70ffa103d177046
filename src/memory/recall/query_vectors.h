// The vectors of a question: of what was asked, and of the statement that would answer it (HyDE).
#pragma once

#include <memory>
#include <string>

#include "base/task.h"
#include "memory/profile/profile_index.h"
#include "memory/vectors/encoded_text.h"
#include "models/encoder.h"

namespace holdfast::memory {

struct AnalysedQuery;

struct QueryVectors {
  std::string model;              // whose vectors these are: they meet no other's
  std::vector<float> token_mean;  // over all tokens there are, to be taken from those that meet codes; or empty
  EncodedText query;              // as it was asked, trimmed
  EncodedText topic;              // of AnalysedQuery::topic; everything empty when that is
  EncodedText hypothetical;       // of AnalysedQuery::hypothetical; everything empty when that is
};

// The profile's vectors that a question's may meet: by the same model. Empty ones where there are none.
[[nodiscard]] const VectorTables& tables_for(const ProfileIndex& index, const AnalysedQuery& query);

// Whether the question's tokens have vectors of their own. Where only texts as a whole have, late interaction and
// closeness fall away, and what decides by those goes by words.
[[nodiscard]] bool knows_tokens(const AnalysedQuery& query);

// Null when the encoder fails: the question is then answered by its words alone.
[[nodiscard]] Task<std::shared_ptr<const QueryVectors>> encode_query(const models::Encoder& encoder,
                                                                     const AnalysedQuery& query);

}  // namespace holdfast::memory
