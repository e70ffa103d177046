// "I prefer" → "The user prefers": the first person, resolved to who speaks.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::memory {

struct ResolvedSpeaker {
  std::string text;
  bool changed = false;  // a word of the first person was replaced
};

// Replaces I, me, my, mine and myself, with the verb made to agree: am → is, have → has, "I've", "I'll", "I'd", "I go
// and work" → "… goes and works". `name` is the speaker's, or "" for the user. Code and quotations stay as they are,
// and so does "we", which names nobody. Linear.
[[nodiscard]] ResolvedSpeaker resolve_speaker(std::string_view text, std::string_view name);

// The third person singular of a verb's base form: go → goes, carry → carries, have → has.
[[nodiscard]] std::string third_person(std::string_view verb);

}  // namespace holdfast::memory
