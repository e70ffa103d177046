#include "memory/ingest/tokens.h"

#include "language/characters.h"

namespace holdfast::memory {
namespace {

using language::is_ascii_digit;
using language::is_ascii_letter;
using language::is_ascii_upper;
using language::is_word_byte;

// A mark that is written with several bytes, as the one-byte mark that means the same; 0 for none.
struct WideMark {
  char mark = 0;
  std::size_t bytes = 0;
};

WideMark wide_mark(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  if (byte(at) == 0xE2 && byte(at + 1) == 0x80) {
    switch (byte(at + 2)) {
      case 0x98:
      case 0x99:
        return {'\'', 3};
      case 0x9C:
      case 0x9D:
      case 0x9E:
        return {'"', 3};
      case 0x93:
      case 0x94:
        return {'-', 3};
      case 0xA6:
        return {'.', 3};
      default:
        return {' ', 3};
    }
  }
  if (byte(at) == 0xE2 && byte(at + 1) == 0x86 && byte(at + 2) == 0x92) return {'>', 3};
  if (byte(at) == 0xE2 && byte(at + 1) == 0x87 && byte(at + 2) == 0x92) return {'>', 3};
  return {};
}

bool is_emoji(std::string_view text, std::size_t at) {
  return at + 3 < text.size() && static_cast<unsigned char>(text[at]) == 0xF0 &&
         static_cast<unsigned char>(text[at + 1]) == 0x9F;
}

bool is_joiner(char c) {
  return c == '\'' || c == '-' || c == '.' || c == '/' || c == '_' || c == ':' || c == '@' || c == '#' || c == '+' ||
         c == '&' || c == '*' || c == '~';
}

bool is_mark(char c) {
  return c == ',' || c == '.' || c == ':' || c == ';' || c == '?' || c == '!' || c == '(' || c == ')' || c == '"' ||
         c == '=' || c == '>';
}

// The stronger of two marks that stand together, so that ").", "->" and ", -" are what a reader takes them for.
char stronger(char a, char b) {
  constexpr std::string_view kOrder = "?!.;=>:\n-()\",";
  if (a == 0) return b;
  if (b == 0) return a;
  return kOrder.find(a) <= kOrder.find(b) ? a : b;
}

}  // namespace

Tokens::Tokens(std::string_view text) : source_(text) {
  lower_.reserve(text.size());
  tokens_.reserve(text.size() / 5 + 1);
  char before = 0;
  bool quoted = false;
  const auto mark = [&](char c) {
    before = stronger(before, c);
    if (!tokens_.empty()) tokens_.back().after = stronger(tokens_.back().after, c);
  };
  const auto add = [&](std::size_t begin, std::size_t end, std::size_t lower_begin, bool code) {
    Token token;
    token.text = std::string_view(lower_).substr(lower_begin);
    token.begin = begin;
    token.end = end;
    token.before = before;
    token.capital = is_ascii_upper(text[begin]);
    token.digit = is_ascii_digit(text[begin]) || (token.text.size() > 1 && !is_ascii_letter(text[begin]) &&
                                                  token.text.find_first_of("0123456789") != std::string_view::npos &&
                                                  token.text.find_first_of("0123456789") <= 3);
    token.code = code;
    token.quoted = quoted;
    tokens_.push_back(token);
    before = 0;
  };
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '`') {
      const std::size_t close = text.find('`', at + 1);
      if (close != std::string_view::npos && close > at + 1) {
        const std::size_t lower_begin = lower_.size();
        for (std::size_t i = at + 1; i < close; ++i) lower_ += language::ascii_lower(text[i]);
        add(at + 1, close, lower_begin, true);
        at = close + 1;
        continue;
      }
    }
    if (const WideMark wide = wide_mark(text, at); wide.bytes != 0) {
      if (wide.mark == '"') quoted = !quoted;
      if (wide.mark != ' ' && wide.mark != '\'') mark(wide.mark);
      at += wide.bytes;
      continue;
    }
    if (is_emoji(text, at)) {
      emoji_ = true;
      at += 4;
      continue;
    }
    const char next = at + 1 < text.size() ? text[at + 1] : ' ';
    const bool opens = (c == '$' || c == '#' || c == '@' || c == '~' || c == '/' || c == '.' || c == '+' || c == '-') &&
                       (is_word_byte(next) || (c == next && c == '-') || (c == '~' && next == '/')) &&
                       (at == 0 || !is_word_byte(text[at - 1]));
    if (is_word_byte(c) ||
        (opens && !(c == '-' && next == '-' && (at + 2 >= text.size() || !is_word_byte(text[at + 2]))))) {
      const std::size_t begin = at;
      const std::size_t lower_begin = lower_.size();
      if (!is_word_byte(c)) {
        lower_ += c;
        ++at;
        if (at < text.size() && !is_word_byte(text[at])) lower_ += text[at++];
      }
      while (at < text.size()) {
        if (is_emoji(text, at)) break;
        if (const WideMark wide = wide_mark(text, at); wide.bytes != 0) {
          if (wide.mark != '\'' || at + 3 >= text.size() || !is_word_byte(text[at + 3])) break;
          lower_ += '\'';
          at += wide.bytes;
        } else if (is_word_byte(text[at])) {
          lower_ += language::ascii_lower(text[at++]);
        } else if (is_joiner(text[at]) && at + 1 < text.size() && is_word_byte(text[at + 1])) {
          lower_ += text[at++];
        } else if (text[at] == '%' || text[at] == '+') {
          lower_ += text[at++];
        } else {
          break;
        }
      }
      add(begin, at, lower_begin, false);
      continue;
    }
    if (c == '"') {
      quoted = !quoted;
      mark('"');
    } else if (c == '\n') {
      mark('\n');
    } else if (c == '-') {
      mark(next == '>' ? '>' : '-');
    } else if (is_mark(c)) {
      mark(c);
    }
    ++at;
  }
}

std::string_view Tokens::word(std::ptrdiff_t at) const {
  if (at < 0 || static_cast<std::size_t>(at) >= tokens_.size()) return {};
  return tokens_[static_cast<std::size_t>(at)].text;
}

bool is_one_of(std::string_view word, std::string_view list) {
  if (word.empty()) return false;
  for (std::size_t at = list.find(word); at != std::string_view::npos; at = list.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' ')) return true;
  }
  return false;
}

}  // namespace holdfast::memory
