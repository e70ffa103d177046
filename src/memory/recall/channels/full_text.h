// Full text over memories: BM25 over their fields, against the best of them, and what the messages they were read from
// say to the question: the words that matter often stand in the turn before.
#pragma once

#include "memory/recall/channels/channel.h"

namespace holdfast::memory {

class FullTextChannel final : public Channel {
 public:
  [[nodiscard]] std::string_view name() const override { return "full_text"; }
  [[nodiscard]] double weight() const override;
  [[nodiscard]] RankedHits run(const RecallView& view, const AnalysedQuery& query, std::size_t breadth) const override;
};

}  // namespace holdfast::memory
