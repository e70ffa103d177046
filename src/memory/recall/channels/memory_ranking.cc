#include "memory/recall/channels/memory_ranking.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "memory/recall/weights.h"

namespace holdfast::memory {
namespace {

bool type_fits(QuestionKind kind, MemoryType type) {
  switch (kind) {
    case QuestionKind::kRule:
      return type == MemoryType::kInstruction;
    case QuestionKind::kWhen:
    case QuestionKind::kHowLong:
      return type == MemoryType::kEvent;
    default:
      return false;
  }
}

// By DocId of the memory: how much the strongest of the messages it was read from speaks for the question. Those that
// are not there have none that does.
std::unordered_map<search::DocId, float> strongest_sources(const RecallView& view) {
  std::unordered_map<search::DocId, float> strongest;
  for (const search::DocId message : view.evidence.strong) {
    const auto speaks = static_cast<float>(view.evidence.of(message));
    for (const Id& id : view.fold.memories_from(view.index.message_at(message))) {
      const auto memory = view.index.find_memory(id);
      if (!memory) continue;
      float& most = strongest[*memory];
      most = std::max(most, speaks);
    }
  }
  return strongest;
}

}  // namespace

RankedHits rank_memories(const RecallView& view, const AnalysedQuery& query, std::vector<ScoredMemory> found,
                         std::size_t breadth) {
  struct Hit {
    const MemoryEntry* memory;
    search::DocId doc;
    float score;
  };
  std::vector<Hit> hits;
  hits.reserve(found.size());
  for (const auto& [doc, score] : found) {
    const MemoryEntry& memory = view.index.memory_at(doc);
    if (memory.superseded && !query.about_past) continue;
    const float fit = type_fits(query.kind, memory.type) ? weights::kTypeFits : 1.f;
    hits.push_back({&memory, doc, score * fit});
  }
  float best = 0;
  for (const Hit& hit : hits) best = std::max(best, hit.score);
  const std::unordered_map<search::DocId, float> strongest = strongest_sources(view);
  for (Hit& hit : hits) {
    const float share = best > 0 ? hit.score / best : 0;
    const auto source = strongest.find(hit.doc);
    // A memory that was given without messages is its own evidence.
    const float speaks = source != strongest.end() ? source->second : hit.memory->has_sources ? 0 : share;
    hit.score = share + weights::kEvidence * speaks;
  }
  const auto before = [](const Hit& a, const Hit& b) {
    if (a.score != b.score) return a.score > b.score;
    const auto age = [](const MemoryEntry& m) { return std::tie(m.created_at, m.position, m.id); };
    return age(*a.memory) > age(*b.memory);
  };
  const std::size_t kept = std::min(breadth, hits.size());
  std::partial_sort(hits.begin(), hits.begin() + static_cast<std::ptrdiff_t>(kept), hits.end(), before);
  RankedHits ranked;
  ranked.reserve(kept);
  for (std::size_t i = 0; i < kept; ++i) {
    ranked.push_back({.key = {RecallCandidate::Kind::kMemory, hits[i].memory->id}, .score = hits[i].score});
  }
  return ranked;
}

}  // namespace holdfast::memory
