// Topic keys: the memory that is the present value of what the question asks for.
#pragma once

#include "memory/recall/channels/channel.h"

namespace holdfast::memory {

class TopicKeyChannel final : public Channel {
 public:
  [[nodiscard]] std::string_view name() const override { return "topic_key"; }
  [[nodiscard]] double weight() const override;
  [[nodiscard]] bool general() const override { return false; }
  // A hit's score is the share of its key's words that the question says, weighed by how rare they are among keys.
  [[nodiscard]] RankedHits run(const RecallView& view, const AnalysedQuery& query, std::size_t breadth) const override;
};

}  // namespace holdfast::memory
