#include "memory/ingest/correction.h"

#include <algorithm>
#include <string_view>

#include "memory/ingest/tokens.h"

namespace holdfast::memory {
namespace {

constexpr std::int64_t kMomentBefore = 4;  // messages: one's own, two replies and one's own before

// Numbers are written alike whatever they count: "8.2" after "php 8.3", "680" after "640 euros".
bool one_sort(const KindedValue& a, const KindedValue& b) {
  constexpr auto is_number = [](ValueKind kind) {
    return kind == ValueKind::kVersion || kind == ValueKind::kQuantity || kind == ValueKind::kMoney;
  };
  if (a.kind != b.kind && !(is_number(a.kind) && is_number(b.kind))) return false;
  return a.unit == b.unit || a.unit.empty() || b.unit.empty();
}

}  // namespace

bool begins_as_correction(const Comparable& memory) {
  const Tokens tokens(memory.memory->content);
  std::size_t at = 0;
  // "Nadia: …"
  if (tokens.size() > 1 && tokens[0].capital && tokens[0].after == ':') at = 1;
  const auto word = [&](std::size_t i) { return tokens.word(static_cast<std::ptrdiff_t>(at + i)); };
  if (is_one_of(word(0), "oops correction whoops typo argh")) return true;
  if (is_one_of(word(0), "sorry actually wait") && tokens.size() > at && tokens[at].after == ',') return true;
  if (is_one_of(word(0), "no wait hm hmm ah oh") && is_one_of(word(1), "no wait sorry")) return true;
  if (is_one_of(word(0), "scratch scrap") && word(1) == "that") return true;
  if (word(0) == "make" && word(1) == "that") return true;
  if (word(0) == "i" && is_one_of(word(1), "mean meant")) return true;
  if (word(0) == "the" && word(1) == "user" && is_one_of(word(2), "means meant")) return true;
  return word(0) == "not" && tokens.size() > at + 1 && tokens[at + 1].digit;
}

std::optional<std::size_t> corrected_part(const Comparable& newer, const Comparable& older) {
  const Memory& now = *newer.memory;
  const Memory& before = *older.memory;
  const std::int64_t apart = now.position - before.position;
  if (now.session_id.empty() || now.session_id != before.session_id || now.name != before.name || apart <= 0 ||
      apart > kMomentBefore)
    return std::nullopt;
  std::optional<std::size_t> found;
  std::size_t most = 0;
  for (std::size_t i = 0; i < older.parts.size(); ++i) {
    std::size_t taken_back = 0;
    for (const PartView& part : newer.parts) {
      for (const KindedValue& value : part.values) {
        for (const KindedValue& said : older.parts[i].values) {
          // A value that is named again ("not 640, 680") says most surely what is meant.
          if (one_sort(value, said)) taken_back += value.value == said.value ? 2 : 1;
        }
      }
    }
    if (taken_back > most) {
      most = taken_back;
      found = i;
    }
  }
  return found;
}

}  // namespace holdfast::memory
