#include "memory/model/pieces.h"

#include <algorithm>
#include <string_view>

#include "memory/model/neutralise.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kSmallestPart = 400;  // bytes of a message below which it is not cut in two

bool has_news(const Transcript& transcript, const Chunk& chunk) {
  for (std::size_t at = chunk.first; at < chunk.last; ++at)
    if (!transcript.messages[at].context) return true;
  return false;
}

std::vector<Piece> halved_messages(const Transcript& transcript, const Chunk& chunk) {
  std::size_t all = 0;
  for (std::size_t at = chunk.first; at < chunk.last; ++at) all += transcript.messages[at].message.content.size();
  std::size_t middle = chunk.first + 1;
  std::size_t before = transcript.messages[chunk.first].message.content.size();
  while (middle + 1 < chunk.last && 2 * (before + transcript.messages[middle].message.content.size()) <= all)
    before += transcript.messages[middle++].message.content.size();
  std::vector<Piece> pieces;
  for (const Chunk half :
       {Chunk{chunk.context, chunk.first, middle},
        Chunk{std::max(chunk.context, middle - std::min(middle, kChunkOverlap)), middle, chunk.last}})
    if (has_news(transcript, half)) pieces.push_back({.chunk = half});
  return pieces;
}

// Where to cut text of this kind: behind the mark nearest to the middle, in its middle half.
std::size_t cut_near_middle(std::string_view text) {
  const std::size_t from = text.size() / 4;
  const std::size_t to = text.size() - from;
  for (const std::string_view mark : {"\n\n", "\n", ". ", " "}) {
    std::size_t best = std::string_view::npos;
    for (std::size_t at = text.find(mark, from); at < to; at = text.find(mark, at + 1)) {
      const std::size_t cut = at + mark.size();
      const auto distance = [&](std::size_t where) {
        return where > text.size() / 2 ? where - text.size() / 2 : text.size() / 2 - where;
      };
      if (best == std::string_view::npos || distance(cut) < distance(best)) best = cut;
    }
    if (best != std::string_view::npos) return best;
  }
  std::size_t cut = text.size() / 2;
  while (cut < text.size() && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) ++cut;
  return cut;
}

}  // namespace

std::vector<Piece> halves(const Transcript& transcript, const Piece& piece, bool redact) {
  const Chunk& chunk = piece.chunk;
  if (chunk.last - chunk.first > 1) return halved_messages(transcript, chunk);
  if (chunk.context < chunk.first) {
    Piece alone = piece;
    alone.chunk.context = chunk.first;
    return {alone};
  }
  const std::string text = sendable(transcript.messages[chunk.first].message.content, redact);
  const std::size_t end = std::min(piece.end, text.size());
  if (end <= piece.begin || end - piece.begin < kSmallestPart) return {};
  const std::size_t cut = piece.begin + cut_near_middle(std::string_view(text).substr(piece.begin, end - piece.begin));
  return {{.chunk = chunk, .begin = piece.begin, .end = cut}, {.chunk = chunk, .begin = cut, .end = end}};
}

std::optional<Piece> rest_of(const Transcript& transcript, const Piece& piece, std::size_t read) {
  const std::size_t first = read > piece.chunk.first ? read : piece.chunk.first + 1;
  const Chunk chunk{std::max(piece.chunk.context, first - std::min(first, kChunkOverlap)), first, piece.chunk.last};
  if (first >= piece.chunk.last || !has_news(transcript, chunk)) return std::nullopt;
  return Piece{.chunk = chunk, .continued = piece.continued + 1};
}

std::vector<ShownMessage> shown_messages(const Transcript& transcript, const Piece& piece) {
  std::vector<ShownMessage> shown;
  for (std::size_t at = piece.chunk.context; at < piece.chunk.last && at < transcript.messages.size(); ++at)
    shown.push_back({.at = at, .context = at < piece.chunk.first || transcript.messages[at].context});
  if (piece.part()) {
    shown.back().begin = piece.begin;
    shown.back().end = piece.end;
  }
  return shown;
}

}  // namespace holdfast::memory
