#include "memory/ingest/pair_head.h"

#include <algorithm>
#include <cmath>

namespace holdfast::memory {
namespace {

constexpr double kDayInMs = 86'400'000;

}  // namespace

const LinearHead& replaces_head() {
  static const LinearHead built = [] {
    LinearHead head;
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
  for (std::size_t at = 0; at < newer.parts.size(); ++at) {
    const std::size_t beside = aligned_part(newer, at, older);
    if (surely_apart(newer, at, older.parts[beside])) continue;
    const double score = replaces_head().probability(pair_cues(newer, at, older, beside, context));
    if (score > out.probability) {
      out.probability = score;
      out.part = beside;
    }
    if (score >= threshold) out.parts.push_back(beside);
  }
  std::sort(out.parts.begin(), out.parts.end());
  out.parts.erase(std::unique(out.parts.begin(), out.parts.end()), out.parts.end());
  return out;
}

}  // namespace holdfast::memory
