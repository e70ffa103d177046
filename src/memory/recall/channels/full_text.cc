#include "memory/recall/channels/full_text.h"

#include <algorithm>
#include <optional>
#include <tuple>

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

// How much the messages that the memory was read from speak for the question, by the best of them; nothing for a memory
// that was given without messages.
std::optional<float> strongest_source(const RecallView& view, const MemoryEntry& entry) {
  const Memory* const memory = view.fold.find_memory(entry.id);
  if (memory == nullptr || memory->sources.empty()) return std::nullopt;
  double strongest = 0;
  for (const Source& source : memory->sources) {
    if (const auto doc = view.index.find_message(source.message))
      strongest = std::max(strongest, view.evidence.of(*doc));
  }
  return static_cast<float>(strongest);
}

}  // namespace

double FullTextChannel::weight() const { return weights::kFullTextWeight; }

RankedHits FullTextChannel::run(const RecallView& view, const AnalysedQuery& query, std::size_t breadth) const {
  thread_local search::Scores scores;
  const search::Bm25Options options{.field_weights = {weights::kContentWeight, weights::kSummaryWeight,
                                                      weights::kKeywordWeight, weights::kQueryWeight}};
  view.index.memories().bm25(query_terms(view.index, query), options, scores);

  struct Hit {
    const MemoryEntry* memory;
    float score;
  };
  std::vector<Hit> hits;
  hits.reserve(scores.touched().size());
  for (const search::DocId doc : scores.touched()) {
    const MemoryEntry& memory = view.index.memory_at(doc);
    if (memory.superseded && !query.about_past) continue;
    const float fit = type_fits(query.kind, memory.type) ? weights::kTypeFits : 1.f;
    hits.push_back({&memory, scores[doc] * fit});
  }
  float best = 0;
  for (const Hit& hit : hits) best = std::max(best, hit.score);
  for (Hit& hit : hits) {
    const float share = hit.score / best;
    hit.score = share + weights::kEvidence * strongest_source(view, *hit.memory).value_or(share);
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
