#include "memory/vectors/make.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "memory/vectors/content_tokens.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kMostQueries = 16;  // of a memory; more are left out

void add_codes(const models::Encoder& encoder, std::span<const float> tokens, const std::vector<bool>& keep,
               search::TokenCodes& codes) {
  const std::vector<float> none(encoder.dimensions());
  const std::span<const float> mean = encoder.token_mean().empty() ? std::span(none) : encoder.token_mean();
  const auto flags = std::make_unique<bool[]>(keep.size());  // std::vector<bool> is no span
  std::ranges::copy(keep, flags.get());
  search::append_codes(tokens, mean, std::span(flags.get(), keep.size()), codes);
}

void add_codes(const models::Encoder& encoder, std::string_view text, const models::Encoding& encoding,
               search::TokenCodes& codes) {
  add_codes(encoder, encoding.tokens, content_tokens(text, encoding.spans), codes);
}

bool read_with_context(const MessageToEncode& message) { return message.dialogue && !message.before.empty(); }

}  // namespace

std::vector<models::EncoderInput> inputs_of(const models::Encoder& encoder, const MessageToEncode& message) {
  const std::size_t most = message.role == Role::kUser || message.dialogue ? kMostPieces : kMostChatPieces;
  const bool with_context = read_with_context(message);
  std::vector<models::EncoderInput> inputs;
  for (const std::string_view piece : encoder.pieces(message.content, kPieceTokens, kPieceTokenStride, most)) {
    const bool own_codes = !(with_context && inputs.empty());
    inputs.push_back({.text = std::string(piece), .context = {}, .tokens = own_codes && encoder.has_tokens()});
  }
  if (with_context)
    inputs.push_back({.text = inputs.front().text, .context = message.before, .tokens = encoder.has_tokens()});
  return inputs;
}

MessageVectors message_vectors(const models::Encoder& encoder, const MessageToEncode& message,
                               std::span<const models::EncoderInput> inputs,
                               std::span<const models::Encoding> encodings) {
  const bool with_context = read_with_context(message);
  const std::size_t pieces = with_context ? inputs.size() - 1 : inputs.size();
  MessageVectors vectors;
  for (std::size_t i = 0; i < pieces; ++i) vectors.pieces.push_back(search::quantise(encodings[i].pooled));
  // A first turn has no context: read alone it is what a later one is with its context.
  if (message.dialogue) vectors.contextual = search::quantise(encodings[with_context ? pieces : 0].pooled);
  for (std::size_t i = 0; i < pieces; ++i) {
    const std::size_t from = with_context && i == 0 ? pieces : i;
    add_codes(encoder, inputs[from].text, encodings[from], vectors.codes);
  }
  return vectors;
}

models::EncoderInput content_input(const models::Encoder& encoder, std::string content) {
  return {.text = std::move(content), .context = {}, .tokens = encoder.has_tokens()};
}

MemoryVectors memory_vectors(const models::Encoder& encoder, const Memory& memory, const EncodedText& content) {
  MemoryVectors vectors;
  vectors.content = search::quantise(content.pooled);
  add_codes(encoder, content.tokens, content.content, vectors.codes);
  vectors.texts = hash_of_texts(memory);
  vectors.complete = memory.queries.empty();
  return vectors;
}

std::vector<models::EncoderInput> query_inputs(const Memory& memory) {
  std::vector<models::EncoderInput> inputs;
  for (std::size_t i = 0; i < std::min(memory.queries.size(), kMostQueries); ++i)
    inputs.push_back({.text = memory.queries[i], .context = {}, .tokens = false});
  return inputs;
}

void add_queries(std::span<const models::Encoding> encodings, MemoryVectors& vectors) {
  for (const models::Encoding& query : encodings) vectors.queries.push_back(search::quantise(query.pooled));
  vectors.complete = true;
}

}  // namespace holdfast::memory
