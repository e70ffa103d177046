#include "memory/ingest/topic_key.h"

#include <algorithm>
#include <optional>

#include "language/lexicon.h"
#include "language/names.h"
#include "language/words.h"
#include "memory/ingest/cues.h"
#include "memory/ingest/tokens.h"
#include "memory/ingest/value_classes.h"

namespace holdfast::memory {
namespace {

using Index = std::ptrdiff_t;

constexpr std::size_t kTopicBytes = 80;

constexpr std::string_view kBecause = "because bc cause cuz coz since so unless otherwise which who whose where while";
constexpr std::string_view kBlank =  // say nothing about which topic it is
    "the a an my our your his her their its this that these those i we you he she it they there user user's me us "
    "now still currently also just only always never already again really actually by at in on of for to from with and "
    "or but then so new old current currently today tomorrow yesterday one some all any both each every please is are "
    "was were be been will would has have had do does did not no yes ok okay since until till as than more less very "
    "too first last next back up down out over after before instead per about around like get got go goes "
    "anymore longer any btw by default here everything everyone thing things what when where who which whose if";
constexpr std::string_view kPronouns =
    "it this that these those he she they there we i you everything something nothing";
constexpr std::string_view kCopulas = "is are was were = stays remains equals it's isn't aren't";
constexpr std::string_view kChangeVerbs =  // "A moved to V"
    "moved moves move changed changes change switched switches raised lowered reduced increased bumped upgraded "
    "downgraded renamed pushed postponed rescheduled extended shifted cut goes went set migrated delayed dropped rose "
    "fell grew shrank reset updated capped";
constexpr std::string_view kChangesBefore =  // "raised A to V"
    "raised raise lowered lower reduced reduce increased increase bumped bump upgraded upgrade changed change moved "
    "move pushed push postponed postpone rescheduled extended extend set shifted renamed rename updated update cut "
    "pinned pin keep kept cap capped";
constexpr std::string_view kScopes =
    "production staging development tests ci local weekend weekday morning evening lunch breakfast dinner "
    "mobile desktop ios android frontend backend web admin internal external left right upstairs downstairs work home "
    "private office api cli docs migrations monday tuesday wednesday thursday friday saturday sunday";
// Attributes: nouns that have one value at a time.
constexpr std::string_view kAttributes =
    "version deadline budget limit port name address email phone birthday age weight height size job boss manager lead "
    "owner reviewer doctor dentist vet teacher landlord rent price cost salary schedule time date venue region "
    "timezone "
    "branch url host timeout quota retention threshold rate interval color colour font password theme language number "
    "capacity target goal quorum replica replicas node nodes cluster endpoint model plan tier status stage duration "
    "dose dosage frequency title headline deposit fee fare floor room seat gate terminal hotel flight train platform "
    "headcount count guests rank grade score level speed temperature pressure memory disk cpu cutoff freeze window "
    "shift start end launch release standup sync meeting retro demo review call appointment exam wedding party trip "
    "departure arrival delivery checkout check-in contact supervisor coach trainer therapist accountant employer "
    "company school university course major license licence provider supplier vendor bank insurance tariff contract "
    "msrv minimum maximum max min default environment runtime toolchain distro kernel driver firmware board serial "
    "channel topic bucket queue table schema prefix suffix format encoding locale currency unit ttl cap ceiling "
    "concurrency batch replication backup alarm bedtime curfew streak record pace distance household residence "
    "citizenship nationality nickname pronouns hometown codename domain subdomain mascot motto username handle ssid "
    "rota on-call oncall primary secondary maintainer chair speaker sponsor caterer florist photographer band dj menu "
    "dress lesson lessons rehearsal training practice class gym club";

bool is_value(const Token& token) {
  return token.digit || token.code || token.text.find_first_of("0123456789") != std::string_view::npos ||
         token.text.find('/') != std::string_view::npos || token.text.find('@') != std::string_view::npos ||
         language::month_number(token.text) != 0 || language::weekday_number(token.text) != 0 ||
         language::number_word(token.text) > 1;
}

bool is_attribute(std::string_view word) { return is_one_of(word, kAttributes); }

std::string singular(std::string_view word) {
  std::string out(word);
  if (out.ends_with("'s")) out.resize(out.size() - 2);
  if (out.size() > 4 && out.ends_with("ies")) {
    out.resize(out.size() - 3);
    out += 'y';
  } else if (out.size() > 4 && (out.ends_with("sses") || out.ends_with("xes") || out.ends_with("ches"))) {
    out.resize(out.size() - 2);
  } else if (out.size() > 3 && out.back() == 's' && !out.ends_with("ss") && !out.ends_with("us") &&
             !out.ends_with("is") && !is_one_of(out, kScopes)) {
    out.pop_back();
  }
  return out;
}

}  // namespace

std::string_view scope_word(std::string_view word) {
  if (is_one_of(word, "prod production live")) return "production";
  if (is_one_of(word, "stage staging preprod")) return "staging";
  if (is_one_of(word, "dev development")) return "development";
  if (is_one_of(word, "test tests testing")) return "tests";
  if (is_one_of(word, "local locally localhost")) return "local";
  if (is_one_of(word, "weekend weekends")) return "weekend";
  if (is_one_of(word, "weekday weekdays workday workdays")) return "weekday";
  if (is_one_of(word, "morning mornings")) return "morning";
  if (is_one_of(word, "evening evenings night nights")) return "evening";
  if (is_one_of(word, "migration migrations")) return "migrations";
  return is_one_of(word, kScopes) && language::weekday_number(word) == 0 ? word : std::string_view{};
}

namespace {

struct Reading {
  const Tokens& tokens;
  std::size_t end;  // reasons ("because …") are no part of what is stated
};

void append_word(std::string& key, std::string_view word) {
  if (!key.empty()) key += ' ';
  key += word;
}

// Scopes that stand in the statement, in order, each once.
std::string scopes_in(const Reading& reading) {
  std::string scopes;
  for (std::size_t i = 0; i < reading.end; ++i) {
    const std::string_view scope = scope_word(reading.tokens[i].text);
    if (!scope.empty() && !is_one_of(scope, scopes)) append_word(scopes, scope);
  }
  return scopes;
}

bool is_version(std::string_view word) {
  if (word.size() > 1 && word.front() == 'v') word.remove_prefix(1);
  if (word.empty() || word.front() < '0' || word.front() > '9') return false;
  bool dot = false;
  for (const char c : word) {
    if (c == '.')
      dot = true;
    else if (c < '0' || c > '9')
      return false;
  }
  return dot;
}

bool is_integer(std::string_view word) {
  return !word.empty() && word.size() <= 3 && word.find_first_not_of("0123456789") == std::string_view::npos;
}

// Whether something takes the place of something else: "switched", "migrated", "instead".
bool takes_place(const Reading& reading) {
  for (std::size_t i = 0; i < reading.end; ++i)
    if (is_one_of(reading.tokens[i].text,
                  "switched switch switching migrated migrating moved moving replaced replaces "
                  "instead converted swapped ditched dropped"))
      return true;
  return false;
}

// "use pnpm", "switched to Yarn", "dark mode by default"
std::string by_value_class(const Reading& reading) {
  const Tokens& tokens = reading.tokens;
  const ValueClass* chosen = nullptr;
  std::string_view value;
  bool negated = false;
  bool several = false;
  bool ambiguous = false;
  bool versioned = false;
  std::string purpose;
  for (std::size_t i = 0; i < reading.end; ++i) {
    const ClassHit hit = find_value_class(tokens, i);
    if (hit.value_class == nullptr || !means_value(tokens, i)) continue;
    if (chosen != nullptr && chosen != hit.value_class) {
      ambiguous = true;
      break;
    }
    chosen = hit.value_class;
    if (is_negated(tokens, i)) {
      negated = true;
    } else {
      // "bumped to go 1.24" is about the version, unless one tool takes the place of another.
      const std::string_view after_value = tokens.word(static_cast<Index>(i + hit.tokens));
      versioned = versioned || is_version(after_value);
      if (!value.empty() && value != tokens[i].text) several = true;
      value = tokens[i].text;
      const std::size_t after = i + hit.tokens;
      if (after < reading.end && is_one_of(tokens[after].text, "for in as")) {
        std::size_t noun = after + 1;
        while (noun < reading.end && is_one_of(tokens[noun].text, "the our my all a an everything")) ++noun;
        if (noun < reading.end && purpose.empty() && !is_value(tokens[noun]) && !is_one_of(tokens[noun].text, kBlank) &&
            !is_one_of(tokens[noun].text, "now this that it years default everything me"))
          purpose = scope_word(tokens[noun].text).empty() ? singular(tokens[noun].text)
                                                          : std::string(scope_word(tokens[noun].text));
      }
    }
    i += hit.tokens - 1;
  }
  if (chosen == nullptr || ambiguous || several) return {};
  if (versioned && !chosen->exclusive && !negated && !takes_place(reading)) return {};
  const CueSet cues = find_cues(tokens);
  bool names_class = false;
  for (std::size_t i = 0; i < reading.end; ++i) names_class = names_class || tokens[i].text == chosen->name;
  const bool settles = cues.any(Cue::kStrongChange, Cue::kDecides, Cue::kAlways) || negated || names_class;
  if (!chosen->exclusive && !settles && purpose.empty()) return {};
  const bool tool_use = settles || chosen->exclusive ||
                        (cues.any(Cue::kStates, Cue::kImperative, Cue::kPrefers) && !cues.has(Cue::kHypothetical));
  if (!tool_use) return {};
  std::string key(chosen->name);
  if (chosen->personal) {
    for (const language::NameMention& name : language::find_names(tokens.source())) {
      const std::string folded = singular(language::fold(name.text));
      if (name.kind != language::NameMention::proper || is_one_of(folded, kBlank) || folded == "the user" ||
          folded == "user")
        continue;
      const Tokens words(folded);
      if (words.empty() || find_value_class(words, 0).value_class != nullptr || language::is_common_word(words[0].text))
        continue;
      append_word(key, words[0].text);
      break;
    }
  }
  const std::string scopes = scopes_in(reading);
  if (!purpose.empty() && !is_one_of(purpose, scopes)) append_word(key, purpose);
  if (!scopes.empty()) append_word(key, scopes);
  return key;
}

// "go 1.24", "bumped sqlc to 1.28.0", "Rails is on 7.2"
std::string by_version(const Reading& reading) {
  const Tokens& tokens = reading.tokens;
  std::string key;
  for (std::size_t i = 1; i < reading.end; ++i) {
    const std::string_view word = tokens[i].text;
    const std::string_view next = tokens.word(static_cast<Index>(i) + 1);
    const bool dotted = is_version(word);
    if (!dotted && !is_integer(word)) continue;
    if (is_one_of(next, "percent % eur usd units unit ms hours days minutes")) continue;
    Index at = static_cast<Index>(i) - 1;
    const bool direct = !is_one_of(tokens.word(at), kBlank) && tokens[i].before == 0;
    while (at >= 0 && (is_one_of(tokens.word(at), "is on at to now pinned version still are stays from up back = v")))
      --at;
    if (at < 0 || static_cast<std::size_t>(at) + 5 < i) continue;
    const Token& name = tokens[static_cast<std::size_t>(at)];
    const ValueClass* known = class_of_word(name.text);
    const bool everyday = is_one_of(name.text, kBlank) && !(known != nullptr && dotted);
    if (name.digit || everyday || is_one_of(name.text, kPronouns) || language::month_number(name.text) != 0 ||
        language::weekday_number(name.text) != 0)
      continue;
    if (known == nullptr && !(dotted && (direct || is_one_of(tokens.word(static_cast<Index>(i) - 1), "to at on"))))
      continue;
    if (known == nullptr && (is_attribute(name.text) || language::is_verb(name.text)) && name.text != "node") continue;
    if (known != nullptr && known->exclusive && !dotted && !direct) continue;
    std::string found(name.text);
    append_word(found, "version");
    if (!key.empty() && key != found) return {};  // several at once
    key = std::move(found);
  }
  if (key.empty()) return key;
  const std::string scopes = scopes_in(reading);
  if (!scopes.empty()) append_word(key, scopes);
  return key;
}

// The words of a noun phrase that ends before `end`, back to `begin` at most: what is not blank, in order.
std::optional<std::vector<std::string>> phrase_words(const Tokens& tokens, std::size_t begin, std::size_t end) {
  std::vector<std::string> words;
  for (std::size_t i = begin; i < end; ++i) {
    const Token& token = tokens[i];
    std::string_view word = token.text;
    if (word == "=" || is_one_of(word, kBlank) || !scope_word(word).empty()) continue;
    if (is_value(token) && word.find('/') == std::string_view::npos) {
      // "fact 3", "step 2": what is numbered is not the topic of its neighbours.
      if (i > begin && i + 1 == end && is_integer(word) && !is_one_of(tokens[i - 1].text, kBlank)) return std::nullopt;
      continue;
    }
    if (word.ends_with("'s") && is_one_of(word, "user's it's that's there's he's she's")) continue;
    words.push_back(singular(word));
    if (words.size() > kTopicWords) return std::nullopt;
  }
  return words;
}

// Where the phrase that ends before `end` begins: after the last mark or word that joins clauses.
std::size_t phrase_begin(const Tokens& tokens, std::size_t end) {
  std::size_t begin = end;
  while (begin > 0 && end - begin < 8) {
    const Token& token = tokens[begin - 1];
    if (begin < end &&
        (token.after == ',' || token.after == '.' || token.after == ';' || token.after == ':' || token.after == '!' ||
         token.after == '?' || token.after == '\n' || token.after == '(' || token.after == ')'))
      break;
    if (is_one_of(token.text, "and but so then or if when that because")) break;
    --begin;
  }
  return begin;
}

std::string key_of_phrase(const Reading& reading, std::size_t begin, std::size_t end, bool need_attribute) {
  const auto words = phrase_words(reading.tokens, begin, end);
  if (!words || words->empty()) return {};
  bool attribute = false;
  for (const std::string& word : *words)
    attribute = attribute || is_attribute(word) || is_one_of(word, "favourite favorite");
  if (need_attribute && !attribute) return {};
  if (words->size() == 1 && is_one_of(words->front(),
                                      "time date name number thing day way rule problem reason point "
                                      "plan goal start end call status"))
    return {};
  if (words->size() == 1 && !attribute && language::is_common_word(words->front())) return {};
  for (const std::string& word : *words)
    if (language::is_verb(word) && !is_attribute(word) && word.size() < 12 &&
        !is_one_of(word, "board run work set build test drive call"))
      return {};
  std::string key;
  for (const std::string& word : *words)
    if (!is_one_of(word, key)) append_word(key, word);
  const std::string scopes = scopes_in(reading);
  if (!scopes.empty()) append_word(key, scopes);
  return key;
}

bool value_follows(const Reading& reading, std::size_t at, bool loose) {
  const Tokens& tokens = reading.tokens;
  std::size_t seen = 0;
  for (std::size_t i = at; i < reading.end && seen < 3; ++i) {
    const Token& token = tokens[i];
    if (is_value(token) || find_value_class(tokens, i).value_class != nullptr) return true;
    if (token.capital && token.text.size() > 1 && token.text != "i" && !token.text.starts_with("i'")) return true;
    if (i > at && (token.before == ',' || token.before == '.')) break;
    if (!is_one_of(token.text, kBlank) && !is_one_of(token.text, "max set pinned exactly roughly about under")) ++seen;
  }
  return loose && seen > 0;
}

// "ports: api 8010, web 5180": a list gives values to several things.
bool several_values(const Reading& reading, std::size_t at) {
  std::size_t parts = 0;
  bool value = false;
  for (std::size_t i = at; i < reading.end; ++i) {
    value = value || is_value(reading.tokens[i]);
    if (reading.tokens[i].after != ',' && reading.tokens[i].after != '+' && i + 1 < reading.end) continue;
    parts += value;
    value = false;
  }
  return parts > 1;
}

// "the A is B", "A = B", "A: B"
std::string by_copula(const Reading& reading) {
  const Tokens& tokens = reading.tokens;
  for (std::size_t i = 0; i + 1 < reading.end; ++i) {
    const Token& token = tokens[i];
    const bool sign = (token.after == '=' || token.after == ':') && i + 1 < reading.end;
    const bool copula = is_one_of(token.text, kCopulas) && i > 0;
    const bool contracted = token.text.ends_with("'s") && i + 1 < reading.end && !sign &&
                            (is_value(tokens[i + 1]) || tokens[i + 1].text == "now") &&
                            !is_one_of(token.text, "it's that's there's he's she's what's let's");
    if (!sign && !copula && !contracted) continue;
    const std::size_t end = sign || contracted ? i + 1 : i;
    const std::size_t begin = phrase_begin(tokens, end);
    if (begin >= end) continue;
    const auto words = phrase_words(tokens, begin, end);
    if (!words || words->empty()) continue;
    const bool attribute = std::any_of(words->begin(), words->end(), [](const std::string& word) {
      return is_attribute(word) || is_one_of(word, "favourite favorite");
    });
    const std::size_t value = i + 1;
    if (!value_follows(reading, value, attribute)) continue;
    // "Mara = my sister", "Tom is 46": a name can be said many things of.
    const Token& head = tokens[end - 1];
    if (head.capital && !attribute && !is_attribute(singular(head.text)) && !is_value(tokens[value])) return {};
    if (sign && token.after == ':' && several_values(reading, value)) return {};
    if (is_one_of(tokens[begin].text, kPronouns) && end - begin == 1) continue;
    return key_of_phrase(reading, begin, end, false);
  }
  return {};
}

// "the launch moved to Friday", "raised the limit to 768Mi", "breakpoint 1200 -> 1280"
std::string by_change(const Reading& reading) {
  const Tokens& tokens = reading.tokens;
  for (std::size_t i = 0; i < reading.end; ++i) {
    const std::string_view word = tokens[i].text;
    if (i > 0 && i + 1 < reading.end && tokens[i].after == '>' && is_value(tokens[i]) && is_value(tokens[i + 1])) {
      std::string key = key_of_phrase(reading, phrase_begin(tokens, i), i, false);
      if (!key.empty()) return key;
    }
    if (i > 0 && is_one_of(word, kChangeVerbs)) {
      const std::string_view next = tokens.word(static_cast<Index>(i) + 1);
      if (is_one_of(next, "to from by back up down until till at on") && value_follows(reading, i + 1, false)) {
        const std::size_t begin = phrase_begin(tokens, i);
        const auto words = phrase_words(tokens, begin, i);
        if (words && !words->empty() && !is_one_of(words->back(), kPronouns)) {
          std::string key = key_of_phrase(reading, begin, i, false);
          if (!key.empty()) return key;
        }
      }
    }
    if (is_one_of(word, kChangesBefore)) {
      for (std::size_t to = i + 2; to < reading.end && to < i + 8; ++to) {
        if (!is_one_of(tokens[to].text, "to at from until till by") || !value_follows(reading, to + 1, false)) continue;
        std::string key = key_of_phrase(reading, i + 1, to, false);
        if (!key.empty()) return key;
        break;
      }
    }
  }
  return {};
}

// "Mara lives in Graz", "works at Siemens": the home and the employer of a person.
std::string by_person(const Reading& reading) {
  const Tokens& tokens = reading.tokens;
  for (std::size_t i = 0; i + 1 < reading.end; ++i) {
    const std::string_view word = tokens[i].text;
    const std::string_view next = tokens.word(static_cast<Index>(i) + 1);
    std::string_view topic;
    if (is_one_of(word, "live lives living lived") && is_one_of(next, "in at")) topic = "home";
    if (is_one_of(word, "moved moving moves relocated relocating") && is_one_of(next, "to from back")) topic = "home";
    if (is_one_of(word, "work works working worked job") && is_one_of(next, "at for")) topic = "employer";
    if (topic.empty() || word == "lived" || word == "worked") continue;
    std::size_t value = i + 2;
    while (value < reading.end && is_one_of(tokens[value].text, "the a an to from back")) ++value;
    if (value >= reading.end || !tokens[value].capital || find_value_class(tokens, value).value_class != nullptr)
      continue;
    // Whose: the user, or a name before the verb.
    std::size_t subject = i;
    while (subject > 0 && is_one_of(tokens[subject - 1].text,
                                    "is are has just now recently currently still also 's "
                                    "was been will"))
      --subject;
    if (subject == 0) continue;
    const Token& who = tokens[subject - 1];
    std::string key;
    if (is_one_of(who.text, "user i i'm i've we we're we've im"))
      key = std::string(topic);
    else if (who.capital && !language::is_stop_word(who.text))
      key = singular(who.text) + " " + std::string(topic);
    if (!key.empty()) return key;
  }
  return {};
}

}  // namespace

bool is_sure_topic(std::string_view key) {
  const std::size_t space = key.rfind(' ');
  return is_exclusive_topic(key) ||
         is_one_of(space == std::string_view::npos ? key : key.substr(space + 1), "version home employer");
}

std::string normalised_topic_key(std::string_view key) {
  std::string normalised;
  std::size_t words = 0;
  for (const Token& token : Tokens(key)) {
    const std::string_view scope = scope_word(token.text);
    if (scope.empty() && (is_one_of(token.text, kBlank) || token.text == "=")) continue;
    if (token.text.find_first_of("/@") != std::string_view::npos) return {};
    const std::string word = scope.empty() ? singular(token.text) : std::string(scope);
    if (word.empty() || is_one_of(word, normalised)) continue;
    if (++words > kTopicWords) return {};
    append_word(normalised, word);
  }
  return normalised.size() > kTopicBytes || normalised.find_first_not_of("0123456789. ") == std::string::npos
             ? std::string()
             : normalised;
}

std::string topic_key(std::string_view statement) {
  const Tokens tokens(statement);
  if (tokens.size() < 2) return {};
  Reading reading{tokens, tokens.size()};
  for (std::size_t i = 2; i < tokens.size(); ++i) {
    const std::string_view word = tokens[i].text;
    if (!is_one_of(word, kBecause)) continue;
    // "since March" is a date, "so" within a phrase an adverb.
    if (word == "since" && i + 1 < tokens.size() && !is_one_of(tokens[i + 1].text, "i we he she they it the")) continue;
    if (word == "so" && tokens[i].before == 0) continue;
    reading.end = i;
    break;
  }
  for (const auto rule : {by_person, by_value_class, by_version, by_change, by_copula}) {
    std::string key = rule(reading);
    // A statement about several scopes gives several values.
    if (!key.empty()) return scopes_in(reading).find(' ') == std::string::npos ? key : std::string();
  }
  return {};
}

}  // namespace holdfast::memory
