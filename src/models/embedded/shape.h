// The sizes of the network that this build runs: all-MiniLM-L6-v2, a BERT encoder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace holdfast::models {

inline constexpr std::string_view kModelName = "all-MiniLM-L6-v2";
inline constexpr std::size_t kLayers = 6;
inline constexpr std::size_t kWidth = 384;  // of a token's vector
inline constexpr std::size_t kHeads = 12;   // of attention
inline constexpr std::size_t kHeadWidth = kWidth / kHeads;
inline constexpr std::size_t kInner = 1536;     // of the feed-forward part
inline constexpr std::size_t kPositions = 512;  // the longest sequence, with its two special tokens
inline constexpr float kNormEpsilon = 1e-12F;

}  // namespace holdfast::models
