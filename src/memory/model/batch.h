// Asks a model about a batch of candidates, and about its halves where the whole is too long for it.
#pragma once

#include <cstddef>
#include <iterator>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "memory/ingest/candidate.h"
#include "memory/model/stage_model.h"

namespace holdfast::memory {

// Candidates [first, last) of a list.
struct CandidateRange {
  std::size_t first = 0;
  std::size_t last = 0;
};

// One opinion a candidate of `batch`, in order; such as were never asked for, or got no reply that can be read, are
// Opinion{}: the builtin stage's holds. `render(candidates) → std::string` writes the question, `read(reply,
// candidates) → std::vector<Opinion>` gives an opinion for each of them. What they refer to must outlive the task.
template <typename Opinion, typename Render, typename Read>
Task<std::vector<Opinion>> ask_in_halves(const StageModel& model, const StageContext& context,
                                         std::span<const Candidate> candidates, CandidateRange batch,
                                         std::size_t max_tokens, models::CheckReply check, Render render, Read read) {
  std::vector<Opinion> all;
  std::vector<CandidateRange> waiting{batch};  // the next one last
  while (!waiting.empty()) {
    const CandidateRange range = waiting.back();
    waiting.pop_back();
    const auto some = candidates.subspan(range.first, range.last - range.first);
    std::string text = render(some);
    Asked asked = co_await model.ask(context, std::move(text), max_tokens, check);
    if (asked.too_large() && some.size() > 1) {
      model.split(context, asked);
      const std::size_t middle = range.first + some.size() / 2;
      waiting.push_back({middle, range.last});
      waiting.push_back({range.first, middle});
      continue;
    }
    std::vector<Opinion> opinions(some.size());
    if (asked.reply) {
      opinions = read(asked.reply->value, some);
      model.took(context, asked);
    } else {
      model.gave_up(context, asked);
    }
    for (Opinion& opinion : opinions) all.push_back(std::move(opinion));
  }
  co_return all;
}

}  // namespace holdfast::memory
