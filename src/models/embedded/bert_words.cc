#include "models/embedded/bert_words.h"

#include <utf8proc.h>

#include <algorithm>

#include "base/utf8.h"

namespace holdfast::models {
namespace {

enum class Kind : std::uint8_t { kDropped, kSpace, kMark, kLetter };  // kMark: punctuation, a word by itself

constexpr std::array<Kind, 128> kAscii = [] {
  std::array<Kind, 128> kinds = {};
  for (std::size_t c = 0; c < kinds.size(); ++c) {
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    const bool letter = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    kinds[c] = space ? Kind::kSpace : c < 0x20 || c == 127 ? Kind::kDropped : letter ? Kind::kLetter : Kind::kMark;
  }
  return kinds;
}();

int category(char32_t c) { return utf8proc_get_property(static_cast<utf8proc_int32_t>(c))->category; }

Kind kind_of(char32_t c) {
  if (c < kAscii.size()) return kAscii[c];
  switch (category(c)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CS:
      return Kind::kDropped;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return Kind::kSpace;
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
      return Kind::kMark;
    default:
      return Kind::kLetter;
  }
}

// Han alone: BERT leaves Japanese kana and Korean in their words. U+2B820 to U+2B91F are missing in the tokenizer that
// the model was made with.
bool is_chinese(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x2A6DF) ||
         (c >= 0x2A700 && c <= 0x2B73F) || (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B920 && c <= 0x2CEAF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

void append_bytes(BertWord& word, std::string_view bytes, std::uint32_t begin, std::uint32_t end) {
  if (word.characters == 0) word.begin = begin;
  word.end = end;
  if (++word.characters > BertWord::kMostCharacters) return;
  for (const char byte : bytes) {
    word.bytes[word.size] = byte;
    word.begins[word.size] = begin;
    word.ends[word.size] = end;
    ++word.size;
  }
}

void append(BertWord& word, char32_t c, std::uint32_t begin, std::uint32_t end) {
  std::array<utf8proc_uint8_t, 4> bytes = {};
  const auto size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(c), bytes.data());
  append_bytes(word, {reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size)}, begin, end);
}

}  // namespace

BertWords::BertWords(std::string_view text) : text_(first_bytes(text, UINT32_MAX)) {}

bool BertWords::next(BertWord& word) {
  word.size = 0;
  word.characters = 0;
  while (true) {
    while (used_ == count_ && at_ < text_.size() && static_cast<unsigned char>(text_[at_]) < kAscii.size()) {
      const char c = text_[at_];
      const Kind kind = kAscii[static_cast<unsigned char>(c)];
      if (word.characters > 0 && (kind == Kind::kSpace || kind == Kind::kMark)) return true;
      const auto begin = static_cast<std::uint32_t>(at_++);
      if (kind == Kind::kDropped || kind == Kind::kSpace) continue;
      const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      append_bytes(word, {&lower, 1}, begin, begin + 1);
      if (kind == Kind::kMark) return true;
    }
    if (used_ == count_) {
      if (at_ >= text_.size()) return word.characters > 0;
      load();
      continue;
    }
    const char32_t c = decomposed_[used_];
    const Kind kind = kind_of(c);
    const bool alone = alone_ || kind == Kind::kMark;
    if (word.characters > 0 && (alone || kind == Kind::kSpace)) return true;
    ++used_;
    if (kind == Kind::kSpace) continue;
    append(word, c, begin_, static_cast<std::uint32_t>(at_));
    if (alone) return true;
  }
}

// Leaves `decomposed_` empty when the character is dropped.
void BertWords::load() {
  begin_ = static_cast<std::uint32_t>(at_);
  used_ = count_ = 0;
  const char32_t c = next_code_point(text_, at_);
  if (c == U'\uFFFD' || kind_of(c) == Kind::kDropped) return;
  alone_ = is_chinese(c);

  std::array<utf8proc_int32_t, 8> parts = {};
  int boundary = 0;
  const utf8proc_ssize_t found =
      utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), parts.data(),
                              static_cast<utf8proc_ssize_t>(parts.size()), UTF8PROC_DECOMPOSE, &boundary);
  const std::size_t size = found < 0 ? 0 : std::min(static_cast<std::size_t>(found), parts.size());
  for (std::size_t i = 0; i < size; ++i) {
    if (category(static_cast<char32_t>(parts[i])) == UTF8PROC_CATEGORY_MN) continue;
    decomposed_[count_++] = static_cast<char32_t>(utf8proc_tolower(parts[i]));
  }
}

}  // namespace holdfast::models
