#include "language/compounds.h"

#include <algorithm>

#include "language/characters.h"

namespace holdfast::language {

void Compound::put_wide(char32_t c) {
  const auto byte = [&](char32_t value) { put(static_cast<char>(static_cast<unsigned char>(value))); };
  if (c < 0x800) {
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

bool Compound::numeric() const {
  return std::all_of(atoms_.begin(), atoms_.begin() + static_cast<std::ptrdiff_t>(count_),
                     [](const Atom& atom) { return atom.digits; });
}

// "v1.2": the first atom is a v and digits, all others digits.
bool Compound::version() const {
  if (count_ < 2) return false;
  const std::string_view first = folded(atoms_[0]);
  if (first.size() < 2 || first[0] != 'v' || !std::all_of(first.begin() + 1, first.end(), is_ascii_digit)) return false;
  return std::all_of(atoms_.begin() + 1, atoms_.begin() + static_cast<std::ptrdiff_t>(count_),
                     [](const Atom& atom) { return atom.digits; });
}

std::size_t Compound::give(bool marked, std::size_t end, WordSink sink) const {
  if (count_ == 0) return end;
  const Atom& last = atoms_[count_ - 1];
  if (!marked) end = last.end;
  const std::size_t folded_end = marked ? size_ : last.folded_end;
  const bool separators = atoms_[0].digits && last.end - atoms_[0].begin != folded_end - atoms_[0].folded_begin;
  const bool compound = count_ > 1 || marked || separators;
  give_range(atoms_[0].folded_begin, folded_end, atoms_[0].begin, end, compound, false, sink);
  if (numeric() || version()) {
    give_number_parts(marked, sink);
  } else if (count_ > 1) {
    give_parts(0, count_, kSlash, sink);
  }
  return end;
}

void Compound::give_range(std::size_t folded_begin, std::size_t folded_end, std::size_t begin, std::size_t end,
                          bool compound, bool part, WordSink sink) const {
  sink({.text = {bytes_.data() + folded_begin, folded_end - folded_begin},
        .begin = begin,
        .end = end,
        .compound = compound,
        .part = part});
}

void Compound::give_number_parts(bool marked, WordSink sink) const {
  const Atom& first = atoms_[0];
  const Atom& last = atoms_[count_ - 1];
  const std::size_t v = first.digits ? 0 : 1;
  if (marked) give_range(first.folded_begin, last.folded_end, first.begin, last.end, count_ > 1, true, sink);
  if (count_ == 1) return;
  const char joint = bytes_[first.folded_end];
  if (joint == '.') {
    if (v == 1) give_range(first.folded_begin + 1, last.folded_end, first.begin + 1, last.end, true, true, sink);
    if (count_ > 2)
      give_range(first.folded_begin + v, atoms_[1].folded_end, first.begin + v, atoms_[1].end, true, true, sink);
  } else if (joint == '-' && count_ == 3 && folded(first).size() == 4) {
    give_range(first.folded_begin, first.folded_end, first.begin, first.end, false, true, sink);
    give_range(first.folded_begin, atoms_[1].folded_end, first.begin, atoms_[1].end, true, true, sink);
  } else if (joint != ':') {
    give_parts(0, count_, kSlash, sink);
  }
}

// Takes atoms [from, to) apart at the boundaries of strength `level`, and each piece at the next weaker one.
void Compound::give_parts(std::size_t from, std::size_t to, int level, WordSink sink) const {
  if (to - from < 2 || level == kJoins) return;
  std::size_t start = from;
  for (std::size_t i = from + 1; i <= to; ++i) {
    if (i < to && atoms_[i].join != level) continue;
    const bool whole = start == from && i == to;
    if (!whole) give_part(start, i, sink);
    give_parts(start, i, level + 1, sink);
    start = i;
  }
}

void Compound::give_part(std::size_t from, std::size_t to, WordSink sink) const {
  const Atom& first = atoms_[from];
  const Atom& last = atoms_[to - 1];
  const std::string_view only = folded(first);
  if (to - from == 1 && only.size() == 1 && !is_ascii_digit(only[0])) return;
  give_range(first.folded_begin, last.folded_end, first.begin, last.end, to - from > 1, true, sink);
}

}  // namespace holdfast::language
