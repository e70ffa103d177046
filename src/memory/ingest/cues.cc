#include "memory/ingest/cues.h"

#include <array>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "language/lexicon.h"

namespace holdfast::memory {
namespace {

struct Phrase {
  Cue cue;
  std::vector<std::string_view> rest;  // the words after the first
};

using PhraseTable = std::unordered_map<std::string_view, std::vector<Phrase>>;

void add_phrases(PhraseTable& table, Cue cue, std::string_view list) {
  while (!list.empty()) {
    const std::size_t bar = list.find('|');
    std::string_view phrase = list.substr(0, bar);
    list = bar == std::string_view::npos ? std::string_view{} : list.substr(bar + 1);
    const std::size_t space = phrase.find(' ');
    Phrase entry{cue, {}};
    for (std::string_view rest = space == std::string_view::npos ? std::string_view{} : phrase.substr(space + 1);
         !rest.empty();) {
      const std::size_t end = rest.find(' ');
      entry.rest.push_back(rest.substr(0, end));
      rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
    table[phrase.substr(0, space)].push_back(std::move(entry));
  }
}

const PhraseTable& phrases() {
  static const PhraseTable table = [] {
    PhraseTable built;
#define X(cue, list) add_phrases(built, Cue::cue, list);
#include "memory/ingest/cues.inc"
#undef X
    return built;
  }();
  return table;
}

constexpr std::string_view kQuestionWords =
    "what how why who when where which whose wat what's whats how's who's where's";
constexpr std::string_view kAuxiliaries =
    "is are do does did can could should would any shall will was were am has have isn't aren't don't doesn't didn't "
    "couldn't wouldn't won't wasn't didnt doesnt dont isnt arent cant wont wasnt r";
constexpr std::string_view kSubjects =
    "i you we he she they it this that there the a an any my your our his her their these those anyone someone u ya";
constexpr std::string_view kFillers =
    "and but so ok okay then now also please pls oh hey well yeah yes no hm hmm btw ah right cool great thanks thx "
    "alright again just actually";
constexpr std::string_view kRequests =
    "write add fix show give make check create explain draft summarise summarize translate find list tell look suggest "
    "help push commit merge go do try remove rename change update shorten send compare plan generate review rewrite "
    "polish convert refactor implement analyse analyze investigate debug print paste open read describe rate ship "
    "continue redo undo revert bump proofread calculate compute search recommend walk guess";
constexpr std::string_view kOrders =
    "use keep put write run call ask send don't dont do no only always never stick prefer avoid make commit tag test "
    "check start stop leave let be add reply answer format sign speak remind skip mention include say treat follow "
    "assume please address talk respond stay wait set store name pick ignore save delete";

// Whether the words from `at` on, after fillers, are those of a question.
bool asks_from(const Tokens& tokens, std::size_t at) {
  const bool asked = tokens[tokens.size() - 1].after == '?';
  const std::size_t begin = at;
  while (at < tokens.size() && at < begin + 3 && is_one_of(tokens[at].text, kFillers)) ++at;
  if (at >= tokens.size()) return false;
  const std::string_view first = tokens[at].text;
  const std::string_view second = tokens.word(static_cast<std::ptrdiff_t>(at) + 1);
  if (is_one_of(first, "when where")) return is_one_of(second, kAuxiliaries) && !is_one_of(second, "any");
  if (is_one_of(first, kQuestionWords)) {
    // "what changed though: up to 180 words are fine"
    for (std::size_t i = at; !asked && i < at + 4 && i + 3 < tokens.size(); ++i)
      if (tokens[i].after == ':') return false;
    // "What I am doing: …" and "who knows" tell; "what do you", "how to", "which one" ask.
    return tokens[at].after != ',' && !(is_one_of(second, "i we he she they it you") && !is_one_of(first, "how why"));
  }
  // "did it, 0 %" and "do that" tell and ask for; "any bills go to …" tells.
  if (is_one_of(first, "did do") && is_one_of(second, "it that this") && !asked) return false;
  // "So do my boys.", "Did the whole round on Thursday." tell; who asks in writing rarely ends with a full stop.
  if (!asked && at > 0 && tokens[at - 1].text == "so" && is_one_of(first, "do does did am are is was were have has"))
    return false;
  if (is_one_of(first, "did had was were am have") && tokens[tokens.size() - 1].after == '.') return false;
  if (first == "any")
    return asked || is_one_of(second, "idea ideas news chance update updates thoughts tips suggestions advice plans");
  // "is swimming allowed", which no statement begins with.
  if (at == 0 && is_one_of(first, "is are does could should would") && tokens.size() > 2 &&
      !is_one_of(second, "not done now on in at"))
    return true;
  if (is_one_of(first, kAuxiliaries)) return is_one_of(second, kSubjects);
  return false;
}

bool begins_as_question(const Tokens& tokens) {
  if (asks_from(tokens, 0)) return true;
  // "last question: how do I undo …"
  for (std::size_t i = 1; i < tokens.size() && i < 6; ++i)
    if (tokens[i].before == ':' && asks_from(tokens, i)) return true;
  return false;
}

// How a sentence begins once its fillers are skipped.
void cues_of_beginning(const Tokens& tokens, CueSet& cues) {
  std::size_t at = 0;
  while (at < tokens.size() && at < 4 && is_one_of(tokens[at].text, kFillers)) ++at;
  if (at >= tokens.size()) return;
  const std::string_view first = tokens[at].text;
  const std::string_view second = tokens.word(static_cast<std::ptrdiff_t>(at) + 1);
  if (begins_as_question(tokens)) cues.set(Cue::kAsks);
  if (tokens[at].after == ':' || tokens[at].after == '=') return;
  if (is_one_of(first, kOrders)) cues.set(Cue::kImperative);
  const bool numbered = !second.empty() && second.front() >= '0' && second.front() <= '9';
  if (is_one_of(first, kRequests) && !(first == "do" && is_one_of(second, "not you we they")) && !numbered &&
      !is_one_of(second, "is was are were has =") && tokens[at].after != ',' && tokens[at].after != '=')
    cues.set(Cue::kRequest);
  if (is_one_of(first, "can could would will") && is_one_of(second, "you u")) {
    cues.set(Cue::kRequest);
    // "can you not do the breathing thing", "could you keep it short when …": a wish that lasts.
    std::size_t verb = at + 2;
    while (verb < tokens.size() && is_one_of(tokens[verb].text, "please pls just maybe")) ++verb;
    bool lasts = verb < tokens.size() && is_one_of(tokens[verb].text, "not always never stop only");
    for (std::size_t i = verb; i < tokens.size(); ++i)
      lasts = lasts || is_one_of(tokens[i].text, "whenever always never anymore") ||
              (tokens[i].text == "when" && is_one_of(tokens.word(static_cast<std::ptrdiff_t>(i) + 1), "i we you")) ||
              (tokens[i].text == "next" && tokens.word(static_cast<std::ptrdiff_t>(i) + 1) == "time") ||
              (tokens[i].text == "from" && tokens.word(static_cast<std::ptrdiff_t>(i) + 1) == "now");
    if (lasts) cues.set(Cue::kLastingWish);
  }
  if (is_one_of(first, "i'd i") && is_one_of(second, "need like want") &&
      is_one_of(tokens.word(static_cast<std::ptrdiff_t>(at) + 2), "you a an some"))
    cues.set(Cue::kRequest);
  if (first == "let's" && is_one_of(second, "see look try start do")) cues.set(Cue::kRequest);
}

bool ends_with(std::string_view word, std::string_view end) { return word.ends_with(end); }

bool is_version(std::string_view word) {
  if (word.size() > 1 && word.front() == 'v') word.remove_prefix(1);
  bool dot = false;
  for (const char c : word) {
    if (c == '.')
      dot = true;
    else if (c < '0' || c > '9')
      return false;
  }
  return dot && !word.empty() && word.front() != '.';
}

void cues_of_token(const Tokens& tokens, std::size_t at, CueSet& cues) {
  const Token& token = tokens[at];
  const std::string_view word = token.text;
  if (token.digit || word.find_first_of("0123456789") != std::string_view::npos) {
    cues.set(Cue::kNumber);
    const std::string_view next = tokens.word(static_cast<std::ptrdiff_t>(at) + 1);
    if (word.front() == '$' || static_cast<unsigned char>(word.front()) == 0xE2 || word.front() == '\xC2' ||
        is_one_of(next, "eur euro euros usd chf pln quid bucks dollars pounds £ €") || word.ends_with("€") ||
        word.ends_with("eur"))
      cues.set(Cue::kMoney);
    if ((word.find(':') != std::string_view::npos && word.front() >= '0' && word.front() <= '9') ||
        ends_with(word, "am") || ends_with(word, "pm") || is_one_of(next, "am pm utc cet cest o'clock") ||
        (ends_with(word, "h") && word.size() <= 3))
      cues.set(Cue::kTimeOfDay);
    if (is_version(word)) cues.set(Cue::kVersion);
  } else if (language::number_word(word) > 1) {
    cues.set(Cue::kNumber);
  }
  if (token.capital && at > 0 && tokens[at].before != '.' && tokens[at].before != '?' && tokens[at].before != '!' &&
      tokens[at].before != '"' && word.size() > 2 && !token.code && !language::is_stop_word(word))
    cues.set(Cue::kName);
  if (token.code || word.find('_') != std::string_view::npos || word.starts_with("--") ||
      (word.find('/') != std::string_view::npos && word.size() > 4))
    cues.set(Cue::kCode);
  if (ends_with(word, "ed") && word.size() > 4 && !is_one_of(word, "need indeed speed feed seed hundred shared based"))
    cues.set(Cue::kPast);
  if (ends_with(word, "n't")) cues.set(Cue::kNegation);
  if (ends_with(word, "'ll")) cues.set(Cue::kFuture);
  if (token.after == '=' || token.after == '>' || (token.after == ':' && at + 1 < tokens.size()))
    cues.set(Cue::kEquals);
  if (token.after == '?') cues.set(Cue::kQuestionMark);
  if (token.after == '!') cues.set(Cue::kExclaims);
}

bool has_long_quotation(std::string_view text) {
  for (std::size_t open = text.find('"'); open != std::string_view::npos;) {
    const std::size_t close = text.find('"', open + 1);
    if (close == std::string_view::npos) return false;
    if (close - open > 13) return true;
    open = text.find('"', close + 1);
  }
  const std::size_t open = text.find("\xE2\x80\x9C");
  const std::size_t close = open == std::string_view::npos ? open : text.find("\xE2\x80\x9D", open);
  return close != std::string_view::npos && close - open > 15;
}

// In the order of Cue.
constexpr std::array<std::string_view, static_cast<std::size_t>(Cue::kCount)> kNames = {
    "question_mark",   "asks",     "request",    "imperative", "hypothetical", "unsure",    "joke",     "small_talk",
    "only_small_talk", "retracts", "reports",    "injection",  "first_person", "we",        "you",      "third_person",
    "aside",           "remember", "always",     "forbids",    "negation",     "prefers",   "change",   "strong_change",
    "decides",         "open",     "unfinished", "done",       "cancels",      "future",    "past",     "states",
    "identity",        "naming",   "routine",    "setup",      "kin",          "money",     "number",   "time_of_day",
    "version",         "name",     "code",       "equals",     "list",         "quotation", "exclaims", "emoji",
    "lasting_wish"};

}  // namespace

std::string_view to_string(Cue cue) { return kNames[static_cast<std::size_t>(cue)]; }

CueSet find_cues(const Tokens& tokens) {
  CueSet cues;
  if (tokens.empty()) return cues;
  cues_of_beginning(tokens, cues);
  const PhraseTable& table = phrases();
  std::size_t commas = 0;
  std::size_t small_talk = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    cues_of_token(tokens, i, cues);
    commas += tokens[i].after == ',';
    if (tokens[i].code) continue;
    const auto found = table.find(tokens[i].text);
    if (found == table.end()) continue;
    bool small = false;
    for (const Phrase& phrase : found->second) {
      bool match = true;
      for (std::size_t k = 0; match && k < phrase.rest.size(); ++k)
        match = tokens.word(static_cast<std::ptrdiff_t>(i + k) + 1) == phrase.rest[k];
      if (!match) continue;
      // "I've never been there", "it has always rained": of the past, no rule.
      if ((phrase.cue == Cue::kAlways || phrase.cue == Cue::kForbids) &&
          is_one_of(tokens[i].text, "never always ever") &&
          is_one_of(tokens.word(static_cast<std::ptrdiff_t>(i) - 1),
                    "have has had i've he's she's we've they've you've haven't hasn't was were"))
        continue;
      cues.set(phrase.cue);
      small = small || (phrase.cue == Cue::kSmallTalk && phrase.rest.empty());
    }
    small_talk += small;
  }
  if (small_talk == tokens.size()) cues.set(Cue::kOnlySmallTalk);
  if (commas >= 3) cues.set(Cue::kList);
  if (tokens.emoji()) cues.set(Cue::kEmoji);
  if (tokens.source().find('?') != std::string_view::npos && tokens[tokens.size() - 1].after == '?')
    cues.set(Cue::kQuestionMark);
  if (has_long_quotation(tokens.source())) cues.set(Cue::kQuotation);
  if (tokens.source().find("(joke)") != std::string_view::npos || tokens.source().find(";)") != std::string_view::npos)
    cues.set(Cue::kJoke);
  return cues;
}

bool acknowledges(const Tokens& tokens) {
  if (tokens.empty()) return false;
  constexpr std::string_view kFirst =
      "noted understood ok okay agreed congratulations congrats saved remembered updated corrected sorry added clear "
      "deal done right";
  if (is_one_of(tokens[0].text, kFirst)) return true;
  if (tokens[0].text == "got" && tokens.word(1) == "it") return true;
  if (tokens[0].text == "will" && tokens.word(1) == "do") return true;
  if (tokens[0].text == "good" && tokens.word(1) == "to") return true;
  const std::size_t reach = tokens.size() < 16 ? tokens.size() : 16;
  for (std::size_t i = 0; i < reach; ++i) {
    if (tokens[i].text == "noted") return true;
    if (tokens[i].text == "i'll" && is_one_of(tokens.word(static_cast<std::ptrdiff_t>(i) + 1),
                                              "remember keep use note stick follow ask avoid make write remind"))
      return true;
    if (tokens[i].text == "i've" &&
        is_one_of(tokens.word(static_cast<std::ptrdiff_t>(i) + 1), "noted updated added saved closed corrected put"))
      return true;
  }
  return false;
}

}  // namespace holdfast::memory
