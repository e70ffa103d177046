#include "language/characters.h"

#include <algorithm>
#include <iterator>

namespace holdfast::language {
namespace {

// One character per code point: its base letter, '.' for none, '?' for a pair of letters.
constexpr std::string_view kLatin =  // U+00C0–U+024F
    "aaaaaa?ceeeeiiiidnooooo.ouuuuy??aaaaaa?ceeeeiiiidnooooo.ouuuuy?yaaaaaaccccccccddddeeeeeeeeeegggg"
    "gggghhhhiiiiiiiiii??jjkkkllllll..llnnnnnn?nnoooooo??rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"
    "bbbb...ccdddd.e..ffg...ikkl..nnooo..pp.....ttttuu.vyyzz.............?????????aaiioouuuuuuuuuueaa"
    "aa..ggggkkoooo..j???gg..nnaa..ooaaaaeeeeiiiioooorrrruuuusstt..hhn...zzaaeeooooooooyy.........l.."
    "...b............";
constexpr std::string_view kLatinAdditional =  // U+1E00–U+1EFF
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrr"
    "ssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy.s..?.aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
    "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";
static_assert(kLatin.size() == 0x250 - 0xC0 && kLatinAdditional.size() == 0x100);

struct Range {
  char32_t first;
  char32_t last;
  CharClass of;
};

// What is not a letter above U+007F, in order. Everything between the ranges is a letter.
constexpr Range kRanges[] = {
    {0x80, 0xA9, CharClass::kSeparator},       {0xAB, 0xAC, CharClass::kSeparator},
    {0xAD, 0xAD, CharClass::kIgnorable},       {0xAE, 0xB4, CharClass::kSeparator},
    {0xB6, 0xB9, CharClass::kSeparator},       {0xBB, 0xBF, CharClass::kSeparator},
    {0xD7, 0xD7, CharClass::kSeparator},       {0xF7, 0xF7, CharClass::kSeparator},
    {0x300, 0x36F, CharClass::kIgnorable},     {0x37E, 0x37E, CharClass::kSeparator},
    {0x387, 0x387, CharClass::kSeparator},     {0x483, 0x489, CharClass::kIgnorable},
    {0x55A, 0x55F, CharClass::kSeparator},     {0x589, 0x58F, CharClass::kSeparator},
    {0x591, 0x5BD, CharClass::kIgnorable},     {0x5BE, 0x5BE, CharClass::kSeparator},
    {0x5BF, 0x5BF, CharClass::kIgnorable},     {0x5C0, 0x5C0, CharClass::kSeparator},
    {0x5C1, 0x5C2, CharClass::kIgnorable},     {0x5C3, 0x5C3, CharClass::kSeparator},
    {0x5C4, 0x5C5, CharClass::kIgnorable},     {0x5C6, 0x5C6, CharClass::kSeparator},
    {0x5C7, 0x5C7, CharClass::kIgnorable},     {0x5F3, 0x5F4, CharClass::kSeparator},
    {0x600, 0x60F, CharClass::kSeparator},     {0x610, 0x61A, CharClass::kIgnorable},
    {0x61B, 0x61F, CharClass::kSeparator},     {0x640, 0x640, CharClass::kIgnorable},
    {0x64B, 0x65F, CharClass::kIgnorable},     {0x660, 0x669, CharClass::kDigit},
    {0x66A, 0x66D, CharClass::kSeparator},     {0x670, 0x670, CharClass::kIgnorable},
    {0x6D4, 0x6D4, CharClass::kSeparator},     {0x6D6, 0x6DC, CharClass::kIgnorable},
    {0x6F0, 0x6F9, CharClass::kDigit},         {0x964, 0x965, CharClass::kSeparator},
    {0x1100, 0x11FF, CharClass::kIdeograph},   {0x1DC0, 0x1DFF, CharClass::kIgnorable},
    {0x2000, 0x200B, CharClass::kSeparator},   {0x200C, 0x200F, CharClass::kIgnorable},
    {0x2010, 0x205F, CharClass::kSeparator},   {0x2060, 0x206F, CharClass::kIgnorable},
    {0x207A, 0x207E, CharClass::kSeparator},   {0x208A, 0x208E, CharClass::kSeparator},
    {0x20A0, 0x20CF, CharClass::kSeparator},   {0x20D0, 0x20FF, CharClass::kIgnorable},
    {0x2100, 0x2BFF, CharClass::kSeparator},   {0x2E00, 0x2E7F, CharClass::kSeparator},
    {0x2E80, 0x2FDF, CharClass::kIdeograph},   {0x2FF0, 0x3004, CharClass::kSeparator},
    {0x3005, 0x3007, CharClass::kIdeograph},   {0x3008, 0x3020, CharClass::kSeparator},
    {0x3021, 0x3029, CharClass::kIdeograph},   {0x302A, 0x302F, CharClass::kIgnorable},
    {0x3030, 0x3030, CharClass::kSeparator},   {0x3031, 0x303C, CharClass::kIdeograph},
    {0x303D, 0x3040, CharClass::kSeparator},   {0x3041, 0x3096, CharClass::kIdeograph},
    {0x3099, 0x309A, CharClass::kIgnorable},   {0x309B, 0x309C, CharClass::kSeparator},
    {0x309D, 0x309F, CharClass::kIdeograph},   {0x30A0, 0x30A0, CharClass::kSeparator},
    {0x30A1, 0x30FA, CharClass::kIdeograph},   {0x30FB, 0x30FB, CharClass::kSeparator},
    {0x30FC, 0x318E, CharClass::kIdeograph},   {0x31A0, 0x31FF, CharClass::kIdeograph},
    {0x3200, 0x33FF, CharClass::kSeparator},   {0x3400, 0x4DBF, CharClass::kIdeograph},
    {0x4DC0, 0x4DFF, CharClass::kSeparator},   {0x4E00, 0x9FFF, CharClass::kIdeograph},
    {0xA960, 0xA97F, CharClass::kIdeograph},   {0xAC00, 0xD7FF, CharClass::kIdeograph},
    {0xD800, 0xF8FF, CharClass::kSeparator},   {0xF900, 0xFAFF, CharClass::kIdeograph},
    {0xFD3E, 0xFD3F, CharClass::kSeparator},   {0xFE00, 0xFE0F, CharClass::kIgnorable},
    {0xFE10, 0xFE19, CharClass::kSeparator},   {0xFE20, 0xFE2F, CharClass::kIgnorable},
    {0xFE30, 0xFE6F, CharClass::kSeparator},   {0xFEFF, 0xFF0F, CharClass::kSeparator},
    {0xFF10, 0xFF19, CharClass::kDigit},       {0xFF1A, 0xFF20, CharClass::kSeparator},
    {0xFF3B, 0xFF40, CharClass::kSeparator},   {0xFF5B, 0xFF65, CharClass::kSeparator},
    {0xFF66, 0xFFDC, CharClass::kIdeograph},   {0xFFE0, 0xFFFF, CharClass::kSeparator},
    {0x1F000, 0x1FBFF, CharClass::kSeparator}, {0x20000, 0x3FFFF, CharClass::kIdeograph},
    {0xE0000, 0xE0FFF, CharClass::kIgnorable}, {0xF0000, 0x10FFFF, CharClass::kSeparator},
};
static_assert(std::ranges::is_sorted(kRanges, {}, &Range::first));

Folded pair(char32_t c) {
  switch (c) {
    case 0xC6:
    case 0xE6:
      return {'a', 'e'};
    case 0xDE:
    case 0xFE:
      return {'t', 'h'};
    case 0xDF:
    case 0x1E9E:
      return {'s', 's'};
    case 0x132:
    case 0x133:
      return {'i', 'j'};
    case 0x152:
    case 0x153:
      return {'o', 'e'};
    case 0x149:
      return {'n', 0};
    case 0x1C4:
    case 0x1C5:
    case 0x1C6:
      return {'d', 'z'};
    case 0x1C7:
    case 0x1C8:
    case 0x1C9:
      return {'l', 'j'};
    case 0x1CA:
    case 0x1CB:
    case 0x1CC:
      return {'n', 'j'};
    default:
      return {'d', 'z'};  // U+01F1–U+01F3
  }
}

Folded from_table(std::string_view table, char32_t c, char32_t first) {
  const char base = table[c - first];
  if (base == '?') return pair(c);
  if (base == '.') return {c, 0};
  return {static_cast<char32_t>(static_cast<unsigned char>(base)), 0};
}

char32_t fold_greek(char32_t c) {
  switch (c) {
    case 0x386:
    case 0x3AC:
      return 0x3B1;
    case 0x388:
    case 0x3AD:
      return 0x3B5;
    case 0x389:
    case 0x3AE:
      return 0x3B7;
    case 0x38A:
    case 0x390:
    case 0x3AA:
    case 0x3AF:
    case 0x3CA:
      return 0x3B9;
    case 0x38C:
    case 0x3CC:
      return 0x3BF;
    case 0x38E:
    case 0x3AB:
    case 0x3B0:
    case 0x3CB:
    case 0x3CD:
      return 0x3C5;
    case 0x38F:
    case 0x3CE:
      return 0x3C9;
    case 0x3C2:
      return 0x3C3;  // the final sigma
    default:
      return c >= 0x391 && c <= 0x3A9 ? c + 32 : c;
  }
}

char32_t fold_cyrillic(char32_t c) {
  if (c == 0x401 || c == 0x451) return 0x435;
  if (c < 0x410) return c + 80;
  if (c < 0x430) return c + 32;
  if (c < 0x460) return c;
  const bool paired = c <= 0x481 || (c >= 0x48A && c <= 0x4BF) || c >= 0x4D0;
  return paired ? c | 1U : c;
}

char32_t fold_arabic(char32_t c) {
  switch (c) {
    case 0x622:
    case 0x623:
    case 0x625:
    case 0x671:
      return 0x627;
    case 0x629:
      return 0x647;
    case 0x649:
      return 0x64A;
    default:
      break;
  }
  if (c >= 0x660 && c <= 0x669) return c - 0x660 + '0';
  if (c >= 0x6F0 && c <= 0x6F9) return c - 0x6F0 + '0';
  return c;
}

}  // namespace

CharClass classify(char32_t c) {
  if (c < 0x80) {
    const char ascii = static_cast<char>(c);
    return is_ascii_letter(ascii)  ? CharClass::kLetter
           : is_ascii_digit(ascii) ? CharClass::kDigit
                                   : CharClass::kSeparator;
  }
  const auto* range = std::ranges::lower_bound(kRanges, c, {}, &Range::last);
  return range != std::end(kRanges) && range->first <= c ? range->of : CharClass::kLetter;
}

Folded fold_character(char32_t c) {
  if (c < 0x80) return {static_cast<char32_t>(static_cast<unsigned char>(ascii_lower(static_cast<char>(c)))), 0};
  if (c < 0xC0) return {c, 0};
  if (c < 0x250) return from_table(kLatin, c, 0xC0);
  if (c >= 0x370 && c < 0x400) return {fold_greek(c), 0};
  if (c >= 0x400 && c < 0x530) return {fold_cyrillic(c), 0};
  if (c >= 0x531 && c <= 0x556) return {c + 48, 0};  // Armenian
  if (c >= 0x600 && c < 0x700) return {fold_arabic(c), 0};
  if (c >= 0x1E00 && c < 0x1F00) return from_table(kLatinAdditional, c, 0x1E00);
  if (c >= 0xFF01 && c <= 0xFF5E) return fold_character(c - 0xFEE0);
  return {c, 0};
}

}  // namespace holdfast::language
