#include "memory/recall/closeness.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "memory/recall/query_vectors.h"
#include "search/late_interaction.h"

namespace holdfast::memory {

std::optional<Closeness> closeness_of(const ProfileIndex& index, const AnalysedQuery& query, RecallCandidate::Kind kind,
                                      const Id& id, std::span<const Source> sources) {
  if (!query.vectors || query.vectors->query.tokens.empty()) return std::nullopt;
  const EncodedText& asked = query.vectors->query;
  const std::size_t dimensions = asked.pooled.size();
  const std::vector<float>& mean = query.vectors->token_mean;
  std::vector<float> tokens;  // with the mean taken off, as the codes have it
  for (std::size_t token = 0; token < asked.spans.size(); ++token) {
    if (!asked.content[token]) continue;
    const std::span<const float> vector = asked.token(token);
    for (std::size_t i = 0; i < dimensions; ++i) tokens.push_back(mean.empty() ? vector[i] : vector[i] - mean[i]);
  }
  std::vector<std::span<const std::uint8_t>> documents;
  const auto add_message = [&](const Id& message) {
    if (const auto doc = index.find_message(message))
      documents.push_back(index.embeddings().message_codes().codes(*doc));
  };
  if (kind == RecallCandidate::Kind::kMessage) {
    add_message(id);
  } else {
    if (const auto doc = index.find_memory(id)) documents.push_back(index.embeddings().memory_codes().codes(*doc));
    for (const Source& source : sources) add_message(source.message);
  }
  std::erase_if(documents, [](std::span<const std::uint8_t> codes) { return codes.empty(); });
  const std::size_t count = tokens.size() / std::max<std::size_t>(dimensions, 1);
  if (documents.empty() || count == 0) return std::nullopt;

  std::vector<float> products(documents.size() * count);
  search::max_products(tokens, dimensions, documents, products);
  std::vector<float> nearest(count, search::kNoProduct);
  for (std::size_t i = 0; i < products.size(); ++i) nearest[i % count] = std::max(nearest[i % count], products[i]);
  std::ranges::sort(nearest);
  const auto average = [](std::span<const float> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  };
  return Closeness{.mean = average(nearest), .lowest = average(std::span(nearest).first((count + 2) / 3))};
}

}  // namespace holdfast::memory
