// From text to words, and from words to index terms.
//
// Documents and queries must go through the same calls: a term is only a key, and not always a readable word.
// Everything here is linear in the text, allocates nothing but what it returns, accepts any bytes (malformed UTF-8
// separates words) and may be called from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "language/sink.h"

namespace holdfast::language {

// A word longer than this many bytes is cut there, and what is left of it is the next word.
inline constexpr std::size_t kMaxWordBytes = 128;

struct Word {
  // Folded: lower case, without accents, full-width forms as plain ones, ’ as '. Thousands separators are gone
  // ("1,200" is "1200"). Valid during the call only.
  std::string_view text;
  // Where it stands in the text given, in bytes.
  std::size_t begin = 0;
  std::size_t end = 0;
  // Made of several: an identifier, version, path, URL, e-mail address, hyphenated word, decimal, date, time,
  // percentage.
  bool compound = false;
  // A piece of the compound that was given before it: a caller that wants each stretch of text once skips these.
  bool part = false;
};

using WordSink = Sink<const Word&>;
using TermSink = Sink<std::string_view>;

// Gives each word in the order of the text.
//
// After a compound come its parts, with `part` set and ranges inside it, taken apart at the strongest boundary first:
// "src/getUser.cc" gives itself, then src, getuser.cc, getuser, get, user, cc; "3.11.7" itself and 3.11; "2026-04-14"
// itself, 2026 and 2026-04; "14th" itself and 14. Parts of one letter are left out. The case that tells camelCase apart
// is lost by folding, which is why parts are made here and not from the folded word.
//
// Chinese, Japanese and Korean, which a scanner cannot cut into words, give each pair of neighbours (東京都: 東京,
// 京都), and one character when it stands alone.
void for_each_word(std::string_view text, WordSink sink);

// The index terms of one word as given by for_each_word: none for a stop word, the Porter stem of a plain one (a
// possessive 's dropped), a compound whole (a hyphenated word without its hyphens: e-mail and email are one). The terms
// of the parts come from the parts. What is passed to the sink is valid during the call only.
void terms_of_word(std::string_view folded, bool compound, TermSink sink);

// Both of the above: every term of `text`, in order, repeated as often as it occurs.
[[nodiscard]] std::vector<std::string> terms(std::string_view text);

// The folding alone, over a whole text: lower case, no accents; everything else as it stands.
[[nodiscard]] std::string fold(std::string_view text);

}  // namespace holdfast::language
