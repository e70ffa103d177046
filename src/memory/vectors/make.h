// From texts to the vectors kept of them. Pure but for the encoder: the same texts give the same vectors.
//
// A message is cut into pieces, since an encoder reads a few hundred tokens at most and long texts blur: at most
// kMostPieces, or kMostChatPieces where an assistant answers at length. In a dialogue, where a turn alone says little,
// the codes are those of the turn read with the two before it, and so is one pooled vector more.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "memory/types.h"
#include "memory/vectors/encoded_text.h"
#include "memory/vectors/packed.h"
#include "models/encoder.h"

namespace holdfast::memory {

inline constexpr std::size_t kPieceTokens = 200;
inline constexpr std::size_t kPieceTokenStride = 180;
inline constexpr std::size_t kMostPieces = 8;
inline constexpr std::size_t kMostChatPieces = 2;
inline constexpr std::size_t kContextTurns = 2;

struct MessageToEncode {
  Role role = Role::kUser;
  std::string content;
  bool dialogue = false;            // its session reads as one of people who talk
  std::vector<std::string> before;  // in a dialogue: the turns before it, oldest first, at most kContextTurns
};

// What to encode for a message; message_vectors() takes what came of it, in the same order.
[[nodiscard]] std::vector<models::EncoderInput> inputs_of(const models::Encoder& encoder,
                                                          const MessageToEncode& message);
[[nodiscard]] MessageVectors message_vectors(const models::Encoder& encoder, const MessageToEncode& message,
                                             std::span<const models::EncoderInput> inputs,
                                             std::span<const models::Encoding> encodings);

// Of a memory in two steps: its content, when it is stored; its queries, later.
[[nodiscard]] models::EncoderInput content_input(const models::Encoder& encoder, std::string content);
[[nodiscard]] MemoryVectors memory_vectors(const models::Encoder& encoder, const Memory& memory,
                                           const EncodedText& content);
[[nodiscard]] std::vector<models::EncoderInput> query_inputs(const Memory& memory);
void add_queries(std::span<const models::Encoding> encodings, MemoryVectors& vectors);  // which is then complete

}  // namespace holdfast::memory
