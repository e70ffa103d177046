// Halves what is too long for a model's context.
//
// Pure; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "memory/ingest/chunk.h"
#include "memory/ingest/transcript.h"
#include "memory/model/render.h"

namespace holdfast::memory {

// A chunk, or of a chunk of one message bytes [begin, end) of what may be sent of it.
struct Piece {
  Chunk chunk;
  std::size_t begin = 0;
  std::size_t end = std::string::npos;
  std::size_t continued = 0;  // how many replies broke off before this rest

  [[nodiscard]] bool part() const { return begin != 0 || end != std::string::npos; }
};

// Two pieces that together are the piece, in order: halves of its messages, by length, the second with the end of the
// first as context; else the one message without its context; else its text cut at the paragraph, line, sentence or
// word nearest to the middle. A piece with nothing new to read is left out. Empty when there is nothing left to halve.
[[nodiscard]] std::vector<Piece> halves(const Transcript& transcript, const Piece& piece, bool redact);

// What is left of a piece whose reply broke off, when the last of its messages that anything was read out of is `read`:
// from that message on, or the one after where that would be the whole piece again. None when nothing is left.
[[nodiscard]] std::optional<Piece> rest_of(const Transcript& transcript, const Piece& piece, std::size_t read);

// The messages of a piece as they are to be shown, context first.
[[nodiscard]] std::vector<ShownMessage> shown_messages(const Transcript& transcript, const Piece& piece);

}  // namespace holdfast::memory
