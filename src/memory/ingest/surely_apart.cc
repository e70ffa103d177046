#include "memory/ingest/pair_cues.h"
#include "memory/ingest/pair_values.h"
#include "memory/ingest/tokens.h"

namespace holdfast::memory {
namespace {

// Whether a part gives values, and none that the older one does not give: it says the same again.
bool repeats_all(const PartView& newer, const PartView& older) {
  std::size_t values = 0;
  for (const KindedValue& value : newer.values) {
    if (value.kind == ValueKind::kName || value.kind == ValueKind::kCode) continue;
    ++values;
    const bool there = std::any_of(older.values.begin(), older.values.end(), [&](const KindedValue& other) {
      return other.kind == value.kind && other.value == value.value;
    });
    if (!there || std::binary_search(older.denied.begin(), older.denied.end(), value.value)) return false;
  }
  return values > 0 && !newer.cues.any(Cue::kStrongChange, Cue::kCancels, Cue::kDone) && newer.denied.empty();
}

// What something is used for or in: the words after "for" and "in".
std::vector<std::string> purpose_of(const PartView& part) {
  const auto begin = std::find_if(part.words.begin(), part.words.end(),
                                  [](const std::string& word) { return is_one_of(word, "for in"); });
  std::vector<std::string> words;
  for (auto word = begin; word != part.words.end(); ++word)
    if (!is_one_of(*word, "for in the our my a an all everything")) words.push_back(*word);
  return words;
}

// Whether both give a thing of one kind a letter, and not the same: "rev C", "rev D".
bool lettered_apart(const PartView& a, const PartView& b) {
  const auto letter_at = [](const PartView& part, std::size_t i) {
    const std::string& word = part.words[i];
    return word.size() == 1 && word[0] >= 'b' && word[0] <= 'z' && word[0] != 'i' ? word[0] : '\0';
  };
  bool apart = false;
  for (std::size_t i = 0; i + 1 < a.words.size(); ++i) {
    if (letter_at(a, i + 1) == 0 || a.words[i].size() < 2) continue;
    for (std::size_t k = 0; k + 1 < b.words.size(); ++k) {
      if (a.words[i] != b.words[k] || letter_at(b, k + 1) == 0) continue;
      if (letter_at(a, i + 1) == letter_at(b, k + 1)) return false;
      apart = true;
    }
  }
  return apart;
}

// Whether both number a thing of one kind differently and tell more of it: "shelf 2 holds 12 boxes", "shelf 3 holds
// 13".
bool numbered_apart(const PartView& a, const PartView& b) {
  if (lettered_apart(a, b)) return true;
  const auto is_number = [](const std::string& word) {
    return !word.empty() && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
  };
  if (std::ranges::count_if(a.words, is_number) < 2 || std::ranges::count_if(b.words, is_number) < 2) return false;
  for (std::size_t i = 0; i + 1 < a.words.size(); ++i) {
    if (is_number(a.words[i]) || !is_number(a.words[i + 1])) continue;
    for (std::size_t k = 0; k + 1 < b.words.size(); ++k) {
      if (a.words[i] == b.words[k] && is_number(b.words[k + 1])) return a.words[i + 1] != b.words[k + 1];
    }
  }
  return false;
}

}  // namespace

bool surely_apart(const Comparable& newer, std::size_t at, const PartView& older) {
  const PartView& now = newer.parts[at];
  if (scopes_conflict(now.scopes, older.scopes) || conflict(now.relations, older.relations)) return true;
  if (numbered_apart(now, older)) return true;
  if (compare_classes(now, older).other_several && conflict(purpose_of(now), purpose_of(older))) return true;
  if (repeats_all(now, older)) return true;
  // What stays as it was replaces nothing, unless another value stands beside it …
  if (has_word(now, kStays) && !compare_values(now.values, older.values).any_other) return true;
  // … and what the newer memory says stays is not replaced by another part of it: "the rest stays 250".
  return std::any_of(newer.parts.begin(), newer.parts.end(), [&](const PartView& part) {
    return has_word(part, kStays) &&
           (compare_values(part.values, older.values).repeats || compare_classes(part, older).same);
  });
}

}  // namespace holdfast::memory
