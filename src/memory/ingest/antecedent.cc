#include "memory/ingest/antecedent.h"

#include <algorithm>
#include <vector>

#include "language/lexicon.h"
#include "language/names.h"
#include "language/words.h"
#include "memory/ingest/body.h"
#include "memory/ingest/speakers.h"
#include "memory/ingest/tokens.h"

namespace holdfast::memory {
namespace {

constexpr std::string_view kMale =
    "son brother dad father husband boyfriend uncle nephew grandpa grandfather grandson fiance grandad papa daddy";
constexpr std::string_view kFemale =
    "daughter sister mum mom mother wife girlfriend aunt niece grandma grandmother granny nan granddaughter fiancee "
    "mama auntie";
constexpr std::string_view kEither =
    "partner boss friend cousin doctor neighbour neighbor kid baby dog cat teacher therapist roommate flatmate "
    "landlord "
    "manager colleague coach puppy kitten tutor";
constexpr std::string_view kCalledSo = "dad mum mom granny grandma grandpa nan mama papa grandad";

// The pronoun of the third person, he or she, that a word is or begins with: 'h', 's', or 0.
char pronoun_of(std::string_view word) {
  if (word == "she" || word.starts_with("she'")) return 's';
  if (word == "he" || word.starts_with("he'") || word == "his") return 'h';
  return 0;
}

constexpr std::size_t kFirstWords = 6;  // in which the pronoun falls

// Where the pronoun stands that nobody is named before; the number of tokens when there is none.
std::size_t bare_pronoun(const Tokens& tokens, const std::vector<language::NameMention>& names) {
  for (std::size_t i = 0; i < tokens.size() && i < kFirstWords; ++i) {
    if (!names.empty() && names.front().begin <= tokens[i].begin) break;
    if (is_one_of(tokens[i].text, kMale) || is_one_of(tokens[i].text, kFemale) || is_one_of(tokens[i].text, kEither))
      break;
    if (tokens[i].quoted || tokens[i].code) break;
    if (pronoun_of(tokens[i].text) != 0) return i;
  }
  return tokens.size();
}

// Whether the name at token `i`, up to `last`, can be somebody's: not "in Lisbon", "the Wicklow", "Norwegian classes".
bool names_somebody(const Tokens& tokens, std::size_t i, std::size_t last) {
  if (tokens[i].digit || tokens[i].code || tokens[i].quoted || tokens[i].text.size() < 2) return false;
  if (i > 0 && tokens[i].before == 0 &&
      is_one_of(tokens[i - 1].text, "in at to from near the a an via around through visiting leaving into this that"))
    return false;
  if (i > 0 && is_one_of(tokens[i - 1].text, "does did is was has can will how's where's what's and with")) return true;
  if (last + 1 >= tokens.size() || tokens[last].after != 0 || tokens[last].text.ends_with("'s")) return true;
  const std::string_view next = tokens[last + 1].text;
  return language::is_stop_word(next) || next.ends_with("ing") || next.ends_with("ed") || next.ends_with("s");
}

struct Found {
  std::string who;
  char pronoun = 0;  // that it goes with; 0 for either
};

void add_once(std::vector<Found>& found, Found one) {
  for (const Found& other : found)
    if (language::fold(other.who) == language::fold(one.who)) return;
  found.push_back(std::move(one));
}

// The people that `text`, of `by`, names, as `speaker` would name them.
std::vector<Found> people_in(std::string_view text, const TranscriptMessage& by, const Transcript& transcript,
                             const TranscriptMessage& speaker) {
  std::vector<Found> found;
  const Tokens tokens(text);
  std::vector<bool> taken(tokens.size(), false);
  for (const language::NameMention& name : language::find_names(text)) {
    if (name.kind != language::NameMention::proper) continue;
    std::size_t first = tokens.size();
    std::size_t last = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (tokens[i].begin < name.begin || tokens[i].begin >= name.end) continue;
      first = std::min(first, i);
      last = i;
      taken[i] = true;
    }
    if (first == tokens.size() || !names_somebody(tokens, first, last)) continue;
    const bool speaks = std::ranges::any_of(transcript.messages, [&](const TranscriptMessage& message) {
      return language::fold(message.speaker).starts_with(language::fold(name.text));
    });
    if (!speaks) add_once(found, {name.text, 0});
  }
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::string_view word =
        tokens[i].text.ends_with("'s") ? tokens[i].text.substr(0, tokens[i].text.size() - 2) : tokens[i].text;
    const char pronoun = is_one_of(word, kMale) ? 'h' : is_one_of(word, kFemale) ? 's' : 0;
    if (pronoun == 0 && !is_one_of(word, kEither)) continue;
    if (taken[i] || (i + 1 < tokens.size() && taken[i + 1])) continue;  // "my son Elias"
    const std::string_view owner = tokens.word(static_cast<std::ptrdiff_t>(i) - 1);
    std::string who;
    if (owner == "my" || owner == "our") {
      const std::string name = speaker_name(by);
      who = by.speaker == speaker.speaker ? "my " + std::string(word)
                                          : (name.empty() ? std::string("the user") : name) + "'s " + std::string(word);
    } else if (owner == "your" && by.speaker != speaker.speaker) {
      who = "my " + std::string(word);
    } else if (is_one_of(word, kCalledSo) && !is_one_of(owner, "his her their the a")) {
      who = std::string(word);
    } else {
      continue;
    }
    add_once(found, {std::move(who), pronoun});
  }
  return found;
}

}  // namespace

std::optional<Antecedent> antecedent_of(const Transcript& transcript, std::size_t at, std::string_view text) {
  const Tokens tokens(text);
  const std::size_t place = bare_pronoun(tokens, language::find_names(text));
  if (place == tokens.size()) return std::nullopt;
  const char pronoun = pronoun_of(tokens[place].text);
  const TranscriptMessage& message = transcript.messages[at];
  constexpr std::size_t kBack = 2;     // messages
  constexpr std::size_t kShort = 240;  // bytes: a longer one names too much
  for (std::size_t back = 0; back <= kBack && back <= at; ++back) {
    const TranscriptMessage& before = transcript.messages[at - back];
    const Body body = body_of(before);
    std::string_view said = body.text;
    if (back == 0) {
      const std::size_t begin = said.find(text.substr(0, std::min<std::size_t>(text.size(), 24)));
      if (begin == std::string_view::npos || begin == 0) continue;
      said = said.substr(0, begin);
    } else if (said.size() > kShort || before.message.role == Role::kSystem) {
      return std::nullopt;
    }
    std::vector<Found> found = people_in(said, before, transcript, message);
    std::erase_if(found, [&](const Found& one) { return one.pronoun != 0 && one.pronoun != pronoun; });
    if (found.empty()) continue;
    if (found.size() > 1) return std::nullopt;
    const auto lines = static_cast<int>(std::ranges::count(body.text, '\n'));
    return Antecedent{std::move(found.front().who), before.message.id, body.line, body.line + lines};
  }
  return std::nullopt;
}

std::string with_antecedent(std::string_view text, std::string_view who) {
  for (const Token& token : Tokens(text)) {
    if (pronoun_of(token.text) == 0) continue;
    std::string out(text.substr(0, token.begin));
    out += who;
    if (token.text == "his") {
      out += "'s";
      out += text.substr(token.end);
    } else {
      out += text.substr(token.begin + (token.text[0] == 's' ? 3 : 2));
    }
    return out;
  }
  return std::string(text);
}

}  // namespace holdfast::memory
