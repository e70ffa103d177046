#include "memory/recall/spread.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>

#include "memory/recall/weights.h"

namespace holdfast::memory {

void spread_over_sessions(const ProfileIndex& index, std::span<const float> scores, std::span<search::DocId> ranked) {
  const search::ConversationIndex& messages = index.messages();
  std::unordered_map<std::uint32_t, std::size_t> taken;  // of each session
  auto left = ranked.first(std::min(ranked.size(), weights::kSpreadPool));
  while (!left.empty()) {
    const auto worth = [&](search::DocId doc) {
      const std::size_t heard = std::min(taken[messages.session(doc)], weights::kSpreadMost);
      return scores[doc] - weights::kSpread * static_cast<float>(heard);
    };
    const auto best = std::ranges::max_element(left, {}, worth);
    ++taken[messages.session(*best)];
    std::rotate(left.begin(), best, best + 1);
    left = left.subspan(1);
  }
}

}  // namespace holdfast::memory
