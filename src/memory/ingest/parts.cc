#include "memory/ingest/parts.h"

#include "language/sentences.h"
#include "memory/ingest/tokens.h"
#include "memory/ingest/value_classes.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kStamp = 13;  // " (2026-03-02)"

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == ',')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == ',')) text.remove_suffix(1);
  return text;
}

// Without what stands in square brackets at the end: a caption, an aside of whoever wrote it down.
std::string_view without_caption(std::string_view text) {
  if (!text.ends_with(']')) return text;
  const std::size_t begin = text.rfind('[');
  return begin == std::string_view::npos || begin < 2 ? text : trimmed(text.substr(0, begin));
}

// Whether what stands between two commas says something by itself; else it only goes on with a list of one kind.
bool stands_alone(std::string_view item) {
  return item.find(' ') != std::string_view::npos || item.find_first_of("0123456789") != std::string_view::npos ||
         !class_values(Tokens(item)).empty();
}

}  // namespace

std::vector<Part> parts_of(std::string_view statement) {
  std::vector<Part> parts;
  std::size_t number = 0;
  for (const language::Sentence& sentence : language::sentences(without_caption(without_stamp(statement)))) {
    for (const std::string_view clause : language::clauses(sentence.text)) {
      std::size_t begin = 0;
      int brackets = 0;
      for (std::size_t i = 0; i <= clause.size(); ++i) {
        if (i < clause.size() && (clause[i] == '(' || clause[i] == '`')) ++brackets;
        if (i < clause.size() && clause[i] == ')') brackets = 0;
        const bool comma = i + 1 < clause.size() && clause[i] == ',' && clause[i + 1] == ' ' && brackets % 2 == 0;
        if (i != clause.size() && !comma) continue;
        const std::string_view text = trimmed(clause.substr(begin, i - begin));
        if (i != clause.size() && begin == 0 && !stands_alone(text)) continue;  // the beginning of a longer item
        const bool goes_on = begin > 0 && !parts.empty() && !stands_alone(text);
        if (goes_on) {
          std::string_view& before = parts.back().text;
          before = std::string_view(before.data(), static_cast<std::size_t>(text.data() + text.size() - before.data()));
        } else if (!text.empty()) {
          parts.push_back({text, number});
        }
        begin = i;
      }
    }
    ++number;
  }
  return parts;
}

std::size_t speaker_prefix(std::string_view content, std::string_view name) {
  if (name.empty()) return 0;
  if (content.starts_with(name) && content.substr(name.size()).starts_with(": ")) return name.size() + 2;
  if (content.starts_with('[') && content.substr(1).starts_with(name) &&
      content.substr(1 + name.size()).starts_with("] "))
    return name.size() + 3;
  return 0;
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
