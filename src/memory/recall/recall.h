// Recall: (analyse the query) → the channels at once → fuse → diversify → temporal facts → synthesise.
//
// Channels today: full text over memories, topic key, raw messages. The two vector channels need an encoder and are
// absent without one, in `explain` too. Windows, sessions and speakers are weighed once (evidence.h) and count inside
// the channels; between channels ranks are fused. All weights and constants are in recall/weights.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/pool.h"
#include "base/result.h"
#include "base/task.h"
#include "base/trace.h"
#include "memory/profile/profile.h"
#include "memory/recall/candidates.h"
#include "memory/recall/query.h"
#include "memory/recall/stages.h"
#include "memory/recall/temporal.h"
#include "models/encoder.h"

namespace holdfast::memory {

struct RecallAnswer {
  std::string answer;                       // "" when nothing relevant is known
  std::vector<RecallCandidate> candidates;  // at most 10 / 20 / 50 for low / medium / high
  AnalysedQuery query;                      // for `explain`
  std::vector<TemporalFact> facts;
  std::vector<StageTime> stages;
};

struct RecallStages {
  const QueryAnalyser& analyser;
  const Synthesiser& synthesiser;
  const Clock& clock;
  const models::Encoder* encoder = nullptr;    // null: questions are answered by their words alone
  std::optional<std::int64_t> budget_us = {};  // of one recall, within which models may be waited for; none: no bound
  // Whose vectors are asked while those of `encoder` are still being made (WantedVectors::before); null: words alone.
  const models::Encoder* before = nullptr;
};

// Runs on the thread it is called on (a pool's); holds the profile's read lock only while the index is searched.
[[nodiscard]] Task<Result<RecallAnswer>> recall(const RecallStages& stages, std::shared_ptr<Profile> profile,
                                                RecallRequest request);

// The channels there are, as `explain` names them.
[[nodiscard]] std::vector<std::string_view> channel_names();

}  // namespace holdfast::memory
