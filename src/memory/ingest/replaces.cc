#include "memory/ingest/replaces.h"

#include <algorithm>

#include "language/lexicon.h"
#include "language/names.h"
#include "language/sentences.h"
#include "language/words.h"
#include "memory/ingest/topic_key.h"
#include "memory/ingest/value_classes.h"

namespace holdfast::memory {
namespace {

// Stems that stand in statements about anything.
constexpr std::string_view kGeneric =
    "dai week month year time new now todai tomorrow yesterdai thing make get go us set also still onli need want done "
    "start next last first one two three put take move switch chang instead longer current updat agre come give keep "
    "everi each back sinc final actual old good well read note pleas user know say said call work run two-week hour "
    "minut second am pm utc mondai tuesdai wednesdai thursdai fridai saturdai sundai januari februari march april mai "
    "june juli august septemb octob novemb decemb jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri "
    "sat sun eur euro usd meet stai rest follow fine plan";

void sort_unique(auto& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

bool has_digit(std::string_view word) { return word.find_first_of("0123456789") != std::string_view::npos; }

bool is_iso_day(std::string_view word) { return word.size() == 10 && word[4] == '-' && word[7] == '-'; }

bool is_month_day(const Tokens& tokens, std::size_t i) {
  const auto at = static_cast<std::ptrdiff_t>(i);
  return language::month_number(tokens.word(at - 1)) != 0 || language::month_number(tokens.word(at + 1)) != 0 ||
         tokens[i].text.ends_with("th") || tokens[i].text.ends_with("st") || tokens[i].text.ends_with("nd") ||
         tokens[i].text.ends_with("rd");
}

std::string singular(std::string_view word) {
  std::string out(word);
  if (out.size() > 3 && out.back() == 's' && !out.ends_with("ss")) out.pop_back();
  return out;
}

// Whose version a number is: "go 1.24", "Rails is on 7.2", "prod-eu (1.29)".
std::string version_owner(const Tokens& tokens, std::size_t at) {
  std::size_t owner = at;
  while (owner > 0 && at - owner < 5 &&
         is_one_of(tokens[owner - 1].text,
                   "is are on at to now pinned version v still "
                   "from was up back"))
    --owner;
  if (owner == 0) return {};
  const Token& token = tokens[owner - 1];
  const bool apart = token.after == ',' || token.after == '.' || token.after == ';' || token.after == '\n';
  return apart || language::is_stop_word(token.text) || token.digit ? std::string() : std::string(token.text);
}

void add_values(const Tokens& tokens, std::vector<KindedValue>& values) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::string_view word = tokens[i].text;
    const std::string_view next = tokens.word(static_cast<std::ptrdiff_t>(i) + 1);
    if (const int weekday =
            language::weekday_number(word.size() > 5 && word.ends_with("s") ? word.substr(0, word.size() - 1) : word);
        weekday != 0 && word.size() > 2) {
      values.push_back({ValueKind::kWeekday, std::to_string(weekday), ""});
    } else if (word.find('@') != std::string_view::npos && word.find('.') != std::string_view::npos) {
      values.push_back({ValueKind::kContact, std::string(word), ""});
    } else if (word.find('/') != std::string_view::npos && word.size() > 4 && !has_digit(word.substr(0, 1))) {
      values.push_back({ValueKind::kPath, std::string(word), ""});
    } else if (!has_digit(word)) {
      if (language::number_word(word) > 1 && !next.empty())
        values.push_back({ValueKind::kQuantity, std::to_string(language::number_word(word)), singular(next)});
    } else if (is_iso_day(word)) {
      values.push_back({ValueKind::kDay, std::string(word), ""});
    } else if (word.find(':') != std::string_view::npos || word.ends_with("am") || word.ends_with("pm")) {
      values.push_back({ValueKind::kTime, std::string(word), ""});
    } else if (static_cast<unsigned char>(word.front()) >= 0x80 || word.front() == '$' || word.ends_with("€") ||
               is_one_of(next, "eur euro euros usd chf pln quid bucks dollars pounds £ €")) {
      values.push_back({ValueKind::kMoney, std::string(word), ""});
    } else if (std::count(word.begin(), word.end(), '.') > 0 && !word.ends_with("%") && next != "%") {
      values.push_back({ValueKind::kVersion, std::string(word), version_owner(tokens, i)});
    } else if (!is_month_day(tokens, i)) {
      // "8 mg", "512Mi": the unit stands after the number or in it.
      const std::size_t letters = word.find_first_not_of("0123456789.,");
      std::string unit = letters != std::string_view::npos ? std::string(word.substr(letters))
                         : tokens[i].after == 0            ? singular(next)
                                                           : std::string();
      if (language::is_stop_word(unit)) unit.clear();
      values.push_back({ValueKind::kQuantity, std::string(word.substr(0, letters)), std::move(unit)});
    }
  }
  for (const language::NameMention& name : language::find_names(tokens.source()))
    if (name.kind == language::NameMention::proper && name.text != "The")
      values.push_back({ValueKind::kName, language::fold(name.text), ""});
}

ClauseView view_clause(std::string_view clause) {
  ClauseView view;
  const Tokens tokens(clause);
  add_values(tokens, view.values);
  for (std::string& term : language::terms(clause))
    if (!has_digit(term) && !is_one_of(term, kGeneric)) view.topics.push_back(std::move(term));
  for (const Token& token : tokens)
    if (const std::string_view scope = scope_word(token.text); !scope.empty()) view.scopes.emplace_back(scope);
  view.cues = find_cues(tokens);
  sort_unique(view.topics);
  sort_unique(view.values);
  sort_unique(view.scopes);
  return view;
}

constexpr double kSameOwner = 0.6;  // two versions of one thing

bool conflicting(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return !a.empty() && !b.empty() && shared(a, b) == 0;
}

// How much it tells that two clauses give values of one kind, and different ones: nothing when the newer only repeats.
double other_value(const ClauseView& newer, const ClauseView& older) {
  double best = 0;
  for (const KindedValue& now : newer.values) {
    if (std::binary_search(older.values.begin(), older.values.end(), now)) continue;
    for (const KindedValue& before : older.values) {
      if (before.kind != now.kind) continue;
      if (std::binary_search(newer.values.begin(), newer.values.end(), before)) continue;
      double weight = 0.3;
      if (now.kind == ValueKind::kQuantity) weight = !now.unit.empty() && now.unit == before.unit ? 0.35 : 0.15;
      if (now.kind == ValueKind::kName) weight = 0.15;
      if (now.kind == ValueKind::kVersion && !now.unit.empty() && now.unit == before.unit) weight = kSameOwner;
      best = std::max(best, weight);
    }
  }
  return best;
}

// Values said to hold no longer: "from 512Mi to 768Mi", "not the 20th", "8020 instead of 8010", "1200 -> 1280".
void add_denied(const Tokens& tokens, std::vector<std::string>& denied) {
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    const std::string_view word = tokens[i].text;
    const bool turns = is_one_of(word, "from not was no off dropped replaces replaced") ||
                       (i > 0 && word == "of" && tokens[i - 1].text == "instead");
    if (turns && (tokens[i + 1].digit || tokens[i + 1].capital || tokens[i + 1].code))
      denied.emplace_back(tokens[i + 1].text);
    if (tokens[i].after == '>' ||
        (tokens[i].capital && is_one_of(tokens[i + 1].text, "left leaves retired quit stops")))
      denied.emplace_back(word);
  }
}

// Without the date of the message in brackets at the end, which is no value.
std::string_view without_stamp(std::string_view content) {
  constexpr std::size_t kStamp = 13;  // " (2026-03-02)"
  if (content.size() > kStamp && content.ends_with(')') && content[content.size() - kStamp + 1] == '(' &&
      is_iso_day(content.substr(content.size() - kStamp + 2, 10)))
    content.remove_suffix(kStamp);
  return content;
}

std::vector<std::string> plain_values(const Comparable& side) {
  std::vector<std::string> values;
  for (const std::string& value : side.statement.values)
    if (!is_iso_day(value)) values.push_back(value);
  return values;
}

}  // namespace

Comparable make_comparable(const Memory& memory) {
  Comparable side;
  side.memory = &memory;
  side.statement = read_statement(memory.content);
  const std::string_view content = without_stamp(memory.content);
  const Tokens tokens(content);
  side.cues = find_cues(tokens);
  for (const language::Sentence& sentence : language::sentences(content))
    for (const std::string_view clause : language::clauses(sentence.text)) side.clauses.push_back(view_clause(clause));
  for (ClassValue& value : class_values(tokens))
    (value.negated ? side.denied : side.asserted).push_back(std::move(value.value));
  add_denied(tokens, side.denied);
  sort_unique(side.asserted);
  sort_unique(side.denied);
  return side;
}

double replacement_score(const Comparable& newer, const Comparable& older) {
  const bool changes = newer.cues.any(Cue::kStrongChange, Cue::kChange);
  if (!newer.memory->name.empty() && !older.memory->name.empty() && newer.memory->name != older.memory->name &&
      newer.cues.has(Cue::kFirstPerson))
    return 0;

  // The old value is named: "switched from Jest to Vitest" after "we test with Jest".
  const bool names_tool = shared(newer.denied, older.asserted) > 0;
  const bool names_value = shared(newer.denied, older.statement.values) > 0;
  double best = 0;
  for (const ClauseView& now : newer.clauses) {
    for (const ClauseView& before : older.clauses) {
      if (conflicting(now.scopes, before.scopes)) continue;
      const std::size_t common = shared(now.topics, before.topics);
      const std::size_t smaller = std::min(now.topics.size(), before.topics.size());
      if (common == 0) continue;
      const double coverage = static_cast<double>(common) / static_cast<double>(std::max<std::size_t>(smaller, 1));
      double score = 0.5 * coverage + (common >= 2 ? 0.15 : 0.0) + (common >= 3 ? 0.1 : 0.0);
      const double value = other_value(now, before);
      if (value <= 0 && !names_value && !names_tool) continue;
      if (!changes && !(value >= kSameOwner && now.cues.any(Cue::kStates, Cue::kDone, Cue::kSetup))) continue;
      score += value;
      if (now.cues.has(Cue::kStrongChange))
        score += 0.2;
      else if (!now.cues.has(Cue::kChange) && value < kSameOwner)
        score -= 0.3;
      if (names_value || names_tool) score += 0.4;
      best = std::max(best, score);
    }
  }
  if (best == 0 && changes && names_tool) best = kReplaces;
  return best;
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
