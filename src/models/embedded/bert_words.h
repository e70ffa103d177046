// Cuts a text into the words that WordPiece reads, as BERT's "uncased" models were trained: control characters are
// dropped, letters lower-cased, accents taken off, and every punctuation mark and Chinese character is a word by
// itself.
//
// The rules are those of Hugging Face's BertNormalizer and BertPreTokenizer (clean_text, handle_chinese_chars,
// strip_accents, lowercase), found by comparing every code point and the texts of testdata/tokens.jsonl. Categories are
// utf8proc's (Unicode 15), theirs are of Unicode 8: 568 code points come out differently, marks and punctuation of rare
// scripts that were added or reclassified since.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace holdfast::models {

// A word as the model reads it, and where each of its bytes comes from. A character that decomposes (é, 한) gives
// several, all from the same place.
struct BertWord {
  static constexpr std::size_t kMostCharacters = 100;

  std::array<char, 4 * kMostCharacters> bytes;            // UTF-8
  std::array<std::uint32_t, 4 * kMostCharacters> begins;  // for each byte: where its character begins in the text,
  std::array<std::uint32_t, 4 * kMostCharacters> ends;    // and where it ends
  std::size_t size = 0;                                   // bytes in use
  std::size_t characters = 0;                             // beyond kMostCharacters they are counted, but not kept
  std::uint32_t begin = 0;                                // of the whole word, in the text
  std::uint32_t end = 0;

  [[nodiscard]] std::string_view text() const { return {bytes.data(), size}; }
};

// Reads one text from its beginning to its end; bytes from 4 GiB on are left unread. Malformed UTF-8 is dropped. `text`
// must outlive the reader.
class BertWords {
 public:
  explicit BertWords(std::string_view text);

  // The next word in `word`, never empty; false at the end of the text.
  [[nodiscard]] bool next(BertWord& word);

 private:
  void load();

  std::string_view text_;
  std::size_t at_ = 0;  // behind the character that is in `decomposed_`
  std::uint32_t begin_ = 0;
  std::array<char32_t, 8> decomposed_ = {};  // of one character of the text
  std::size_t count_ = 0;
  std::size_t used_ = 0;
  bool alone_ = false;  // it is Chinese: a word by itself
};

}  // namespace holdfast::models
