#include "memory/ingest/parts.h"

#include "language/sentences.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kStamp = 13;  // " (2026-03-02)"

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == ',')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == ',')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::vector<Part> parts_of(std::string_view statement) {
  std::vector<Part> parts;
  std::size_t number = 0;
  for (const language::Sentence& sentence : language::sentences(without_stamp(statement))) {
    for (const std::string_view clause : language::clauses(sentence.text)) {
      std::size_t begin = 0;
      int brackets = 0;
      for (std::size_t i = 0; i <= clause.size(); ++i) {
        if (i < clause.size() && (clause[i] == '(' || clause[i] == '`')) ++brackets;
        if (i < clause.size() && clause[i] == ')') brackets = 0;
        const bool comma = i + 1 < clause.size() && clause[i] == ',' && clause[i + 1] == ' ' && brackets % 2 == 0;
        if (i != clause.size() && !comma) continue;
        const std::string_view text = trimmed(clause.substr(begin, i - begin));
        if (!text.empty()) parts.push_back({text, number});
        begin = i;
      }
    }
    ++number;
  }
  return parts;
}

std::string_view without_stamp(std::string_view statement) {
  if (statement.size() > kStamp && statement.ends_with(')')) {
    const std::string_view stamp = statement.substr(statement.size() - kStamp);
    const auto is_digit = [&](std::size_t at) { return stamp[at] >= '0' && stamp[at] <= '9'; };
    if (stamp[0] == ' ' && stamp[1] == '(' && stamp[6] == '-' && stamp[9] == '-' && is_digit(2) && is_digit(11))
      statement.remove_suffix(kStamp);
  }
  return statement;
}

}  // namespace holdfast::memory
