#include "memory/ingest/pair_head.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "memory/ingest/tokens.h"

namespace holdfast::memory {
namespace {

constexpr double kDayInMs = 86'400'000;

// Whether anything but likeness speaks for a replacement: words of change, or a value where the older one has one too.
// Where nothing does, as in talk among friends, two things told alike are nearly always two things.
bool shows_change(const Comparable& newer, const PartView& now, const PartView& before) {
  constexpr std::string_view kTurns =
      "now instead anymore back longer moved switched changed new only correction actually";
  const auto turns = [&](const PartView& part) {
    return part.cues.any(Cue::kChange, Cue::kStrongChange, Cue::kDone, Cue::kCancels, Cue::kRetracts, Cue::kForbids,
                         Cue::kAlways, Cue::kDecides) ||
           std::ranges::any_of(part.words, [&](const std::string& word) { return is_one_of(word, kTurns); });
  };
  if (turns(now) || newer.cues.any(Cue::kStrongChange, Cue::kRetracts) || !now.denied.empty()) return true;
  return (!now.values.empty() && !before.values.empty()) || (!now.asserted.empty() && !before.asserted.empty());
}

}  // namespace

const TreeHead& replaces_head() {
  static const TreeHead built = [] {
    TreeHead head;
#include "memory/heads/replaces.inc"
    return head;
  }();
  return built;
}

bool may_be_replaced(const Memory& older, const Memory& newer) {
  if (older.type == MemoryType::kEvent) return false;
  return std::none_of(older.sources.begin(), older.sources.end(), [&](const Source& source) {
    return std::any_of(newer.sources.begin(), newer.sources.end(),
                       [&](const Source& other) { return other.message == source.message; });
  });
}

std::vector<PairContext> contexts_of(const Comparable& newer, std::span<const Comparable* const> older,
                                     std::span<const Likeness> likenesses) {
  std::vector<double> close;
  close.reserve(older.size());
  for (std::size_t i = 0; i < older.size(); ++i)
    close.push_back(closeness(newer, *older[i]) + (i < likenesses.size() ? likenesses[i].message : 0.0));
  double likest = 0;
  for (const Likeness& likeness : likenesses) likest = std::max(likest, likeness.message);
  const double usual = usual_likeness(likenesses);
  auto occurrences = std::make_shared<std::map<std::string, std::size_t, std::less<>>>();
  for (const TopicTerm& term : newer.topics) {
    std::size_t& count = (*occurrences)[term.term];
    for (const Comparable* other : older)
      count += std::binary_search(other->topics.begin(), other->topics.end(), term,
                                  [](const TopicTerm& a, const TopicTerm& b) { return a.term < b.term; });
  }
  std::vector<PairContext> contexts(older.size());
  for (std::size_t i = 0; i < older.size(); ++i) {
    PairContext& context = contexts[i];
    double best_other = 0;
    for (std::size_t k = 0; k < older.size(); ++k) {
      if (k == i) continue;
      best_other = std::max(best_other, close[k]);
      context.rank += close[k] > close[i] ? 1U : 0U;
    }
    context.margin = close[i] - best_other;
    context.likest = likest;
    context.usual = usual;
    context.occurrences = occurrences;
    const Memory& a = *newer.memory;
    const Memory& b = *older[i]->memory;
    context.same_session = a.session_id == b.session_id;
    context.days = std::max(0.0, static_cast<double>(a.created_at - b.created_at) / kDayInMs);
    if (i < likenesses.size()) context.likeness = likenesses[i];
  }
  return contexts;
}

Replacement judge_pair(const Comparable& newer, const Comparable& older, const PairContext& context, double threshold) {
  Replacement out;
  if (context.usual >= kCrowded) threshold = std::max(threshold, kReplacesCrowded);
  for (std::size_t at = 0; at < newer.parts.size(); ++at) {
    const std::size_t beside = aligned_part(newer, at, older);
    if (surely_apart(newer, at, older.parts[beside])) continue;
    const double score = replaces_head().probability(pair_cues(newer, at, older, beside, context));
    if (score > out.probability) {
      out.probability = score;
      out.part = beside;
    }
    const bool enough = score >= threshold &&
                        (score >= kReplacesUnchanged || shows_change(newer, newer.parts[at], older.parts[beside]));
    if (enough) out.parts.push_back(beside);
  }
  std::sort(out.parts.begin(), out.parts.end());
  out.parts.erase(std::unique(out.parts.begin(), out.parts.end()), out.parts.end());
  return out;
}

}  // namespace holdfast::memory
