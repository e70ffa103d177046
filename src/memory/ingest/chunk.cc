#include "memory/ingest/chunk.h"

#include <algorithm>

#include "base/utf8.h"

namespace holdfast::memory {

std::vector<Chunk> chunk(const Transcript& transcript) {
  std::vector<Chunk> chunks;
  const auto& messages = transcript.messages;
  std::size_t first = 0;
  while (first < messages.size()) {
    std::size_t last = first;
    std::size_t characters = 0;
    while (last < messages.size()) {
      const std::size_t more = count_code_points(messages[last].message.content);
      if (last > first && characters + more > kChunkCharacters) break;
      characters += more;
      ++last;
    }
    chunks.push_back({first - std::min(first, kChunkOverlap), first, last});
    first = last;
  }
  // A chunk in which everything is context gives nothing to read.
  std::erase_if(chunks, [&](const Chunk& piece) {
    return std::all_of(messages.begin() + static_cast<std::ptrdiff_t>(piece.first),
                       messages.begin() + static_cast<std::ptrdiff_t>(piece.last),
                       [](const TranscriptMessage& message) { return message.context; });
  });
  return chunks;
}

std::vector<Chunk> detail_windows(const Transcript& transcript) {
  std::vector<Chunk> windows;
  const auto& messages = transcript.messages;
  const auto fresh = static_cast<std::size_t>(
      std::count_if(messages.begin(), messages.end(), [](const TranscriptMessage& m) { return !m.context; }));
  if (fresh < kDetailFromMessages) return windows;
  for (std::size_t first = 0; first < messages.size(); first += kDetailWindow - kDetailOverlap) {
    const std::size_t last = std::min(messages.size(), first + kDetailWindow);
    windows.push_back({first - std::min(first, kChunkOverlap), first, last});
    if (last == messages.size()) break;
  }
  std::erase_if(windows, [&](const Chunk& piece) {
    return std::all_of(messages.begin() + static_cast<std::ptrdiff_t>(piece.first),
                       messages.begin() + static_cast<std::ptrdiff_t>(piece.last),
                       [](const TranscriptMessage& message) { return message.context; });
  });
  return windows;
}

}  // namespace holdfast::memory
