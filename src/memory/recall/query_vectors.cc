#include "memory/recall/query_vectors.h"

#include <utility>

#include "base/log.h"
#include "memory/recall/query.h"

namespace holdfast::memory {

Task<std::shared_ptr<const QueryVectors>> encode_query(const models::Encoder& encoder, const AnalysedQuery& query) {
  std::vector<models::EncoderInput> inputs;
  inputs.push_back({.text = query.text, .context = {}, .tokens = encoder.has_tokens()});
  if (!query.hypothetical.empty())
    inputs.push_back({.text = query.hypothetical, .context = {}, .tokens = encoder.has_tokens()});
  auto encodings = co_await encoder.encode(std::move(inputs));
  if (!encodings) {
    log::warning("a question is answered without vectors: the encoder failed",
                 {{"model", std::string(encoder.model())}, {"error", encodings.error().message}});
    co_return nullptr;
  }
  auto vectors = std::make_shared<QueryVectors>();
  vectors->token_mean.assign(encoder.token_mean().begin(), encoder.token_mean().end());
  vectors->query = encoded_text(query.text, std::move(encodings->front()));
  if (encodings->size() > 1)
    vectors->hypothetical = encoded_text(query.hypothetical, std::move(encodings->back()));
  co_return vectors;
}

}  // namespace holdfast::memory
