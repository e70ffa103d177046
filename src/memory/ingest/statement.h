// Statements, made comparable: their content words and values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::memory {

struct Statement {
  std::vector<std::string> terms;   // stems of its content words, sorted, each once
  std::vector<std::string> values;  // its numbers, dates, versions and names, folded, sorted, each once
};

[[nodiscard]] Statement read_statement(std::string_view text);

// How many elements two sorted lists share.
[[nodiscard]] std::size_t shared(const std::vector<std::string>& a, const std::vector<std::string>& b);

// Whether every element of `part` is in `whole`; both sorted.
[[nodiscard]] bool includes(const std::vector<std::string>& whole, const std::vector<std::string>& part);

// Cuts a text to at most `limit` code points: after a sentence, else a clause, else a word.
[[nodiscard]] std::string cut_text(std::string_view text, std::size_t limit);

inline constexpr std::size_t kContentCharacters = 300;
inline constexpr std::size_t kSummaryCharacters = 120;

}  // namespace holdfast::memory
