// A statement as the rules of the builtin stages read it: words in lower case, and the punctuation between them.
//
// Not the words of the search index (language/words.h): rules match what was written ("don't", "--json", "2:15"), and
// need the commas.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::memory {

struct Token {
  std::string_view text;  // lower case, ’ as ', without surrounding punctuation; valid as long as its Tokens
  std::size_t begin = 0;  // of the text given, in bytes
  std::size_t end = 0;
  char before = 0;       // what stands between it and the word before: one of  , . : ; ? ! ( ) " = > -  or 0.
  char after = 0;        // the same towards the next word. '>' is an arrow, '-' a dash, '\n' a line break
  bool capital = false;  // begins with A–Z
  bool digit = false;    // begins with a digit, or a currency or number sign and a digit
  bool code = false;     // stood between backticks, all of it as one token
  bool quoted = false;   // stood between double quotation marks
};

// Splits a text. Linear; takes any bytes.
class Tokens {
 public:
  explicit Tokens(std::string_view text);
  Tokens(const Tokens&) = delete;
  Tokens& operator=(const Tokens&) = delete;

  [[nodiscard]] std::size_t size() const { return tokens_.size(); }
  [[nodiscard]] bool empty() const { return tokens_.empty(); }
  [[nodiscard]] const Token& operator[](std::size_t at) const { return tokens_[at]; }
  [[nodiscard]] auto begin() const { return tokens_.begin(); }
  [[nodiscard]] auto end() const { return tokens_.end(); }
  // The word at `at`, or "" beyond either end: patterns look around without asking where they are.
  [[nodiscard]] std::string_view word(std::ptrdiff_t at) const;
  [[nodiscard]] std::string_view source() const { return source_; }
  [[nodiscard]] bool emoji() const { return emoji_; }

 private:
  std::string_view source_;
  std::string lower_;
  std::vector<Token> tokens_;
  bool emoji_ = false;
};

// Whether `word` is one of the words of `list`, which are separated by single spaces. For short lists.
[[nodiscard]] bool is_one_of(std::string_view word, std::string_view list);

}  // namespace holdfast::memory
