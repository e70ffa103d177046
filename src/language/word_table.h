// A small immutable dictionary from words to numbers, made once from text that is compiled in.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace holdfast::language {

// Open addressing over views: the words must outlive the table (string literals do). Filled by one thread; from then on
// any thread may look words up.
class WordTable {
 public:
  explicit WordTable(std::size_t words) : slots_(capacity(words)) {}

  // A table of the blank-separated `words`, each with the value 1.
  static WordTable of(std::string_view words) {
    WordTable table(words.size() / 4 + 1);
    table.add_all(words, 1);
    return table;
  }

  // Adds the bits of `value` to those of `word`.
  void add(std::string_view word, std::uint32_t value) {
    assert(used_ * 2 < slots_.size());
    Slot& slot = slots_[position(word)];
    if (slot.word.empty()) ++used_;
    slot.word = word;
    slot.value |= value;
  }

  void add_all(std::string_view words, std::uint32_t value) {
    std::size_t at = 0;
    while (at < words.size()) {
      const std::size_t begin = words.find_first_not_of(" \n", at);
      if (begin == words.npos) return;
      at = words.find_first_of(" \n", begin);
      if (at == words.npos) at = words.size();
      add(words.substr(begin, at - begin), value);
    }
  }

  // The value of `word`, 0 when it is not here.
  [[nodiscard]] std::uint32_t find(std::string_view word) const {
    return word.empty() ? 0 : slots_[position(word)].value;
  }

 private:
  struct Slot {
    std::string_view word;
    std::uint32_t value = 0;
  };

  static std::size_t capacity(std::size_t words) {
    std::size_t size = 16;
    while (size < words * 3) size *= 2;
    return size;
  }

  [[nodiscard]] std::size_t position(std::string_view word) const {
    std::uint64_t hash = 0xCBF29CE484222325U;  // FNV-1a
    for (const char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    hash ^= hash >> 32;
    std::size_t at = static_cast<std::size_t>(hash) & (slots_.size() - 1);
    while (!slots_[at].word.empty() && slots_[at].word != word) at = (at + 1) & (slots_.size() - 1);
    return at;
  }

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace holdfast::language
