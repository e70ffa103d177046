#include "memory/ingest/comparable.h"

#include <algorithm>

#include "language/lexicon.h"
#include "language/names.h"
#include "language/words.h"
#include "memory/ingest/parts.h"
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

// "h5", "t-9012": a letter first, and digits.
bool is_code(std::string_view word) {
  return word.front() >= 'a' && word.front() <= 'z' && has_digit(word) &&
         word.find_first_of("/@:") == std::string_view::npos;
}

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

std::string without_genitive(std::string name) {
  if (name.ends_with("'s")) name.resize(name.size() - 2);
  return name;
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
    } else if (is_code(word)) {
      values.push_back({ValueKind::kCode, std::string(word), ""});
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
      values.push_back({ValueKind::kName, without_genitive(language::fold(name.text)), ""});
}

// Words for people somebody has one or several of: what is said of one is not said of another.
constexpr std::string_view kRelations =
    "wife husband partner girlfriend boyfriend son daughter sister brother mother father mum mom dad grandma grandpa "
    "grandmother grandfather uncle aunt cousin nephew niece boss neighbour neighbor colleague roommate flatmate "
    "landlord landlady dog cat puppy kitten baby twin parents fiance fiancee";

void sort_topics(std::vector<TopicTerm>& topics) {
  std::sort(topics.begin(), topics.end(), [](const TopicTerm& a, const TopicTerm& b) { return a.term < b.term; });
  topics.erase(std::unique(topics.begin(), topics.end(),
                           [](const TopicTerm& a, const TopicTerm& b) { return a.term == b.term; }),
               topics.end());
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

// `speaker`: whose name stands in most of what they say, and tells nothing about what it is about; lower case.
PartView view_part(const Part& part, std::string_view speaker) {
  PartView view;
  view.text = std::string(part.text);
  view.sentence = part.sentence;
  const Tokens tokens(part.text);
  add_values(tokens, view.values);
  language::for_each_word(part.text, [&](const language::Word& word) {
    if (word.text == speaker || (word.text.ends_with("'s") && word.text.substr(0, word.text.size() - 2) == speaker))
      return;
    const bool common = language::is_common_word(word.text) || language::is_verb(word.text);
    language::terms_of_word(word.text, word.compound, [&](std::string_view term) {
      if ((!has_digit(term) || is_code(term)) && !is_one_of(term, kGeneric))
        view.topics.push_back({std::string(term), common ? kCommonWeight : kRareWeight});
    });
  });
  for (const Token& token : tokens) {
    view.words.emplace_back(token.text);
    if (const std::string_view scope = scope_word(token.text); !scope.empty()) view.scopes.emplace_back(scope);
    const std::string relation =
        singular(token.text.ends_with("'s") ? token.text.substr(0, token.text.size() - 2) : token.text);
    if (is_one_of(relation, kRelations)) view.relations.push_back(relation);
  }
  for (const ClassValue& value : class_values(tokens)) {
    if (value.negated)
      view.denied.push_back(value.value);
    else
      view.asserted.push_back({value.value_class, value.value});
  }
  add_denied(tokens, view.denied);
  view.cues = find_cues(tokens);
  sort_topics(view.topics);
  sort_unique(view.values);
  sort_unique(view.scopes);
  sort_unique(view.relations);
  sort_unique(view.denied);
  for (const KindedValue& value : view.values)
    if (value.kind == ValueKind::kName) view.names.push_back(value.value);
  return view;
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
  const std::string_view stated = std::string_view(memory.content).substr(speaker_prefix(memory.content, memory.name));
  side.statement = read_statement(memory.content);
  const std::string speaker = language::fold(memory.name);
  for (const Part& part : parts_of(stated)) side.parts.push_back(view_part(part, speaker));
  if (side.parts.empty()) side.parts.push_back(view_part({stated, 0}, speaker));
  const Tokens tokens(without_stamp(stated));
  side.cues = find_cues(tokens);
  for (ClassValue& value : class_values(tokens))
    (value.negated ? side.denied : side.asserted).push_back(std::move(value.value));
  add_denied(tokens, side.denied);
  sort_unique(side.asserted);
  sort_unique(side.denied);
  for (const PartView& part : side.parts) side.topics.insert(side.topics.end(), part.topics.begin(), part.topics.end());
  sort_topics(side.topics);
  for (PartView& part : side.parts) {
    for (const PartView& other : side.parts)
      if (&other != &part && other.sentence == part.sentence)
        part.around.insert(part.around.end(), other.topics.begin(), other.topics.end());
    sort_topics(part.around);
  }
  return side;
}

double total_weight(const std::vector<TopicTerm>& terms) {
  double sum = 0;
  for (const TopicTerm& term : terms) sum += term.weight;
  return sum;
}

bool gives_value(const Comparable& memory, const KindedValue& value) {
  return std::any_of(memory.parts.begin(), memory.parts.end(), [&](const PartView& part) {
    return std::any_of(part.values.begin(), part.values.end(), [&](const KindedValue& other) {
      return other.value == value.value && (other.kind == value.kind || value.kind == ValueKind::kName);
    });
  });
}

bool says_word(const Comparable& memory, std::string_view word) {
  return std::any_of(memory.parts.begin(), memory.parts.end(), [&](const PartView& part) {
    return std::find(part.words.begin(), part.words.end(), word) != part.words.end();
  });
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
