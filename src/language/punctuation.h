// The punctuation around words.
#pragma once

#include <cstddef>
#include <string_view>

#include "language/characters.h"

namespace holdfast::language {

// Bytes of opening punctuation at the start of `chunk`, or of closing punctuation at its end; 0 if there is none.
[[nodiscard]] inline std::size_t opening_size(std::string_view chunk) {
  if (chunk.empty()) return 0;
  if (std::string_view("([{<\"'*,;:!?=").contains(chunk[0])) return 1;
  for (const std::string_view mark : {"“", "‘", "„", "—", "–", "…"})
    if (chunk.starts_with(mark)) return mark.size();
  return chunk.starts_with("«") || chunk.starts_with("¿") || chunk.starts_with("¡") ? 2 : 0;
}
[[nodiscard]] inline std::size_t closing_size(std::string_view chunk) {
  if (chunk.empty()) return 0;
  if (std::string_view(")]}>\"'*.,;:!?").contains(chunk.back())) return 1;
  for (const std::string_view mark : {"”", "’", "“", "—", "–", "…"})
    if (chunk.ends_with(mark)) return mark.size();
  return chunk.ends_with("»") ? 2 : 0;
}

}  // namespace holdfast::language
