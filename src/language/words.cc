#include "language/words.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "base/utf8.h"
#include "language/characters.h"
#include "language/compounds.h"

namespace holdfast::language {
namespace {

bool is_connector(char c) {
  switch (c) {
    case '_':
    case '.':
    case '-':
    case '/':
    case '\\':
    case ':':
    case '@':
    case '&':
      return true;
    default:
      return false;
  }
}

bool is_url_connector(char c) { return is_connector(c) || std::string_view("~?#=%+,;!$*").contains(c); }

class Scanner {
 public:
  Scanner(std::string_view text, WordSink sink) : text_(text), sink_(sink) {}

  void run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if ((static_cast<unsigned char>(c) & 0x80U) == 0) {
        if (is_ascii_letter(c)) {
          if (!plain_word()) compound_or_word();
        } else if (is_ascii_digit(c)) {
          compound_or_word();
        } else {
          ++at_;
        }
        continue;
      }
      std::size_t next = at_;
      switch (classify(next_code_point(text_, next))) {
        case CharClass::kLetter:
        case CharClass::kDigit:
          compound_or_word();
          break;
        case CharClass::kIdeograph:
          ideographs();
          break;
        case CharClass::kSeparator:
        case CharClass::kIgnorable:
          at_ = next;
          break;
      }
    }
  }

 private:
  // By far the most words are ASCII letters between spaces: no need for atoms.
  bool plain_word() {
    std::size_t end = at_;
    const std::size_t limit = std::min(text_.size(), at_ + kMaxWordBytes);
    while (end < limit && is_ascii_letter(text_[end]) && (end == at_ || is_ascii_lower(text_[end]))) {
      plain_[end - at_] = ascii_lower(text_[end]);
      ++end;
    }
    if (end < text_.size()) {
      const char stop = text_[end];
      const bool space = is_ascii_space(stop) || stop == ',' || stop == ')' || stop == '"' || stop == '!';
      const bool last_stop = stop == '.' && (end + 1 == text_.size() || is_ascii_space(text_[end + 1]));
      if (!space && !last_stop) return false;
    }
    sink_({.text = {plain_.data(), end - at_}, .begin = at_, .end = end});
    at_ = end;
    return true;
  }

  void ideographs() {
    std::size_t previous_begin = at_;
    std::size_t previous_size = 0;  // of the folded previous character, at the start of the buffer
    bool paired = false;
    while (at_ < text_.size()) {
      std::size_t next = at_;
      const char32_t c = next_code_point(text_, next);
      const CharClass of = classify(c);
      if (of == CharClass::kIgnorable) {
        at_ = next;
        continue;
      }
      if (of != CharClass::kIdeograph) break;
      const std::size_t size = next - at_;
      std::memcpy(plain_.data() + previous_size, text_.data() + at_, size);
      if (previous_size > 0) {
        sink_({.text = {plain_.data(), previous_size + size}, .begin = previous_begin, .end = next});
        std::memmove(plain_.data(), plain_.data() + previous_size, size);
        paired = true;
      }
      previous_begin = at_;
      previous_size = size;
      at_ = next;
    }
    if (!paired && previous_size > 0)
      sink_({.text = {plain_.data(), previous_size}, .begin = previous_begin, .end = previous_begin + previous_size});
  }

  void compound_or_word() {
    begin_ = at_;
    word_.clear();
    url_ = false;
    Join join = kSlash;
    for (;;) {
      atom(join);
      if (full() || at_ >= text_.size()) break;
      const std::size_t length = connector(join);
      if (length == 0 || at_ + length - begin_ >= kMaxWordBytes) break;
      for (std::size_t i = 0; i < length; ++i) word_.put(text_[at_ + i]);
      at_ += length;
    }
    const bool marked = suffix();
    at_ = std::max(at_, word_.give(marked, at_, sink_));
  }

  [[nodiscard]] bool full() const { return at_ - begin_ >= kMaxWordBytes; }

  // Reads letters and digits, starting a further atom where the case or the kind of character changes.
  void atom(Join join) {
    enum Kind : std::uint8_t { kNone, kLower, kUpper, kDigit, kOther };
    Kind previous = kNone;
    std::size_t start = at_;
    std::size_t start_folded = word_.size();
    std::size_t uppers = 0;
    bool digits = true;
    bool unit = false;       // this atom is letters after a number: "20ms"
    std::size_t number = 0;  // index of that number's atom
    const auto close = [&](std::size_t end, std::size_t folded_end) {
      if (end == start) return;
      word_.add({start, end, start_folded, folded_end, join, digits});
      start = end;
      start_folded = folded_end;
      join = kCase;
      digits = true;
    };
    std::size_t last_end = at_;  // of the character before, and where its folded form began
    std::size_t last_begin = at_;
    std::size_t last_folded = word_.size();
    while (at_ < text_.size() && !full()) {
      std::size_t next = at_;
      const char32_t c = next_code_point(text_, next);
      const CharClass of = classify(c);
      if (of == CharClass::kIgnorable) {
        at_ = next;
        continue;
      }
      if (of == CharClass::kLetter) {
        const Kind kind = c >= 0x80 ? kOther : c >= 'A' && c <= 'Z' ? kUpper : kLower;
        if (previous == kDigit && digits && last_end > start && !unit) {
          number = word_.atoms();
          close(at_, word_.size());
          unit = true;
        } else if (kind == kUpper && (previous == kLower || (previous == kDigit && !unit))) {
          close(at_, word_.size());
        } else if (kind == kLower && previous == kUpper && uppers >= 2 && !plural(next)) {
          close(last_begin, last_folded);
        }
        uppers = kind == kUpper ? uppers + 1 : 0;
        digits = false;
        previous = kind;
      } else if (of == CharClass::kDigit) {
        if (unit) {  // "47fdb98" is no number with a unit
          start = word_.atom(number).begin;
          start_folded = word_.atom(number).folded_begin;
          join = word_.atom(number).join;
          word_.keep_atoms(number);
          digits = false;
          unit = false;
        }
        previous = kDigit;
        uppers = 0;
      } else {
        if (const std::size_t length = apostrophe(); length > 0 && previous != kNone && previous != kDigit) {
          word_.put('\'');
          last_begin = at_;
          at_ += length;
          last_end = at_;
          previous = kOther;
          uppers = 0;
          continue;
        }
        if (c == ',' && digits && thousands()) {
          ++at_;
          continue;
        }
        break;
      }
      last_begin = at_;
      last_folded = word_.size();
      write(fold_character(c));
      at_ = next;
      last_end = at_;
    }
    close(at_, word_.size());
  }

  // "APIs", "URLs": the s belongs to the capitals before it.
  [[nodiscard]] bool plural(std::size_t after) const {
    return text_[at_] == 's' && (after >= text_.size() || !is_word_byte(text_[after]));
  }

  void write(Folded folded) {
    word_.put(folded.first);
    if (folded.second != 0) word_.put(folded.second);
  }

  // Bytes of an apostrophe at `at_` that stands between letters, or 0.
  [[nodiscard]] std::size_t apostrophe() const {
    std::size_t length = 0;
    if (text_[at_] == '\'') length = 1;
    if (text_.substr(at_).starts_with("’")) length = 3;
    if (length == 0 || at_ + length >= text_.size()) return 0;
    return letter_at(at_ + length) ? length : 0;
  }

  [[nodiscard]] bool letter_at(std::size_t at) const {
    return at < text_.size() && classify(next_code_point(text_, at)) == CharClass::kLetter;
  }

  [[nodiscard]] bool word_at(std::size_t at) const {
    if (at >= text_.size()) return false;
    const CharClass of = classify(next_code_point(text_, at));
    return of == CharClass::kLetter || of == CharClass::kDigit;
  }

  [[nodiscard]] bool digit_at(std::size_t at) const { return at < text_.size() && is_ascii_digit(text_[at]); }

  [[nodiscard]] bool thousands() const {
    return at_ > begin_ && is_ascii_digit(text_[at_ - 1]) && digit_at(at_ + 1) && digit_at(at_ + 2) &&
           digit_at(at_ + 3) && !digit_at(at_ + 4);
  }

  // Bytes of what holds the word at `at_` together with the next one, and how strongly; 0 where the compound ends.
  [[nodiscard]] std::size_t connector(Join& join) {
    constexpr std::size_t kLongest = 8;
    std::size_t length = 0;
    while (length < kLongest && at_ + length < text_.size() &&
           (url_ ? is_url_connector(text_[at_ + length]) : is_connector(text_[at_ + length])))
      ++length;
    if (length == 0 || !word_at(at_ + length)) return 0;
    const std::string_view run = text_.substr(at_, length);
    if (run == "://" && begin_letters()) url_ = true;
    if (url_ && run.find_first_not_of(".-_") != run.npos) {
      join = kSlash;
      return length;
    }
    if (run == "_") {
      join = kHyphen;
      return length;
    }
    if (length == 1) {
      const char before = text_[at_ - 1];
      const char after = text_[at_ + 1];
      switch (run[0]) {
        case '.':
          join = kDot;
          return 1;
        case '-':
          join = kHyphen;
          return 1;
        case '/':
        case '@':
        case '\\':
          join = kSlash;
          return 1;
        case ':':
          join = kSlash;
          return is_ascii_digit(after) ? 1 : 0;
        default:
          join = kHyphen;
          return is_ascii_upper(before) && is_ascii_upper(after) ? 1 : 0;  // "R&D"
      }
    }
    if (run == "::" || run.contains('/')) {
      join = kSlash;
      return run.contains('&') ? 0 : length;
    }
    if (run.find_first_not_of("_.") == run.npos && run.contains('_')) {
      join = run.contains('.') ? kDot : kHyphen;
      return length;
    }
    return 0;
  }

  [[nodiscard]] bool begin_letters() const { return word_.atoms() == 1 && !word_.atom(0).digits; }

  // "10%", "c++", "c#": what may follow the last atom and belongs to the word.
  bool suffix() {
    if (full() || at_ >= text_.size() || word_.atoms() != 1) {
      if (!full() && at_ < text_.size() && text_[at_] == '%' && word_.numeric()) return percent();
      return false;
    }
    if (text_[at_] == '%' && word_.atom(0).digits) return percent();
    if (word_.atom(0).digits) return false;
    std::size_t length = 0;
    if (text_.substr(at_).starts_with("++")) length = 2;
    if (text_[at_] == '#' && at_ - begin_ <= 2) length = 1;
    if (length == 0 || word_at(at_ + length)) return false;
    for (std::size_t i = 0; i < length; ++i) word_.put(text_[at_ + i]);
    at_ += length;
    return true;
  }

  bool percent() {
    word_.put('%');
    ++at_;
    return true;
  }

  std::string_view text_;
  WordSink sink_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
  bool url_ = false;
  std::array<char, kMaxWordBytes> plain_;  // of a plain word, or a pair of ideographs
  Compound word_;
};

}  // namespace

void for_each_word(std::string_view text, WordSink sink) { Scanner(text, sink).run(); }

std::string fold(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  std::size_t at = 0;
  while (at < text.size()) {
    if ((static_cast<unsigned char>(text[at]) & 0x80U) == 0) {
      folded += ascii_lower(text[at++]);
      continue;
    }
    const char32_t c = next_code_point(text, at);
    if (c >= 0x300 && c <= 0x36F) continue;
    if (c == U'’') {
      folded += '\'';
      continue;
    }
    const Folded letters = fold_character(c);
    append_utf8(folded, letters.first);
    if (letters.second != 0) append_utf8(folded, letters.second);
  }
  return folded;
}

}  // namespace holdfast::language
