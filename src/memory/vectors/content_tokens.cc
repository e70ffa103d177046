#include "memory/vectors/content_tokens.h"

#include <algorithm>
#include <string>

#include "base/utf8.h"
#include "language/characters.h"
#include "language/lexicon.h"

namespace holdfast::memory {
namespace {

bool has_letter_or_digit(std::string_view token) {
  for (std::size_t at = 0; at < token.size();) {
    const language::CharClass kind = language::classify(next_code_point(token, at));
    if (kind != language::CharClass::kSeparator && kind != language::CharClass::kIgnorable) return true;
  }
  return false;
}

}  // namespace

std::vector<bool> content_tokens(std::string_view text, std::span<const models::TokenSpan> spans) {
  std::vector<bool> keep(spans.size(), false);
  // The tokens of one word stand side by side; an apostrophe between letters belongs to the word.
  const auto part_of_word = [&](std::size_t at) {
    const std::string_view token = text.substr(spans[at].begin, spans[at].end - spans[at].begin);
    return has_letter_or_digit(token) || token == "'" || token == "’";
  };
  bool any = false;
  for (std::size_t first = 0; first < spans.size();) {
    std::size_t last = first;
    if (part_of_word(first)) {
      while (last + 1 < spans.size() && spans[last + 1].begin <= spans[last].end && part_of_word(last + 1)) ++last;
    }
    std::string word(text.substr(spans[first].begin, spans[last].end - spans[first].begin));
    std::ranges::transform(word, word.begin(), language::ascii_lower);
    if (!language::is_stop_word(word)) {
      for (std::size_t at = first; at <= last; ++at) {
        keep[at] = has_letter_or_digit(text.substr(spans[at].begin, spans[at].end - spans[at].begin));
        any = any || keep[at];
      }
    }
    first = last + 1;
  }
  if (!any) keep.assign(spans.size(), true);
  return keep;
}

}  // namespace holdfast::memory
