#include "memory/ingest/pair_values.h"

#include <charconv>

#include "memory/ingest/tokens.h"

namespace holdfast::memory {
namespace {

// Scopes of one kind: what holds in one of them says nothing about another.
constexpr std::string_view kScopeKinds[] = {
    "production staging development tests ci local",
    "weekend weekday",
    "morning evening",
    "lunch breakfast dinner",
    "work home private office",
    "mobile desktop ios android",
    "frontend backend web api cli docs admin migrations",
    "internal external",
    "left right",
    "upstairs downstairs",
};

double number_of(std::string_view text) {
  double value = 0;
  std::string plain;
  for (const char c : text)
    if (c != ',') plain += c;
  static_cast<void>(std::from_chars(plain.data(), plain.data() + plain.size(), value));
  return value;
}

}  // namespace

ValuesCompared compare_values(const std::vector<KindedValue>& newer, const std::vector<KindedValue>& older) {
  ValuesCompared out;
  bool both[kValueKinds] = {};
  bool same[kValueKinds] = {};
  for (const KindedValue& now : newer) {
    for (const KindedValue& before : older) {
      if (now.kind != before.kind) continue;
      const auto kind = static_cast<std::size_t>(now.kind);
      both[kind] = true;
      if (now.value == before.value) {
        same[kind] = true;
        out.repeats = out.repeats || (now.kind != ValueKind::kName && now.kind != ValueKind::kCode);
        continue;
      }
      if (now.unit.empty() || now.unit != before.unit) continue;
      if (now.kind == ValueKind::kVersion) out.same_owner = true;
      if (now.kind == ValueKind::kQuantity) {
        out.same_unit = true;
        out.grows = number_of(now.value) > number_of(before.value);
      }
    }
  }
  for (std::size_t kind = 0; kind < kValueKinds; ++kind) {
    out.other[kind] = both[kind] && !same[kind];
    if (kind != static_cast<std::size_t>(ValueKind::kName)) out.any_other = out.any_other || out.other[kind];
  }
  return out;
}

bool denies_old(const PartView& newer, const PartView& older) {
  for (const std::string& word : newer.denied)
    if (std::find(older.words.begin(), older.words.end(), word) != older.words.end()) return true;
  return false;
}

ClassesCompared compare_classes(const PartView& newer, const PartView& older) {
  ClassesCompared out;
  for (const AssertedValue& now : newer.asserted) {
    for (const AssertedValue& before : older.asserted) {
      if (now.value == before.value)
        out.same = true;
      else if (now.value_class == before.value_class)
        (now.value_class->exclusive ? out.other_one : out.other_several) = true;
    }
  }
  return out;
}

bool scopes_conflict(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  for (const std::string_view kind : kScopeKinds) {
    const auto of_kind = [&](const std::string& scope) { return is_one_of(scope, kind); };
    if (std::none_of(a.begin(), a.end(), of_kind) || std::none_of(b.begin(), b.end(), of_kind)) continue;
    if (!any_pair(a, b, [&](const std::string& x, const std::string& y) { return x == y && of_kind(x); })) return true;
  }
  return false;
}

bool has_word(const PartView& part, std::string_view list) {
  return std::any_of(part.words.begin(), part.words.end(),
                     [&](const std::string& word) { return is_one_of(word, list); });
}

}  // namespace holdfast::memory
