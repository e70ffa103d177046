// What the network reads for one input, and what becomes of the vectors it gives back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/embedded/wordpiece.h"
#include "models/encoder.h"

namespace holdfast::models {

// [CLS] context own [SEP], at most kPositions ids. What is too much is cut from the context, its oldest tokens first,
// and then from the end of the text.
struct Sequence {
  std::vector<std::uint32_t> ids;
  std::size_t own_begin = 0;  // the text's own tokens are ids [own_begin, own_end)
  std::size_t own_end = 0;
  std::vector<TokenSpan> spans;  // [own_end − own_begin]
  bool has_context = false;
};

[[nodiscard]] Sequence make_sequence(const WordPiece& vocabulary, const EncoderInput& input);

// `hidden`: the last layer, [ids · kWidth]. The pooled vector is the mean over all of it, as sentence-transformers has
// it, but over the text's own tokens alone where there was context (unless the text has none).
[[nodiscard]] Encoding make_encoding(Sequence&& sequence, std::span<const float> hidden, bool tokens);

}  // namespace holdfast::models
