// A channel: one way of finding candidates, with a ranking of its own.
//
// Channels know nothing of each other. What they find is fused by rank (fuse.h), so their scores need no common scale.
// A new one is a file beside this and a line in recall.cc.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "memory/profile/fold.h"
#include "memory/profile/profile_index.h"
#include "memory/recall/candidates.h"
#include "memory/recall/evidence.h"
#include "memory/recall/query.h"
#include "search/fusion.h"

namespace holdfast::memory {

// One commit of a profile, as a reader sees it, and what its messages say to the question.
struct RecallView {
  const Fold& fold;
  const ProfileIndex& index;
  const Evidence& evidence;  // of the question, weighed over `index`
};

struct CandidateKey {
  RecallCandidate::Kind kind = RecallCandidate::Kind::kMemory;
  Id id;

  bool operator==(const CandidateKey&) const = default;
};

struct CandidateKeyHash {
  [[nodiscard]] std::size_t operator()(const CandidateKey& key) const noexcept {
    return std::hash<Id>()(key.id) ^ static_cast<std::size_t>(key.kind);
  }
};

using RankedHits = std::vector<search::RankedKey<CandidateKey>>;  // best first

// Stateless and thread-safe.
class Channel {
 public:
  virtual ~Channel() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual double weight() const = 0;
  // Whether it ranks all that it can hold, rather than finding exact matches alone.
  [[nodiscard]] virtual bool general() const { return true; }
  // At most `breadth` hits. Superseded memories only when the question is about the past.
  [[nodiscard]] virtual RankedHits run(const RecallView& view, const AnalysedQuery& query,
                                       std::size_t breadth) const = 0;
};

// The question's terms that the profile has, as numbers.
[[nodiscard]] std::vector<search::QueryTerm> query_terms(const ProfileIndex& index, const AnalysedQuery& query);

}  // namespace holdfast::memory
