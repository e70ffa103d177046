#include "memory/ingest/value_classes.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace holdfast::memory {
namespace {

struct Value {
  std::vector<std::string_view> rest;
  const ValueClass* value_class;
};

struct Row {
  ValueClass value_class;
  std::string_view values;
};

enum Kind : std::uint8_t { kOne, kSeveral, kPersonal };

constexpr Row kRows[] = {
#define X(name, kind, values) {{name, (kind) != kSeveral, (kind) == kPersonal}, values},
#include "memory/ingest/value_classes.inc"
#undef X
};

using ValueTable = std::unordered_map<std::string_view, std::vector<Value>>;

const ValueTable& value_table() {
  static const ValueTable table = [] {
    ValueTable built;
    for (const Row& row : kRows) {
      for (std::string_view list = row.values; !list.empty();) {
        const std::size_t bar = list.find('|');
        const std::string_view value = list.substr(0, bar);
        list = bar == std::string_view::npos ? std::string_view{} : list.substr(bar + 1);
        Value entry{{}, &row.value_class};
        std::size_t space = value.find(' ');
        const std::string_view first = value.substr(0, space);
        while (space != std::string_view::npos) {
          const std::size_t next = value.find(' ', space + 1);
          entry.rest.push_back(value.substr(space + 1, next == std::string_view::npos ? next : next - space - 1));
          space = next;
        }
        built[first].push_back(std::move(entry));
      }
    }
    return built;
  }();
  return table;
}

}  // namespace

ClassHit find_value_class(const Tokens& tokens, std::size_t at) {
  ClassHit best;
  const ValueTable& table = value_table();
  const auto found = table.find(tokens[at].text);
  if (found == table.end()) return best;
  for (const Value& value : found->second) {
    bool match = true;
    for (std::size_t k = 0; match && k < value.rest.size(); ++k)
      match = tokens.word(static_cast<std::ptrdiff_t>(at + k) + 1) == value.rest[k];
    if (match && value.rest.size() + 1 > best.tokens) best = {value.value_class, value.rest.size() + 1};
  }
  return best;
}

const ValueClass* class_of_word(std::string_view word) {
  const ValueTable& table = value_table();
  const auto found = table.find(word);
  if (found == table.end()) return nullptr;
  for (const Value& value : found->second)
    if (value.rest.empty()) return value.value_class;
  return nullptr;
}

bool is_exclusive_topic(std::string_view topic_key) {
  for (const Row& row : kRows)
    if (row.value_class.exclusive && topic_key.starts_with(row.value_class.name) &&
        (topic_key.size() == row.value_class.name.size() || topic_key[row.value_class.name.size()] == ' '))
      return true;
  return false;
}

bool is_negated(const Tokens& tokens, std::size_t at) {
  for (std::size_t back = 1; back <= 3 && back <= at; ++back) {
    const Token& token = tokens[at - back];
    if (token.after == ',' || token.after == '.' || token.after == ';') return false;
    if (is_one_of(token.text,
                  "not no never instead from without avoid don't dont over than replaced dropped isn't "
                  "replaces replace ditched longer off removed remove stop stopped quit"))
      return true;
    if (is_one_of(token.text, "to use using")) return is_negated(tokens, at - back);
  }
  return false;
}

bool means_value(const Tokens& tokens, std::size_t at) {
  const Token& token = tokens[at];
  // Only these few are hard to tell from everyday words; most of the list is only ever the tool in its context.
  if (!is_one_of(token.text,
                 "go fly render black flow next spring gin rocket express solid ember linear notion signal "
                 "zoom oracle chef puppet drone prettier alpine astro remix lit metric imperial chrome "
                 "brave safari spaces tabs rider rye bun pest nano pip railway slack discord stripe paddle "
                 "bloc diesel dart swift ruby nose ava fish helix roam celery parcel composer poetry "
                 "keto vegan black"))
    return true;
  const bool starts = at == 0 || token.before == '.' || token.before == '!' || token.before == '?';
  const std::string_view next = tokens.word(static_cast<std::ptrdiff_t>(at) + 1);
  const std::string_view before = tokens.word(static_cast<std::ptrdiff_t>(at) - 1);
  return token.code || (token.capital && !starts) || (!next.empty() && next.front() >= '0' && next.front() <= '9') ||
         (is_one_of(before, "use using uses not no prefer prefers i'm im") && token.text != "go") ||
         (is_one_of(token.text, "spaces tabs bun pip vegan keto poetry composer swift ruby dart rye slack") && !starts);
}

std::vector<ClassValue> class_values(const Tokens& tokens) {
  std::vector<ClassValue> values;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const ClassHit hit = find_value_class(tokens, i);
    if (hit.value_class == nullptr || !means_value(tokens, i)) continue;
    ClassValue value;
    value.value_class = hit.value_class;
    for (std::size_t k = 0; k < hit.tokens; ++k) {
      if (k > 0) value.value += ' ';
      value.value += tokens[i + k].text;
    }
    value.negated = is_negated(tokens, i);
    values.push_back(std::move(value));
    i += hit.tokens - 1;
  }
  return values;
}

}  // namespace holdfast::memory
