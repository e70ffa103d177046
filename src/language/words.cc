#include "language/words.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "base/utf8.h"
#include "language/characters.h"
#include "language/lexicon.h"
#include "language/porter.h"

namespace holdfast::language {
namespace {

// What stands before an atom, from the strongest boundary to the weakest. A compound is taken apart in this order.
enum Join : std::uint8_t { kSlash, kDot, kHyphen, kCase, kJoins };

// The smallest piece: letters and digits without a boundary of any kind between them.
struct Atom {
  std::size_t begin;  // in the text
  std::size_t end;
  std::size_t folded_begin;  // in the buffer
  std::size_t folded_end;
  Join join;
  bool digits;
};

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
      buffer_[end - at_] = ascii_lower(text_[end]);
      ++end;
    }
    if (end < text_.size()) {
      const char stop = text_[end];
      const bool space = is_ascii_space(stop) || stop == ',' || stop == ')' || stop == '"' || stop == '!';
      const bool last_stop = stop == '.' && (end + 1 == text_.size() || is_ascii_space(text_[end + 1]));
      if (!space && !last_stop) return false;
    }
    sink_({.text = {buffer_.data(), end - at_}, .begin = at_, .end = end});
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
      std::memcpy(buffer_.data() + previous_size, text_.data() + at_, size);
      if (previous_size > 0) {
        sink_({.text = {buffer_.data(), previous_size + size}, .begin = previous_begin, .end = next});
        std::memmove(buffer_.data(), buffer_.data() + previous_size, size);
        paired = true;
      }
      previous_begin = at_;
      previous_size = size;
      at_ = next;
    }
    if (!paired && previous_size > 0)
      sink_({.text = {buffer_.data(), previous_size}, .begin = previous_begin, .end = previous_begin + previous_size});
  }

  void compound_or_word() {
    begin_ = at_;
    folded_ = 0;
    count_ = 0;
    url_ = false;
    Join join = kSlash;
    for (;;) {
      atom(join);
      if (full() || at_ >= text_.size()) break;
      const std::size_t length = connector(join);
      if (length == 0 || at_ + length - begin_ >= kMaxWordBytes) break;
      for (std::size_t i = 0; i < length; ++i) buffer_[folded_++] = text_[at_ + i];
      at_ += length;
    }
    const bool marked = suffix();
    emit(marked);
  }

  [[nodiscard]] bool full() const { return at_ - begin_ >= kMaxWordBytes; }

  // Reads letters and digits, starting a further atom where the case or the kind of character changes.
  void atom(Join join) {
    enum Kind : std::uint8_t { kNone, kLower, kUpper, kDigit, kOther };
    Kind previous = kNone;
    std::size_t start = at_;
    std::size_t start_folded = folded_;
    std::size_t uppers = 0;
    bool digits = true;
    bool unit = false;       // this atom is letters after a number: "20ms"
    std::size_t number = 0;  // index of that number's atom
    const auto close = [&](std::size_t end, std::size_t folded_end) {
      if (end == start) return;
      atoms_[count_++] = {start, end, start_folded, folded_end, join, digits};
      start = end;
      start_folded = folded_end;
      join = kCase;
      digits = true;
    };
    std::size_t last_end = at_;  // of the character before, and where its folded form began
    std::size_t last_begin = at_;
    std::size_t last_folded = folded_;
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
          number = count_;
          close(at_, folded_);
          unit = true;
        } else if (kind == kUpper && (previous == kLower || (previous == kDigit && !unit))) {
          close(at_, folded_);
        } else if (kind == kLower && previous == kUpper && uppers >= 2 && !plural(next)) {
          close(last_begin, last_folded);
        }
        uppers = kind == kUpper ? uppers + 1 : 0;
        digits = false;
        previous = kind;
      } else if (of == CharClass::kDigit) {
        if (unit) {  // "47fdb98" is no number with a unit
          start = atoms_[number].begin;
          start_folded = atoms_[number].folded_begin;
          join = atoms_[number].join;
          count_ = number;
          digits = false;
          unit = false;
        }
        previous = kDigit;
        uppers = 0;
      } else {
        if (const std::size_t length = apostrophe(); length > 0 && previous != kNone && previous != kDigit) {
          buffer_[folded_++] = '\'';
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
      last_folded = folded_;
      write(fold_character(c));
      at_ = next;
      last_end = at_;
    }
    close(at_, folded_);
  }

  // "APIs", "URLs": the s belongs to the capitals before it.
  [[nodiscard]] bool plural(std::size_t after) const {
    return text_[at_] == 's' && (after >= text_.size() || !is_word_byte(text_[after]));
  }

  void write(Folded folded) {
    put(folded.first);
    if (folded.second != 0) put(folded.second);
  }

  void put(char32_t c) {
    const auto byte = [&](char32_t value) {
      buffer_[folded_++] = static_cast<char>(static_cast<unsigned char>(value));
    };
    if (c < 0x80) {
      byte(c);
    } else if (c < 0x800) {
      byte(0xC0 | c >> 6);
      byte(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      byte(0xE0 | c >> 12);
      byte(0x80 | (c >> 6 & 0x3F));
      byte(0x80 | (c & 0x3F));
    } else {
      byte(0xF0 | c >> 18);
      byte(0x80 | (c >> 12 & 0x3F));
      byte(0x80 | (c >> 6 & 0x3F));
      byte(0x80 | (c & 0x3F));
    }
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

  [[nodiscard]] bool begin_letters() const { return count_ == 1 && !atoms_[0].digits; }

  // "10%", "c++", "c#": what may follow the last atom and belongs to the word.
  bool suffix() {
    if (full() || at_ >= text_.size() || count_ != 1) {
      if (!full() && at_ < text_.size() && text_[at_] == '%' && numeric()) return percent();
      return false;
    }
    if (text_[at_] == '%' && atoms_[0].digits) return percent();
    if (atoms_[0].digits) return false;
    std::size_t length = 0;
    if (text_.substr(at_).starts_with("++")) length = 2;
    if (text_[at_] == '#' && at_ - begin_ <= 2) length = 1;
    if (length == 0 || word_at(at_ + length)) return false;
    for (std::size_t i = 0; i < length; ++i) buffer_[folded_++] = text_[at_ + i];
    at_ += length;
    return true;
  }

  bool percent() {
    buffer_[folded_++] = '%';
    ++at_;
    return true;
  }

  [[nodiscard]] bool numeric() const {
    return std::all_of(atoms_.begin(), atoms_.begin() + static_cast<std::ptrdiff_t>(count_),
                       [](const Atom& atom) { return atom.digits; });
  }

  void give(std::size_t folded_begin, std::size_t folded_end, std::size_t begin, std::size_t end, bool compound,
            bool part) {
    sink_({.text = {buffer_.data() + folded_begin, folded_end - folded_begin},
           .begin = begin,
           .end = end,
           .compound = compound,
           .part = part});
  }

  void emit(bool marked) {
    if (count_ == 0) return;
    const Atom& last = atoms_[count_ - 1];
    const std::size_t end = marked ? at_ : last.end;
    const std::size_t folded_end = marked ? folded_ : last.folded_end;
    const bool separators = atoms_[0].digits && last.end - atoms_[0].begin != folded_end - atoms_[0].folded_begin;
    const bool compound = count_ > 1 || marked || separators;
    give(atoms_[0].folded_begin, folded_end, atoms_[0].begin, end, compound, false);
    at_ = std::max(at_, end);
    if (numeric() || version()) {
      number_parts(marked);
    } else if (count_ > 1) {
      parts(0, count_, kSlash);
    }
  }

  [[nodiscard]] std::string_view folded(const Atom& atom) const {
    return {buffer_.data() + atom.folded_begin, atom.folded_end - atom.folded_begin};
  }

  // "v1.2": the first atom is a v and digits, all others digits.
  [[nodiscard]] bool version() const {
    if (count_ < 2) return false;
    const std::string_view first = folded(atoms_[0]);
    if (first.size() < 2 || first[0] != 'v' || !std::all_of(first.begin() + 1, first.end(), is_ascii_digit))
      return false;
    return std::all_of(atoms_.begin() + 1, atoms_.begin() + static_cast<std::ptrdiff_t>(count_),
                       [](const Atom& atom) { return atom.digits; });
  }

  void number_parts(bool marked) {
    const Atom& first = atoms_[0];
    const Atom& last = atoms_[count_ - 1];
    const std::size_t v = first.digits ? 0 : 1;
    if (marked) give(first.folded_begin, last.folded_end, first.begin, last.end, count_ > 1, true);
    if (count_ == 1) return;
    const char joint = buffer_[first.folded_end];
    if (joint == '.') {
      if (v == 1) give(first.folded_begin + 1, last.folded_end, first.begin + 1, last.end, true, true);
      if (count_ > 2) give(first.folded_begin + v, atoms_[1].folded_end, first.begin + v, atoms_[1].end, true, true);
    } else if (joint == '-' && count_ == 3 && folded(first).size() == 4) {
      give(first.folded_begin, first.folded_end, first.begin, first.end, false, true);
      give(first.folded_begin, atoms_[1].folded_end, first.begin, atoms_[1].end, true, true);
    } else if (joint != ':') {
      parts(0, count_, kSlash);
    }
  }

  // Takes atoms [from, to) apart at the boundaries of strength `level`, and each piece at the next weaker one.
  void parts(std::size_t from, std::size_t to, int level) {
    if (to - from < 2 || level == kJoins) return;
    std::size_t start = from;
    for (std::size_t i = from + 1; i <= to; ++i) {
      if (i < to && atoms_[i].join != level) continue;
      const bool whole = start == from && i == to;
      if (!whole) give_part(start, i);
      parts(start, i, level + 1);
      start = i;
    }
  }

  void give_part(std::size_t from, std::size_t to) {
    const Atom& first = atoms_[from];
    const Atom& last = atoms_[to - 1];
    const std::string_view only = folded(first);
    if (to - from == 1 && only.size() == 1 && !is_ascii_digit(only[0])) return;
    give(first.folded_begin, last.folded_end, first.begin, last.end, to - from > 1, true);
  }

  std::string_view text_;
  WordSink sink_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
  std::size_t folded_ = 0;
  std::size_t count_ = 0;
  bool url_ = false;
  // Folding never lengthens a word, and one that is cut may pass the limit by one character and a suffix.
  std::array<char, kMaxWordBytes + 16> buffer_;
  std::array<Atom, kMaxWordBytes + 16> atoms_;
};

bool is_plain(char c) { return is_ascii_lower(c) || c == '-' || c == '\''; }

}  // namespace

void for_each_word(std::string_view text, WordSink sink) { Scanner(text, sink).run(); }

void terms_of_word(std::string_view folded, bool compound, TermSink sink) {
  if (!compound && is_stop_word(folded)) return;
  if (folded.ends_with("'s")) folded.remove_suffix(2);
  if (folded.empty()) return;
  if (folded.size() > kMaxWordBytes || !std::all_of(folded.begin(), folded.end(), is_plain)) {
    sink(folded);
    return;
  }
  std::array<char, kMaxWordBytes> letters;
  std::size_t size = 0;
  for (const char c : folded) {
    if (is_ascii_lower(c)) letters[size++] = c;
  }
  sink({letters.data(), porter_stem(letters.data(), size)});
}

std::vector<std::string> terms(std::string_view text) {
  std::vector<std::string> found;
  for_each_word(text, [&](const Word& word) {
    terms_of_word(word.text, word.compound, [&](std::string_view term) { found.emplace_back(term); });
  });
  return found;
}

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
