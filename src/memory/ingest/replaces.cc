#include "memory/ingest/replaces.h"

#include <algorithm>

#include "language/words.h"
#include "memory/ingest/topic_key.h"
#include "memory/ingest/value_classes.h"

namespace holdfast::memory {
namespace {

constexpr std::string_view kGeneric =
    "dai week month year time new now todai thing make get go us set also still onli need want done start next last "
    "first one two put take move switch chang instead longer current updat agre";

void sort_unique(std::vector<std::string>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

bool is_stamp(std::string_view value) { return value.size() == 10 && value[4] == '-' && value[7] == '-'; }

// Terms that are no values, and say something.
std::vector<std::string> topic_terms(const Comparable& side) {
  std::vector<std::string> terms;
  for (const std::string& term : side.statement.terms)
    if (!is_one_of(term, kGeneric) && term.find_first_of("0123456789") == std::string::npos) terms.push_back(term);
  return terms;
}

std::vector<std::string> plain_values(const Comparable& side) {
  std::vector<std::string> values;
  for (const std::string& value : side.statement.values)
    if (!is_stamp(value)) values.push_back(value);
  return values;
}

bool conflicting(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return !a.empty() && !b.empty() && shared(a, b) == 0;
}

}  // namespace

Comparable make_comparable(const Memory& memory) {
  Comparable side;
  side.memory = &memory;
  side.statement = read_statement(memory.content);
  const Tokens tokens(memory.content);
  side.cues = find_cues(tokens);
  for (const Token& token : tokens)
    if (const std::string_view scope = scope_word(token.text); !scope.empty()) side.scopes.emplace_back(scope);
  for (ClassValue& value : class_values(tokens))
    (value.negated ? side.denied : side.asserted).push_back(std::move(value.value));
  // "from 512Mi to 768Mi", "not the 20th", "8020 instead of 8010": the value after these words is the old one.
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    const std::string_view word = tokens[i].text;
    const bool turns = is_one_of(word, "from not was no off dropped replaces replaced") ||
                       (i > 0 && word == "of" && tokens[i - 1].text == "instead");
    if (turns && (tokens[i + 1].digit || tokens[i + 1].capital || tokens[i + 1].code))
      side.denied.emplace_back(tokens[i + 1].text);
    // "1200 -> 1280", "Beatriz left"
    if (tokens[i].after == '>' || (tokens[i].capital && is_one_of(tokens[i + 1].text, "left leaves retired quit stops")))
      side.denied.emplace_back(word);
  }
  sort_unique(side.scopes);
  sort_unique(side.asserted);
  sort_unique(side.denied);
  return side;
}

double replacement_score(const Comparable& newer, const Comparable& older) {
  const bool change = newer.cues.has(Cue::kStrongChange);
  if (!change && !newer.cues.has(Cue::kChange)) return 0;
  if (conflicting(newer.scopes, older.scopes)) return 0;
  if (!newer.memory->name.empty() && !older.memory->name.empty() && newer.memory->name != older.memory->name &&
      newer.cues.has(Cue::kFirstPerson))
    return 0;
  const std::vector<std::string> new_terms = topic_terms(newer);
  const std::vector<std::string> old_terms = topic_terms(older);
  const std::size_t smaller = std::min(new_terms.size(), old_terms.size());
  if (smaller == 0) return 0;
  const std::size_t common = shared(new_terms, old_terms);
  const double coverage = static_cast<double>(common) / static_cast<double>(smaller);

  // The old value is named: "switched from Jest to Vitest" after "we test with Jest".
  const bool names_old = shared(newer.denied, older.asserted) > 0 ||
                         (shared(newer.denied, older.statement.values) > 0 && common >= 1);
  if (names_old) return 0.6 + 0.4 * coverage;

  // Another value of the same thing.
  const std::vector<std::string> new_values = plain_values(newer);
  const std::vector<std::string> old_values = plain_values(older);
  const bool values = !newer.statement.values.empty() && !older.statement.values.empty();
  const bool differ = newer.statement.values != older.statement.values;
  if (!values || !differ || common < 2) return 0;
  double score = coverage;
  if (!change) score -= 0.2;
  if (shared(new_values, old_values) > 0) score += 0.1;
  if (common >= 3) score += 0.1;
  if (newer.memory->session_id == older.memory->session_id) score -= 0.15;
  return std::max(0.0, score);
}

bool same_value(const Comparable& a, const Comparable& b) {
  if (!a.asserted.empty() || !b.asserted.empty()) return a.asserted == b.asserted;
  const std::vector<std::string> of_a = plain_values(a);
  const std::vector<std::string> of_b = plain_values(b);
  const std::size_t common = shared(a.statement.terms, b.statement.terms);
  const std::size_t larger = std::max(a.statement.terms.size(), b.statement.terms.size());
  const std::size_t smaller = std::min(a.statement.terms.size(), b.statement.terms.size());
  if (a.cues.has(Cue::kNegation) != b.cues.has(Cue::kNegation)) return false;
  if (!of_a.empty() && of_a == of_b) return 2 * common >= smaller;
  return of_a == of_b && 10 * common >= 7 * larger;
}

}  // namespace holdfast::memory
