// How a memory is shown and found: summary, keywords, and the questions it answers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "memory/types.h"

namespace holdfast::memory {

inline constexpr std::size_t kKeywords = 16;
inline constexpr std::size_t kQueries = 5;

// One line of at most 120 characters that can be read by itself.
[[nodiscard]] std::string summarise(std::string_view content);

// Its content words, lower case, in order, each once, at most kKeywords.
[[nodiscard]] std::vector<std::string> keywords_of(std::string_view content);

// Three to five questions.
[[nodiscard]] std::vector<std::string> queries_of(const Memory& memory);

}  // namespace holdfast::memory
