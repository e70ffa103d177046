// Quantities in text, in one written form, so that "1.2k", "1,200" and "twelve hundred" can be told to be the same.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::language {

struct NumberMention {
  std::size_t begin = 0;  // in bytes; with its sign, currency sign and unit
  std::size_t end = 0;
  std::string canonical;  // plain decimal without separators or superfluous zeros: "1200", "4.5", "-3"
  std::string unit;       // "%", "eur", "usd", "ms", "gb", "km", … or "": lower case, singular
  bool word = false;      // written out: "three", "a dozen"
};

// The numbers of `text`, in order. Not numbers: parts of identifiers, versions, dates and times ("v1.2", "python3",
// "2026-04-14", "10:30"), ordinals, "one" as a pronoun next to nothing countable. Linear; any thread.
[[nodiscard]] std::vector<NumberMention> find_numbers(std::string_view text);

}  // namespace holdfast::language
