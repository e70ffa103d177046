#include "memory/recall/query_vectors.h"

#include <utility>

#include "base/log.h"
#include "memory/recall/query.h"

namespace holdfast::memory {

const VectorTables& tables_for(const ProfileIndex& index, const AnalysedQuery& query) {
  static const VectorTables none;
  const VectorTables* tables = query.vectors ? index.embeddings().of(query.vectors->model) : nullptr;
  return tables == nullptr ? none : *tables;
}

bool knows_tokens(const AnalysedQuery& query) { return query.vectors && !query.vectors->query.spans.empty(); }

Task<std::shared_ptr<const QueryVectors>> encode_query(const models::Encoder& encoder, const AnalysedQuery& query) {
  // In the order of the results; the question first.
  auto vectors = std::make_shared<QueryVectors>();
  vectors->model = encoder.model();
  std::vector<std::pair<EncodedText*, const std::string*>> wanted = {{&vectors->query, &query.text}};
  if (!query.hypothetical.empty()) wanted.emplace_back(&vectors->hypothetical, &query.hypothetical);
  if (!query.topic.empty()) wanted.emplace_back(&vectors->topic, &query.topic);
  std::vector<models::EncoderInput> inputs;
  for (const auto& [into, text] : wanted)
    inputs.push_back(
        {.text = *text, .context = {}, .tokens = encoder.has_tokens(), .query = into != &vectors->hypothetical});
  auto encodings = co_await encoder.encode(std::move(inputs));
  if (!encodings) {
    log::warning("a question is answered without vectors: the encoder failed",
                 {{"model", std::string(encoder.model())}, {"error", encodings.error().message}});
    co_return nullptr;
  }
  vectors->token_mean.assign(encoder.token_mean().begin(), encoder.token_mean().end());
  for (std::size_t at = 0; at < wanted.size(); ++at)
    *wanted[at].first = encoded_text(*wanted[at].second, std::move((*encodings)[at]));
  co_return vectors;
}

}  // namespace holdfast::memory
