// Any bytes as a text, and as a vocabulary: must not crash, and must give places that lie in the text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "models/embedded/wordpiece.h"

namespace {

void demand(bool condition) {
  if (!condition) std::abort();
}

using holdfast::models::Tokens;
using holdfast::models::WordPiece;

const WordPiece& known() {
  static const WordPiece made =
      WordPiece::make(
          "[UNK]\n[CLS]\n[SEP]\na\nb\nab\n##a\n##b\n##ab\n,\n[\ne\n##e\n한\n\xE1\x84\x92\n##\xE1\x85\xA1\n中\n0\n##0")
          .value();
  return made;
}

void read(const WordPiece& pieces, std::string_view text) {
  const Tokens tokens = pieces.tokenize(text);
  demand(tokens.ids.size() == tokens.spans.size());
  std::uint32_t at = 0;
  for (std::size_t i = 0; i < tokens.ids.size(); ++i) {
    const auto [begin, end] = tokens.spans[i];
    demand(tokens.ids[i] < pieces.size() && begin >= at && begin < end && end <= text.size());
    at = begin;
  }
  const std::size_t few = tokens.ids.size() / 2;
  const Tokens first = pieces.tokenize(text, few);
  demand(first.ids.size() == few);
  for (std::size_t i = 0; i < few; ++i) demand(first.ids[i] == tokens.ids[i] && first.spans[i] == tokens.spans[i]);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  read(known(), input);

  const std::size_t run = size == 0 ? 1 : data[0] % 16U + 1;
  const auto pieces = known().pieces(input, run, run / 2 + 1, 100'000);
  demand(!pieces.empty());
  const char* reached = input.data();
  for (const std::string_view piece : pieces) {
    demand(piece.data() >= input.data() && piece.data() <= reached);
    if (piece.data() + piece.size() > reached) reached = piece.data() + piece.size();
    demand(!holdfast::valid_utf8(input) || holdfast::valid_utf8(piece));
  }
  demand(reached == input.data() + input.size());

  constexpr std::string_view kSigns = "[UNK]\n[CLS]\n[SEP]\n";
  if (const auto made = WordPiece::make(std::string(kSigns).append(input))) read(*made, input);
  return 0;
}
