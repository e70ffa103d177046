// Memories by the meaning of what they say and of the questions they answer: the better cosine of the two, against the
// best memory's, and, as in full text, what the messages they were read from say to the question.
//
// Asked once with the question and once with a statement shaped like its answer (HyDE, Gao et al. 2022): two channels,
// because each finds what the other does not.
#pragma once

#include "memory/recall/channels/channel.h"

namespace holdfast::memory {

class VectorChannel final : public Channel {
 public:
  enum class Asks { kQuestion, kStatement };
  explicit VectorChannel(Asks asks) : asks_(asks) {}

  [[nodiscard]] std::string_view name() const override { return asks_ == Asks::kQuestion ? "vector" : "hyde"; }
  [[nodiscard]] double weight() const override;
  // Nothing without vectors.
  [[nodiscard]] RankedHits run(const RecallView& view, const AnalysedQuery& query, std::size_t breadth) const override;

 private:
  Asks asks_;
};

}  // namespace holdfast::memory
