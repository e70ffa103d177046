// Cuts a transcript into pieces that fit one extraction.
#pragma once

#include <cstddef>
#include <vector>

#include "memory/ingest/transcript.h"

namespace holdfast::memory {

// Messages [first, last) of a transcript are to be read; [context, first) only help to understand them.
struct Chunk {
  std::size_t context = 0;
  std::size_t first = 0;
  std::size_t last = 0;
};

inline constexpr std::size_t kChunkCharacters = 10'000;  // about; a single longer message is a chunk of its own
inline constexpr std::size_t kChunkOverlap = 2;          // messages of context before a chunk
inline constexpr std::size_t kDetailFromMessages = 9;    // shorter transcripts have no detail pass
inline constexpr std::size_t kDetailWindow = 6;          // messages of a window of the detail pass
inline constexpr std::size_t kDetailOverlap = 2;

// Every message that is no context is read in exactly one chunk.
[[nodiscard]] std::vector<Chunk> chunk(const Transcript& transcript);
// Windows of the detail pass; none when the transcript is short.
[[nodiscard]] std::vector<Chunk> detail_windows(const Transcript& transcript);

}  // namespace holdfast::memory
