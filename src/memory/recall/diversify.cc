#include "memory/recall/diversify.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "base/utf8.h"
#include "language/characters.h"
#include "language/words.h"
#include "memory/recall/weights.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kComparedBytes = 2'000;  // of a long message: two that begin alike so far are one

// A distinct term by its hash, and whether it says a number.
struct Term {
  std::size_t hash;
  bool number;
  auto operator<=>(const Term&) const = default;
};

std::vector<Term> distinct_terms(std::string_view content) {
  std::vector<Term> terms;
  for (const std::string& term : language::terms(first_bytes(content, kComparedBytes))) {
    terms.push_back({std::hash<std::string>()(term), std::ranges::any_of(term, language::is_ascii_digit)});
  }
  std::ranges::sort(terms);
  terms.erase(std::ranges::unique(terms).begin(), terms.end());
  return terms;
}

bool near_duplicates(const std::vector<Term>& a, const std::vector<Term>& b) {
  if (a.empty() && b.empty()) return true;
  const auto [shorter, longer] = std::minmax(a.size(), b.size());
  if (static_cast<double>(shorter) < weights::kNearDuplicate * static_cast<double>(longer)) return false;
  std::size_t shared = 0;
  for (auto i = a.begin(), j = b.begin(); i != a.end() || j != b.end();) {
    if (i != a.end() && j != b.end() && *i == *j) {
      ++shared, ++i, ++j;
      continue;
    }
    const Term& different = j == b.end() || (i != a.end() && *i < *j) ? *i++ : *j++;
    // "costs 40" and "costs 45" differ in one term and say two things.
    if (different.number) return false;
  }
  return static_cast<double>(shared) >= weights::kNearDuplicate * static_cast<double>(a.size() + b.size() - shared);
}

}  // namespace

std::vector<RecallCandidate> diversify(std::vector<RecallCandidate> candidates, std::size_t limit) {
  std::vector<RecallCandidate> kept;
  std::vector<std::vector<Term>> terms;
  for (RecallCandidate& candidate : candidates) {
    if (kept.size() == limit) break;
    std::vector<Term> own = distinct_terms(candidate.content);
    // A superseded version is told apart by its mark, however little its words differ.
    const auto repeats = [&](std::size_t i) {
      return kept[i].superseded == candidate.superseded && near_duplicates(terms[i], own);
    };
    bool repeated = false;
    for (std::size_t i = 0; i < kept.size() && !repeated; ++i) repeated = repeats(i);
    if (repeated) continue;
    kept.push_back(std::move(candidate));
    terms.push_back(std::move(own));
  }
  return kept;
}

}  // namespace holdfast::memory
