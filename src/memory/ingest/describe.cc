#include "memory/ingest/describe.h"

#include <algorithm>

#include "language/dates.h"
#include "language/lexicon.h"
#include "language/names.h"
#include "language/words.h"
#include "memory/ingest/statement.h"
#include "memory/ingest/tokens.h"
#include "memory/ingest/value_classes.h"

namespace holdfast::memory {
namespace {

std::string joined(const std::vector<std::string>& words, std::size_t limit) {
  std::string out;
  for (std::size_t i = 0; i < words.size() && i < limit; ++i) {
    if (!out.empty()) out += ' ';
    out += words[i];
  }
  return out;
}

// What people ask about a person's home and employer shares no word with how it is said: "Where does Mara live?".
std::string question_of_person(std::string_view topic_key) {
  struct Topic {
    std::string_view name, verb;
  };
  for (const Topic topic : {Topic{"home", "live"}, Topic{"employer", "work"}}) {
    if (!topic_key.ends_with(topic.name)) continue;
    std::string_view who = topic_key.substr(0, topic_key.size() - topic.name.size());
    if (!who.empty() && who.back() != ' ') continue;
    if (!who.empty()) who.remove_suffix(1);
    return "Where does " + std::string(who.empty() ? "the user" : who) + ' ' + std::string(topic.verb) + '?';
  }
  return {};
}

// The kinds of the tools it speaks of ("database" of Postgres), which a question names where the answer does not.
std::vector<std::string> classes_of(std::string_view content) {
  constexpr std::size_t kMost = 2;
  std::vector<std::string> classes;
  for (const ClassValue& value : class_values(Tokens(content))) {
    const std::string name(value.value_class->name);
    if (!value.negated && classes.size() < kMost && std::find(classes.begin(), classes.end(), name) == classes.end())
      classes.push_back(name);
  }
  return classes;
}

}  // namespace

std::string summarise(std::string_view content) {
  std::string line;
  line.reserve(content.size());
  for (const char c : content) {
    const bool space = c == '\n' || c == '\r' || c == '\t' || c == ' ';
    if (space && (line.empty() || line.back() == ' ')) continue;
    line += space ? ' ' : c;
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return cut_text(line, kSummaryCharacters);
}

std::vector<std::string> keywords_of(std::string_view content) {
  std::vector<std::string> keywords;
  language::for_each_word(content, [&](const language::Word& word) {
    if (word.part || keywords.size() >= kKeywords) return;
    std::string_view text = word.text;
    if (text.ends_with("'s")) text.remove_suffix(2);
    if (text.size() < 2 || text == "user" || language::is_stop_word(text)) return;
    if (std::find(keywords.begin(), keywords.end(), text) == keywords.end()) keywords.emplace_back(text);
  });
  return keywords;
}

std::vector<std::string> queries_of(const Memory& memory) {
  std::vector<std::string> queries;
  const auto ask = [&](std::string question) {
    if (queries.size() < kQueries && std::find(queries.begin(), queries.end(), question) == queries.end())
      queries.push_back(std::move(question));
  };
  const std::string about = joined(memory.keywords, 4);
  if (const std::string question = question_of_person(memory.topic_key); !question.empty()) ask(question);
  for (const std::string& value_class : classes_of(memory.content)) ask("Which " + value_class + "?");
  if (!memory.topic_key.empty()) {
    ask("What is the " + memory.topic_key + "?");
    ask("Which " + memory.topic_key + " do we use now?");
  }
  switch (memory.type) {
    case MemoryType::kEvent:
      ask("When did or does this happen: " + about + "?");
      ask("What happened with " + about + "?");
      break;
    case MemoryType::kInstruction:
      ask("How should it be done: " + about + "?");
      ask("What is the rule for " + about + "?");
      break;
    case MemoryType::kTask:
      ask("What is still to do about " + about + "?");
      ask("Who works on " + about + "?");
      break;
    case MemoryType::kFact:
      ask("What do we know about " + about + "?");
      break;
  }
  for (const language::NameMention& name : language::find_names(memory.content)) {
    if (name.kind == language::NameMention::proper && name.text != "The") ask("What about " + name.text + "?");
    if (queries.size() >= 4) break;
  }
  if (!memory.name.empty()) ask("What did " + memory.name + " say about " + about + "?");
  ask("Tell me about " + joined(memory.keywords, 2) + ".");
  if (queries.size() < 3) ask("What was said about " + about + "?");
  return queries;
}

}  // namespace holdfast::memory
