// From the channels' rankings to one list of candidates.
//
// Weighted reciprocal rank fusion (search/fusion.h). A message that memories cover is no candidate of its own: found by
// the messages channel, it lifts the memory of it that fits the question best. What only one channel can hold (a
// message that no memory covers, a memory that was given without messages) would lose to what several can, so its share
// counts as if the other general channels had found it at the same rank. Ties go to the newer.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "memory/recall/channels/channel.h"

namespace holdfast::memory {

struct ChannelRun {
  std::string_view channel;
  double weight = 0;
  RankedHits hits;
  bool general = true;  // ranks all that it can hold; not one that finds exact matches alone
};

struct FusedCandidate {
  CandidateKey key;
  double score = 0;
  std::vector<ChannelHit> channels;
};

// At most `limit`, best first. Ended tasks and superseded memories lose a share of their score, and a superseded memory
// never goes before the current one of its chain.
[[nodiscard]] std::vector<FusedCandidate> fuse_channels(const RecallView& view, const AnalysedQuery& query,
                                                        std::span<const ChannelRun> runs, std::size_t limit);

}  // namespace holdfast::memory
