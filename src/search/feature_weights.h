// What the query's wishes about features add to a message's score. A part of conversation_score.cc.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <span>

#include "search/conversation_index.h"

namespace holdfast::search {

// The weights of 32 flags are summed beforehand for every value of each byte of the
// mask, so that a message costs at most four look-ups however many flags a query weighs.
class FeatureWeights {
 public:
  explicit FeatureWeights(const ConversationScoring& scoring) : scoring_(scoring) {
    for (std::size_t byte = 0; byte < sums_.size(); ++byte) {
      const std::span<const float> weights = std::span(scoring.flag_weights).subspan(byte * 8, 8);
      if (std::none_of(weights.begin(), weights.end(), [](float weight) { return weight != 0; })) continue;
      used_[used_bytes_++] = byte;
      for (std::size_t mask = 1; mask < 256; ++mask) {
        const auto lowest = static_cast<std::size_t>(std::countr_zero(mask));
        sums_[byte][mask] = sums_[byte][mask & (mask - 1)] + weights[lowest];
      }
    }
    counts_ = std::any_of(scoring.count_weights.begin(), scoring.count_weights.end(), [](float w) { return w != 0; });
    any_ = counts_ || used_bytes_ > 0 || !scoring.speakers.empty() || !scoring.days.empty();
  }

  [[nodiscard]] bool any() const { return any_; }

  [[nodiscard]] float operator()(const Features& features) const {
    float sum = 0;
    for (std::size_t at = 0; at < used_bytes_; ++at) sum += sums_[used_[at]][features.flags >> (used_[at] * 8) & 0xFF];
    if (counts_)
      for (std::size_t at = 0; at < kCounts; ++at)
        sum += scoring_.count_weights[at] * static_cast<float>(features.counts[at]);
    for (const SpeakerWeight& one : scoring_.speakers)
      if (one.speaker == features.speaker) sum += one.weight;
    if (features.day != kNoDay)
      for (const DayRange& range : scoring_.days)
        if (range.first <= features.day && features.day <= range.last) sum += range.weight;
    return sum;
  }

 private:
  const ConversationScoring& scoring_;
  std::array<std::array<float, 256>, 4> sums_ = {};
  std::array<std::size_t, 4> used_ = {};
  std::size_t used_bytes_ = 0;
  bool counts_ = false;
  bool any_ = false;
};

}  // namespace holdfast::search
