// Names in text: of people, places and products, and of things in code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::language {

struct NameMention {
  enum Kind : std::uint8_t { proper, identifier, path, url, email, version };

  std::size_t begin = 0;  // in bytes; without backticks or a possessive 's
  std::size_t end = 0;
  std::string text;  // as written
  Kind kind = proper;
};

// The names of `text`, in order, not overlapping. A run of capitalised words is one name ("Anna de Vries"). The first
// word of a sentence counts only when it is not a common word that is capitalised for standing there. Months, weekdays
// and "I" are not names. Linear; any thread.
[[nodiscard]] std::vector<NameMention> find_names(std::string_view text);

}  // namespace holdfast::language
