#include <algorithm>
#include <array>

#include "language/characters.h"
#include "language/lexicon.h"
#include "language/porter.h"
#include "language/words.h"

namespace holdfast::language {
namespace {

bool is_plain(char c) { return is_ascii_lower(c) || c == '-' || c == '\''; }

}  // namespace

void terms_of_word(std::string_view folded, bool compound, TermSink sink) {
  if (!compound && is_stop_word(folded)) return;
  if (folded.ends_with("'s")) folded.remove_suffix(2);
  if (folded.empty()) return;
  if (folded.size() > kMaxWordBytes || !std::all_of(folded.begin(), folded.end(), is_plain)) {
    sink(folded);
    return;
  }
  std::array<char, kMaxWordBytes> letters;
  std::size_t size = 0;
  for (const char c : folded) {
    if (is_ascii_lower(c)) letters[size++] = c;
  }
  sink({letters.data(), porter_stem(letters.data(), size)});
}

std::vector<std::string> terms(std::string_view text) {
  std::vector<std::string> found;
  for_each_word(text, [&](const Word& word) {
    terms_of_word(word.text, word.compound, [&](std::string_view term) { found.emplace_back(term); });
  });
  return found;
}

}  // namespace holdfast::language
