#include "models/embedded/sequence.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/embedded/shape.h"

namespace holdfast::models {
namespace {

constexpr std::size_t kMostTokens = kPositions - 2;

void append_normalised(std::vector<float>& out, std::span<const float> vector) {
  float squares = 0;
  for (const float value : vector) squares += value * value;
  const float factor = squares > 0 ? 1.0F / std::sqrt(squares) : 0.0F;
  for (const float value : vector) out.push_back(value * factor);
}

}  // namespace

Sequence make_sequence(const WordPiece& vocabulary, const EncoderInput& input) {
  Tokens own = vocabulary.tokenize(input.text, kMostTokens);
  std::vector<std::uint32_t> context;
  for (const std::string& said : input.context) {
    const Tokens tokens = vocabulary.tokenize(said, kContextTokens);
    context.insert(context.end(), tokens.ids.begin(), tokens.ids.end());
  }
  const std::size_t kept = std::min(context.size(), kMostTokens - own.ids.size());

  Sequence result;
  result.ids.reserve(kept + own.ids.size() + 2);
  result.ids.push_back(vocabulary.start());
  result.ids.insert(result.ids.end(), context.end() - static_cast<std::ptrdiff_t>(kept), context.end());
  result.own_begin = result.ids.size();
  result.ids.insert(result.ids.end(), own.ids.begin(), own.ids.end());
  result.own_end = result.ids.size();
  result.ids.push_back(vocabulary.separator());
  result.spans = std::move(own.spans);
  result.has_context = !input.context.empty();
  return result;
}

Encoding make_encoding(Sequence&& sequence, std::span<const float> hidden, bool tokens) {
  const bool own_alone = sequence.has_context && sequence.own_begin < sequence.own_end;
  const std::size_t begin = own_alone ? sequence.own_begin : 0;
  const std::size_t end = own_alone ? sequence.own_end : sequence.ids.size();
  std::vector<float> sum(kWidth);
  for (std::size_t i = begin; i < end; ++i)
    for (std::size_t d = 0; d < kWidth; ++d) sum[d] += hidden[(i * kWidth) + d];

  Encoding result;
  result.pooled.reserve(kWidth);
  append_normalised(result.pooled, sum);
  if (!tokens) return result;
  result.spans = std::move(sequence.spans);
  result.tokens.reserve((sequence.own_end - sequence.own_begin) * kWidth);
  for (std::size_t i = sequence.own_begin; i < sequence.own_end; ++i)
    append_normalised(result.tokens, hidden.subspan(i * kWidth, kWidth));
  return result;
}

}  // namespace holdfast::models
