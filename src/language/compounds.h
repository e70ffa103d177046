// A word while it is read: its folded bytes, and the atoms it can be taken apart into.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "language/words.h"

namespace holdfast::language {

// What stands before an atom, from the strongest boundary to the weakest. A compound is taken apart in this order.
enum Join : std::uint8_t { kSlash, kDot, kHyphen, kCase, kJoins };

// The smallest piece: letters and digits without a boundary of any kind between them.
struct Atom {
  std::size_t begin;  // in the text
  std::size_t end;
  std::size_t folded_begin;  // in the folded bytes
  std::size_t folded_end;
  Join join;
  bool digits;  // nothing else
};

// One object reads many words, as clearing it is cheaper than making it. The caller sees to it that no word passes
// kMaxWordBytes by more than one character and a suffix.
class Compound {
 public:
  void clear() { size_ = count_ = 0; }

  // ---- the folded bytes

  [[nodiscard]] std::size_t size() const { return size_; }
  void put(char c) { bytes_[size_++] = c; }
  void put(char32_t c) {  // in UTF-8
    if (c < 0x80) return put(static_cast<char>(c));
    put_wide(c);
  }

  // ---- the atoms

  [[nodiscard]] std::size_t atoms() const { return count_; }
  [[nodiscard]] const Atom& atom(std::size_t i) const { return atoms_[i]; }
  void add(const Atom& atom) { atoms_[count_++] = atom; }
  // Takes away all atoms from the `count`th on; their bytes stay.
  void keep_atoms(std::size_t count) { count_ = count; }
  // Whether all are digits: a number, date or time.
  [[nodiscard]] bool numeric() const;

  // Gives the whole and then its parts, as for_each_word does. Returns where the word ends in the text: at `end` when
  // it is `marked` by a suffix ("10%", "c++"), which then is the last of the folded bytes, and else after the last
  // atom.
  std::size_t give(bool marked, std::size_t end, WordSink sink) const;

 private:
  void put_wide(char32_t c);
  void give_range(std::size_t folded_begin, std::size_t folded_end, std::size_t begin, std::size_t end, bool compound,
                  bool part, WordSink sink) const;
  void give_number_parts(bool marked, WordSink sink) const;
  void give_parts(std::size_t from, std::size_t to, int level, WordSink sink) const;
  void give_part(std::size_t from, std::size_t to, WordSink sink) const;
  [[nodiscard]] std::string_view folded(const Atom& atom) const {
    return {bytes_.data() + atom.folded_begin, atom.folded_end - atom.folded_begin};
  }
  [[nodiscard]] bool version() const;

  static constexpr std::size_t kRoom = kMaxWordBytes + 16;  // folding never lengthens a word

  std::size_t size_ = 0;
  std::size_t count_ = 0;
  std::array<char, kRoom> bytes_;
  std::array<Atom, kRoom> atoms_;
};

}  // namespace holdfast::language
