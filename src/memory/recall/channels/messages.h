// Raw messages, by how much they speak for the question (evidence.h).
#pragma once

#include "memory/recall/channels/channel.h"

namespace holdfast::memory {

class MessagesChannel final : public Channel {
 public:
  [[nodiscard]] std::string_view name() const override { return "messages"; }
  [[nodiscard]] double weight() const override;
  // Messages that memories cover are among the hits: fuse.h makes of them what they are evidence for.
  [[nodiscard]] RankedHits run(const RecallView& view, const AnalysedQuery& query, std::size_t breadth) const override;
};

}  // namespace holdfast::memory
