#include "memory/ingest/same.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "base/time.h"
#include "memory/ingest/said.h"

namespace holdfast::memory {
namespace {

bool in(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// The values of one memory, and how many the other does not have.
struct Missing {
  double values = 0;  // numbers, times, versions, …
  double days = 0;
  double names = 0;
  double of = 0;
};

Missing missing_from(const Comparable& other, const Comparable& memory) {
  // Ingest adds the day on which something was said to what was done.
  const std::string said_on = format_day(memory.memory->created_at);
  Missing out;
  for (const PartView& part : memory.parts) {
    for (const KindedValue& value : part.values) {
      if (value.kind == ValueKind::kDay && value.value == said_on) continue;
      // Names that only begin a sentence are everyday words.
      if (value.kind == ValueKind::kName && !part.words.empty() && value.value == part.words.front()) continue;
      out.of += 1;
      if (gives_value(other, value) || says_word(other, value.value)) continue;
      const bool day = value.kind == ValueKind::kDay || value.kind == ValueKind::kWeekday;
      (value.kind == ValueKind::kName ? out.names : day ? out.days : out.values) += 1;
    }
  }
  return out;
}

// How many words of one sort (scopes, relations) the other does not have.
double missing_words(const Comparable& other, const Comparable& memory, std::vector<std::string> PartView::* words) {
  double missing = 0;
  for (const PartView& part : memory.parts)
    for (const std::string& word : part.*words)
      missing += std::none_of(other.parts.begin(), other.parts.end(),
                              [&](const PartView& one) { return in(one.*words, word); });
  return missing;
}

// Whether the newer one asserts a known value (a tool, a preference) that the older one does not.
bool asserts_other(const Comparable& older, const Comparable& newer) {
  return std::any_of(newer.asserted.begin(), newer.asserted.end(), [&](const std::string& value) {
    return !std::binary_search(older.asserted.begin(), older.asserted.end(), value);
  });
}

}  // namespace

const LinearHead& same_head() {
  static const LinearHead built = [] {
    LinearHead head;
#include "memory/heads/same.inc"
    return head;
  }();
  return built;
}

bool one_place_apart(const Comparable& older, const Comparable& newer) {
  constexpr std::size_t kPlace = 2;
  std::vector<std::string_view> a;
  std::vector<std::string_view> b;
  for (const PartView& part : older.parts) a.insert(a.end(), part.words.begin(), part.words.end());
  for (const PartView& part : newer.parts) b.insert(b.end(), part.words.begin(), part.words.end());
  const std::size_t shorter = std::min(a.size(), b.size());
  std::size_t front = 0;
  while (front < shorter && a[front] == b[front]) ++front;
  std::size_t back = 0;
  while (back < shorter - front && a[a.size() - 1 - back] == b[b.size() - 1 - back]) ++back;
  const std::size_t of_a = a.size() - front - back;
  const std::size_t of_b = b.size() - front - back;
  return of_a > 0 && of_b > 0 && of_a <= kPlace && of_b <= kPlace;
}

bool may_say(const Memory& older, const Memory& newer) {
  if (older.name != newer.name || (older.type == MemoryType::kTask) != (newer.type == MemoryType::kTask)) return false;
  return std::none_of(older.sources.begin(), older.sources.end(), [&](const Source& source) {
    return std::any_of(newer.sources.begin(), newer.sources.end(),
                       [&](const Source& other) { return other.message == source.message; });
  });
}

CueRow same_cues(const Comparable& older, const Comparable& newer, const Likeness& likeness, double likest,
                 double usual) {
  double least = 1;
  double lowest = 1;
  double sum = 0;
  double parts = 0;
  for (std::size_t at = 0; at < newer.parts.size(); ++at) {
    if (says_nothing(newer.parts[at]) || at >= likeness.parts.size()) continue;
    least = std::min(least, likeness.parts[at]);
    lowest = std::min(lowest, likeness.lowest[at]);
    sum += likeness.parts[at];
    parts += 1;
  }
  if (parts <= 0) least = lowest = sum = likeness.message;
  const double mean = sum / std::max(parts, 1.0);
  const double common = shared_weight(newer.topics, older.topics);
  const double of_newer = total_weight(newer.topics);
  const double of_older = total_weight(older.topics);
  const Missing in_older = missing_from(older, newer);
  const Missing in_newer = missing_from(newer, older);
  const double missing = in_older.values + in_older.days + in_older.names;

  CueRow row;
  row.add("likeness", likeness.message);
  row.add("likeness_square", likeness.message * likeness.message);
  row.add("likeness_below", likeness.message - likest);
  row.add("likeness_above", likeness.message - usual);
  row.add("part_mean", mean);
  row.add("part_least", least);
  row.add("token_lowest", lowest);
  row.add("cover_older", common / std::max(0.5, of_older));
  row.add("jaccard", common / std::max(0.5, of_newer + of_older - common));
  row.add("shared", std::min(common, 5.0));
  row.add("values_missing", std::min(in_older.values, 3.0));
  row.add("days_missing", std::min(in_older.days, 2.0));
  row.add("names_missing", std::min(in_older.names, 3.0));
  row.add("any_missing", missing > 0);
  row.add("share_missing", missing / std::max(1.0, in_older.of));
  row.add("values_shared", std::min(in_older.of - missing, 4.0));
  row.add("all_shared", in_older.of > 0 && missing <= 0);
  row.add("values_more", std::min(in_newer.values, 3.0));
  row.add("days_more", std::min(in_newer.days, 2.0));
  row.add("names_more", std::min(in_newer.names, 3.0));
  row.add("both_differ", in_older.values > 0 && in_newer.values > 0);
  row.add("days_differ", in_older.days > 0 && in_newer.days > 0);
  row.add("scopes_missing", std::min(missing_words(older, newer, &PartView::scopes), 2.0));
  row.add("relations_missing", std::min(missing_words(older, newer, &PartView::relations), 2.0));
  row.add("asserted_differ", newer.asserted != older.asserted);
  row.add("denied_differ", newer.denied != older.denied);
  for (const auto& [name, cue] : {std::pair("negation_differs", Cue::kNegation),
                                  {"done_differs", Cue::kDone},
                                  {"cancels_differs", Cue::kCancels},
                                  {"forbids_differs", Cue::kForbids}})
    row.add(name, newer.cues.has(cue) != older.cues.has(cue));
  row.add("newer_changes", newer.cues.any(Cue::kChange, Cue::kStrongChange));
  row.add("older_changes", older.cues.any(Cue::kChange, Cue::kStrongChange));
  row.add("same_type", newer.memory->type == older.memory->type);
  row.add("likeness_missing", likeness.message * (missing > 0));
  row.add("likeness_shared", likeness.message * (in_older.of > 0 && missing <= 0));
  return row;
}

double says_same(const Comparable& older, const Comparable& newer, const Likeness& likeness, double likest,
                 double usual) {
  if (!likeness.known || likeness.message - usual < kStandsOut) return 0;
  // One value in the place of another is never the same.
  if (asserts_other(older, newer) || one_place_apart(older, newer)) return 0;
  const Missing in_older = missing_from(older, newer);
  const Missing in_newer = missing_from(newer, older);
  if ((in_older.values > 0 && in_newer.values > 0) || (in_older.days > 0 && in_newer.days > 0)) return 0;
  // "30 euros instead of 25" has the old value, too.
  if (in_older.values + in_older.days > 0 && newer.cues.has(Cue::kStrongChange)) return 0;
  return same_head().probability(same_cues(older, newer, likeness, likest, usual));
}

}  // namespace holdfast::memory
