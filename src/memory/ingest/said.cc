#include "memory/ingest/said.h"

#include <algorithm>
#include <string_view>

#include "memory/ingest/pair_cues.h"
#include "memory/ingest/tokens.h"

namespace holdfast::memory {
namespace {

constexpr double kMostWords = 0.62;  // share of a part's words that say the same by themselves
constexpr double kFewWords = 1.5;    // their weight, unless values are shared too
constexpr std::size_t kShort = 5;    // words that may have no topic
constexpr double kSomeWords = 0.3;   // share that does where the vectors are alike,
constexpr double kAlike = 0.62;      // by this much

bool in(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool denies(const PartView& part) { return part.cues.any(Cue::kNegation, Cue::kForbids); }

}  // namespace

bool says_nothing(const PartView& part) {
  return part.values.empty() && part.asserted.empty() && total_weight(part.topics) < 2 * kRareWeight &&
         part.words.size() < 5;
}

bool says_part(const Comparable& older, const Comparable& newer, std::size_t at, double likeness) {
  const PartView& part = newer.parts[at];
  if (older.memory->name != newer.memory->name) return false;
  // Names that only begin a sentence are everyday words.
  for (const KindedValue& value : part.values) {
    const bool first = value.kind == ValueKind::kName && !part.words.empty() && value.value == part.words.front();
    const bool there = gives_value(older, value) || (value.kind == ValueKind::kName && says_word(older, value.value));
    if (!first && !there) return false;
  }
  for (const AssertedValue& value : part.asserted)
    if (std::none_of(older.asserted.begin(), older.asserted.end(),
                     [&](const std::string& other) { return other == value.value; }))
      return false;
  const PartView& beside = older.parts[aligned_part(newer, at, older)];
  if (denies(part) != denies(beside)) return false;
  if (surely_apart(newer, at, beside) && part.relations != beside.relations) return false;
  for (const std::string& scope : part.scopes)
    if (std::none_of(older.parts.begin(), older.parts.end(),
                     [&](const PartView& other) { return in(other.scopes, scope); }))
      return false;
  const double words = total_weight(part.topics);
  const double common = shared_weight(part.topics, older.topics);
  const double share = words <= 0 ? 1.0 : common / words;
  // One word in common says little by itself.
  const bool enough = words <= 0 ? part.words.size() < kShort : common >= kFewWords;
  const bool most = share >= kMostWords && (enough || !part.values.empty() || !part.asserted.empty());
  return most || (share >= kSomeWords && likeness >= kAlike);
}

}  // namespace holdfast::memory
