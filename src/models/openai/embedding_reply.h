// What an embedding server answers, read with suspicion: servers send vectors out of order, of other lengths, with NaN,
// or all zero, and such a vector must never be stored.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "models/chat.h"

namespace holdfast::models {

inline constexpr std::size_t kMostDimensions = 8'192;

struct EmbeddingReply {
  std::vector<std::vector<float>> vectors;  // in the order of the texts, of unit length
  ChatUsage usage;
};

// `texts`: how many were sent. `dimensions`: how long each vector must be; 0: whatever all have. A vector may be an
// array of numbers or base64 of little-endian floats; one that has no `index` stands in its place. kProviderFailed.
[[nodiscard]] Result<EmbeddingReply> read_embeddings(std::string_view body, std::size_t texts, std::size_t dimensions);

// What a server's refusal of a call with texts is about, by its words.
enum class EmbeddingRefusal {
  kOther,
  kTextTooLong,   // more tokens than the model reads
  kTooManyTexts,  // more texts than it takes at once
  kNoDimensions,  // it takes no `dimensions`
  kNoFormat,      // it takes no `encoding_format`
};
[[nodiscard]] EmbeddingRefusal refusal_of(int status, std::string_view body);

}  // namespace holdfast::models
