// What a question asks for, and the statement it would be: its phrases, where question.cc reads its cues.
#include <algorithm>
#include <array>
#include <span>

#include "language/characters.h"
#include "language/lexicon.h"
#include "language/words.h"
#include "memory/recall/question.h"

namespace holdfast::memory {
namespace {

constexpr auto kPrepositions = std::to_array<std::string_view>(
    {"of",     "for",   "in",    "on",  "at", "to",   "from",  "with", "by",   "about", "during", "after",
     "before", "since", "until", "and", "or", "that", "which", "who",  "when", "if",    "as",     "than"});

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

bool ends_phrase(std::string_view word) { return is_auxiliary_word(word) || is_one_of(word, kPrepositions); }

// The words from `at` on that may be one noun phrase: up to an auxiliary, a preposition or, past the first, a plain
// verb.
std::string noun_phrase(const std::vector<QuestionWord>& words, std::size_t at) {
  constexpr std::size_t kMostWords = 4;
  std::string phrase;
  for (std::size_t taken = 0; at < words.size() && taken < kMostWords; ++at) {
    const std::string& word = words[at].folded;
    if (ends_phrase(word)) break;
    if (language::is_stop_word(word)) {
      if (taken == 0) continue;
      break;
    }
    if (!phrase.empty()) phrase += ' ';
    phrase += word;
    ++taken;
  }
  return phrase;
}

bool is_plural(std::string_view word) {
  constexpr auto kIrregular = std::to_array<std::string_view>({"people", "children", "men", "women"});
  if (is_one_of(word, kIrregular)) return true;
  const bool singular = word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") || word.ends_with("'s");
  return word.size() > 3 && word.ends_with('s') && !singular && !language::is_verb(word);
}

std::string third_person(std::string_view verb) {
  if (verb.ends_with("s") || verb.ends_with("x") || verb.ends_with("z") || verb.ends_with("ch") ||
      verb.ends_with("sh") || verb == "go" || verb == "do") {
    return std::string(verb) + "es";
  }
  if (verb == "have") return "has";
  if (verb.size() > 1 && verb.ends_with("y") && !std::string_view("aeiou").contains(verb[verb.size() - 2])) {
    return std::string(verb.substr(0, verb.size() - 1)) + "ies";
  }
  return std::string(verb) + "s";
}

// Where the verb of a clause stands whose subject begins at `at`: the last of the first run of verbs in their plain
// form
// ("does the import work", "did Anna say"), after a form of "be" a participle; the end when there is none.
std::size_t main_verb(const std::vector<QuestionWord>& words, std::size_t at, bool participle) {
  const auto fits = [&](std::size_t i) {
    const std::string& word = words[i].folded;
    if (!language::is_verb(word) || language::is_ascii_upper(words[i].text.front())) return false;
    if (!participle) return !word.ends_with("s") || word.ends_with("ss");
    if (i > 0 && is_one_of(words[i - 1].folded, kPrepositions)) return false;
    return word.ends_with("ed") || word.ends_with("ing") || word.ends_with("en") || word.ends_with("t");
  };
  constexpr auto kNeverNouns = std::to_array<std::string_view>({"be", "have", "go", "get", "come", "do"});
  std::size_t verb = at + 1;  // a subject has at least a word
  while (verb < words.size() && !fits(verb)) ++verb;
  while (!participle && verb + 1 < words.size() && !is_one_of(words[verb].folded, kNeverNouns) && fits(verb + 1))
    ++verb;
  return std::min(verb, words.size());
}

std::string written(const Question& question, std::size_t from, std::size_t to) {
  const auto& words = question.words();
  if (from >= to || to > words.size()) return {};
  return std::string(question.text().substr(words[from].begin, words[to - 1].end - words[from].begin));
}

std::string sentence(std::initializer_list<std::string> parts) {
  std::string out;
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    if (!out.empty()) out += ' ';
    out += part;
  }
  if (out.empty()) return out;
  if (language::is_ascii_lower(out.front())) out.front() = static_cast<char>(out.front() - 32);
  return out + '.';
}

}  // namespace

bool asks_for_several(const Question& question) {
  if (kind_of(question) == QuestionKind::kHowLong) return false;
  if (question.says_any({"how many", "both", "in common", "ways", "some"})) return true;
  constexpr std::size_t kFirstWords = 4;  // "and in which …"
  const std::vector<QuestionWord>& words = question.words();
  const auto first = words.begin();
  const auto asks = std::find_if(
      first, first + static_cast<std::ptrdiff_t>(std::min(words.size(), kFirstWords)), [](const QuestionWord& word) {
        return word.folded == "what" || word.folded == "which" || word.folded == "who" || word.folded == "where";
      });
  if (asks == words.end() || asks - first == static_cast<std::ptrdiff_t>(kFirstWords) || asks + 1 == words.end())
    return false;
  const std::string& next = (asks + 1)->folded;
  constexpr auto kSeveral = std::to_array<std::string_view>({"are", "were", "has", "have", "does", "do"});
  if (is_one_of(next, kSeveral)) return true;
  if (asks->folded != "what" && asks->folded != "which") return false;
  constexpr auto kKinds = std::to_array<std::string_view>({"kind", "type", "sort"});
  if (is_one_of(next, kKinds)) return true;
  const auto auxiliary = std::find_if(asks + 1, words.end(), is_auxiliary);
  return auxiliary != words.end() &&
         std::any_of(asks + 1, auxiliary, [](const QuestionWord& word) { return is_plural(word.folded); });
}

std::vector<std::string> asked_things(const Question& question) {
  std::vector<std::string> things;
  const auto add = [&things](std::string thing) {
    if (!thing.empty() && std::ranges::find(things, thing) == things.end()) things.push_back(std::move(thing));
  };
  const auto& words = question.words();
  for (std::size_t i = 0; i < words.size(); ++i) {
    if ((words[i].folded == "what" || words[i].folded == "which") && i + 1 < words.size()) {
      const std::string& next = words[i + 1].folded;
      const bool sort = next == "kind" || next == "type" || next == "sort" || next == "kinds" || next == "types";
      if (sort && i + 3 < words.size() && words[i + 2].folded == "of") {
        add(noun_phrase(words, i + 3));
      } else if (!is_auxiliary_word(next)) {
        add(noun_phrase(words, i + 1));
      } else if (i + 3 < words.size() && words[i + 2].folded == "the" && words[i + 3].folded != "name" &&
                 words[i + 3].folded != "version" && !words[i + 3].folded.ends_with("'s")) {
        add(noun_phrase(words, i + 3));  // "what is the budget of …"
      }
    }
  }
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i].folded;
    if (word.ends_with("'s") || word == "my" || word == "our" || word == "their" || word == "his" || word == "her") {
      if (!word.starts_with("what") && !word.starts_with("who") && !word.starts_with("where"))
        add(noun_phrase(words, i + 1));
    }
    if (word == "of" && i > 0 && (words[i - 1].folded == "name" || words[i - 1].folded == "version")) {
      add(noun_phrase(words, i + 1));
    }
  }
  return things;
}

std::vector<std::string> asked_detail(const Question& question) {
  const auto& words = question.words();
  std::string detail;
  const auto add = [&detail](const std::string& phrase) {
    if (!phrase.empty()) detail.append(detail.empty() ? "" : " ").append(phrase);
  };
  if (const std::vector<std::string> things = asked_things(question); !things.empty()) add(things.front());
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i].folded;
    const std::string& next = words[i + 1].folded;
    const bool article = i + 2 < words.size() && (words[i + 2].folded == "the" || words[i + 2].folded == "a");
    if (word == "how" && (next == "many" || next == "much")) add(noun_phrase(words, i + 2));
    if ((word == "what's" || word == "who's" || word == "where's") && next == "the") add(noun_phrase(words, i + 2));
    if ((word == "who" || word == "where") && is_auxiliary_word(next)) {
      if (article) add(noun_phrase(words, i + 3));
    } else if (word == "who") {
      add(next);  // "who stole the bike"
    }
    // "what did the house cost": of a question for anything the verb says what of it
    if (word == "what" && (next == "did" || next == "does" || next == "do")) {
      const std::size_t verb = main_verb(words, i + 2, false);
      add(words[std::min(verb, words.size() - 1)].folded);
    }
  }
  std::vector<std::string> all;
  language::for_each_word(detail, [&](const language::Word& word) {
    if (!word.part && !language::is_stop_word(word.text)) all.emplace_back(word.text);
  });
  return all;
}

std::string statement_of(const Question& question) {
  const auto& words = question.words();
  if (words.empty()) return {};
  const std::string_view first = words[0].folded;
  const bool contracted =
      first == "what's" || first == "who's" || first == "where's" || first == "when's" || first == "how's";
  if (contracted && words.size() > 1) return sentence({written(question, 1, words.size()), "is"});
  const bool asks_thing = first == "what" || first == "which";
  const bool asks_other = first == "who" || first == "where" || first == "when" || first == "why" || first == "how";
  const std::size_t begin = asks_thing || asks_other ? 1 : 0;

  std::size_t auxiliary = begin;
  while (auxiliary < words.size() && !is_auxiliary(words[auxiliary])) ++auxiliary;
  if (auxiliary + 1 >= words.size()) return sentence({written(question, begin, words.size())});

  const std::string thing =
      asks_thing && auxiliary > begin ? "the " + written(question, begin, auxiliary) : std::string();
  const std::string_view aux = words[auxiliary].folded;
  const bool to_be = aux == "is" || aux == "are" || aux == "was" || aux == "were" || aux == "am";
  std::size_t verb = main_verb(words, auxiliary + 1, to_be);
  // "do", "does" and "did" always have one, known or not.
  if (verb >= words.size() && (aux == "do" || aux == "does" || aux == "did"))
    verb = std::max(auxiliary + 2, words.size() - 1);
  const std::string subject = written(question, auxiliary + 1, verb);
  const std::string rest = written(question, verb + 1, words.size());
  if (verb >= words.size()) {
    // "What is the user's job?" → "The user's job is."; "What database is this?" → "This is the database."
    return sentence({written(question, auxiliary + 1, words.size()), std::string(aux), thing});
  }
  const std::string written_verb = written(question, verb, verb + 1);
  if (aux == "does") return sentence({subject, third_person(words[verb].folded), thing, rest});
  if (aux == "do") return sentence({subject, written_verb, thing, rest});
  return sentence({subject, std::string(aux), written_verb, thing, rest});
}

}  // namespace holdfast::memory
