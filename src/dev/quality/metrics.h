// Measures of one question, from the ranks at which its evidence was found. All are 0 to 1.
//
// A rank counts from 1; 0 means "not found". Recall and nDCG with equal gains as in Järvelin & Kekäläinen (2002).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace holdfast::dev::quality {

using Ranks = std::span<const std::size_t>;

// The share of the evidence within the first k. At least one rank.
[[nodiscard]] double recall_at(Ranks ranks, std::size_t k);
// One over the best rank; 0 when nothing was found.
[[nodiscard]] double reciprocal_rank(Ranks ranks);
// Discounted gain within the first k, against that of all evidence at the top.
[[nodiscard]] double ndcg_at(Ranks ranks, std::size_t k);

// The share of the right answer's content words that the answer says; 0 when it has none.
[[nodiscard]] double answer_share(std::string_view gold, std::string_view answer);
// Whether it has content words at all.
[[nodiscard]] bool has_content_words(std::string_view gold);

}  // namespace holdfast::dev::quality
