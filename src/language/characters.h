// Unicode as far as words need it: the class and the folded form of a code point, from compact built-in tables.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace holdfast::language {

enum class CharClass : std::uint8_t {
  kSeparator,  // spaces, punctuation, symbols, emoji, malformed bytes
  kLetter,     // letters of scripts that put spaces between words, and of all scripts not known here
  kDigit,      // 0–9, also full-width
  kIdeograph,  // Han, Hiragana, Katakana, Hangul: no spaces to go by
  kIgnorable,  // combining marks, joiners, vowel points: no part of the folded word, but do not end it
};

[[nodiscard]] CharClass classify(char32_t c);

// The lower-case form without accents: one code point, or two for ligatures (ß → ss, œ → oe); `second` is 0 otherwise.
struct Folded {
  char32_t first = 0;
  char32_t second = 0;
};
[[nodiscard]] Folded fold_character(char32_t c);

[[nodiscard]] constexpr bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
[[nodiscard]] constexpr bool is_ascii_upper(char c) { return c >= 'A' && c <= 'Z'; }
[[nodiscard]] constexpr bool is_ascii_lower(char c) { return c >= 'a' && c <= 'z'; }
[[nodiscard]] constexpr bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_ascii_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
[[nodiscard]] constexpr char ascii_lower(char c) { return is_ascii_upper(c) ? static_cast<char>(c + 32) : c; }
// Letters and digits; any byte of a longer UTF-8 sequence counts as a letter.
[[nodiscard]] constexpr bool is_word_byte(char c) {
  return is_ascii_letter(c) || is_ascii_digit(c) || (static_cast<unsigned char>(c) & 0x80U) != 0;
}

}  // namespace holdfast::language
