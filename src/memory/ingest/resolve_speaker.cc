#include "memory/ingest/resolve_speaker.h"

#include "language/characters.h"
#include "language/lexicon.h"
#include "memory/ingest/tokens.h"

namespace holdfast::memory {
namespace {

// Forms that do not change: modals, pasts, and verbs whose past looks like the base ("put").
constexpr std::string_view kUnchanged =
    "can can't cannot could couldn't will won't wont would wouldn't should shouldn't must mustn't may might shall had "
    "hadn't did didn't didnt was wasn't wasnt went got made took told said came saw gave found left felt knew thought "
    "bought brought wrote ate drank drove flew began grew sold broke lost won met called sent paid ran fell heard kept "
    "led read spent stood taught understood woke wore built became caught chose drew forgot hid held rode rose sang "
    "slept spoke stole swam threw put set cut hit let quit cost hurt shut split spread bet used been being done gone "
    "lived ought dreamt learnt burnt meant dealt shot sat lay laid fought sought swore tore bit blew froze shook "
    "shrank "
    "sank stuck struck hung dug fed fled bled bred lent bent rid ended";
constexpr std::string_view kAdverbs =
    "really also always never usually just still only now actually often sometimes currently mostly generally already "
    "even kinda rarely definitely absolutely totally almost personally normally typically recently finally probably "
    "mainly simply truly barely hardly regularly strongly much generally again soon then both all not ever ideally "
    "officially technically basically honestly literally constantly secretly primarily";
// Verbs in the plain present that a second half may carry on with: "I live in Bern and work at …".
constexpr std::string_view kCarriesOn =
    "live work prefer like love hate want need use have speak play run go eat drink keep read write study teach know "
    "think believe drive own sleep sing swim travel train collect cook bake bike cycle commute hike prefer take make "
    "manage lead sell buy pay spend start finish stay sit get feel find do try plan avoid dislike enjoy expect hope";
constexpr std::string_view kBaseVerbs =
    "live work prefer like love hate want need use have speak play run go eat drink keep know think believe drive own "
    "sleep study teach do am feel find get give make take try plan avoid dislike enjoy expect hope see say tell ask "
    "start stop stay sit stand wear weigh wish write miss mean mind pay pick post push rent require ride sell send "
    "share sign sing skip spend suffer suggest support suppose swim talk tend travel trust turn type understand visit "
    "vote wait wake walk watch wonder worry bring build buy call care carry change check choose clean close code "
    "collect come commute consider cook count cycle depend design develop die draw dream fear follow forget grow guess "
    "handle hear help hike host hold invest join learn leave lie listen look lose lead maintain manage meet move obey "
    "own paint practice practise pray pull recommend record refuse remember report research respect rely review save "
    "search serve set sketch smoke struggle swear trade train treat volunteer fly fix feed fast do doubt agree admire "
    "appreciate assume belong bike bake add accept allow appear apply arrive attend bet";

bool starts_sentence(const Token& token, std::size_t at) {
  return at == 0 || token.before == '.' || token.before == '!' || token.before == '?' || token.before == '\n' ||
         token.before == ':';
}

bool is_base_verb(std::string_view word) {
  if (word.size() < 2 || is_one_of(word, kUnchanged) || (word.ends_with("ed") && word != "need" && word != "feed") ||
      word.ends_with("ing"))
    return false;
  if (is_one_of(word, kBaseVerbs)) return true;
  return language::is_verb(word) && !word.ends_with("s") && !language::is_stop_word(word);
}

class Rewriter {
 public:
  Rewriter(std::string_view text, std::string_view name) : tokens_(text), text_(text), name_(name) {}

  ResolvedSpeaker run() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const Token& token = tokens_[i];
      if (token.code || token.quoted || token.before == '"') continue;
      rewrite(i);
    }
    result_.text += text_.substr(copied_);
    return std::move(result_);
  }

 private:
  [[nodiscard]] std::string subject(std::size_t at) const {
    if (!name_.empty()) return std::string(name_);
    return starts_sentence(tokens_[at], at) ? "The user" : "the user";
  }
  [[nodiscard]] std::string owner(std::size_t at) const { return subject(at) + "'s"; }

  void replace(std::size_t at, std::string_view with) {
    result_.text += text_.substr(copied_, tokens_[at].begin - copied_);
    result_.text += with;
    copied_ = tokens_[at].end;
    result_.changed = true;
  }

  void rewrite(std::size_t at) {
    const std::string_view word = tokens_[at].text;
    if (word == "i") {
      // "option I", "part i": a numeral.
      if (at > 0 && is_one_of(tokens_[at - 1].text, "option part phase type chapter volume level section")) return;
      // "F I F T E E N"
      if (at > 0 && tokens_[at - 1].text.size() == 1 && tokens_.word(static_cast<std::ptrdiff_t>(at) + 1).size() == 1)
        return;
      replace(at, subject(at));
      // "how do I get", "should I have": the auxiliary before it has the ending.
      if (at == 0 || !is_one_of(tokens_[at - 1].text, "do does did can could should would will shall may might must"))
        agree(at + 1);
    } else if (word == "i'm" || word == "im") {
      replace(at, subject(at) + " is");
      present_ = true;
    } else if (word == "i've" || word == "ive") {
      replace(at, subject(at) + " has");
    } else if (word == "i'll") {
      replace(at, subject(at) + " will");
    } else if (word == "i'd") {
      replace(at,
              subject(at) +
                  (is_one_of(tokens_.word(static_cast<std::ptrdiff_t>(at) + 1), "better been") ? " had" : " would"));
    } else if (word == "my") {
      replace(at, owner(at));
    } else if (word == "mine") {
      if (at > 0 && is_one_of(tokens_[at - 1].text, "a the coal gold data")) return;
      replace(at, owner(at));
    } else if (word == "me") {
      if (at > 0 && tokens_[at - 1].text == "new") return;  // "new year, new me"
      replace(at, subject(at));
    } else if (word == "myself") {
      replace(at, "themself");
    } else if (present_ && is_one_of(word, "and but or") && at + 1 < tokens_.size() && tokens_[at].before != '.') {
      std::size_t verb = at + 1;
      while (verb < tokens_.size() && is_one_of(tokens_[verb].text, kAdverbs)) ++verb;
      if (verb < tokens_.size() && is_one_of(tokens_[verb].text, kCarriesOn) && !tokens_[verb].code &&
          tokens_[verb].after != ',' && verb + 1 < tokens_.size() && !subject_follows(verb))
        replace(verb, third_person(tokens_[verb].text));
    } else if (starts_sentence(tokens_[at], at)) {
      present_ = false;
    }
  }

  // "… and love is all": then "love" is no verb of the first person.
  [[nodiscard]] bool subject_follows(std::size_t verb) const {
    return is_one_of(tokens_.word(static_cast<std::ptrdiff_t>(verb) + 1), "is are was were has");
  }

  // The verb after the first person, past adverbs.
  void agree(std::size_t at) {
    while (at < tokens_.size() && tokens_[at].before == 0 && is_one_of(tokens_[at].text, kAdverbs)) ++at;
    if (at >= tokens_.size() || tokens_[at].code || tokens_[at].before != 0) return;
    const std::string_view word = tokens_[at].text;
    if (word == "am") {
      replace(at, "is");
    } else if (word == "don't" || word == "dont") {
      replace(at, "doesn't");
    } else if (word == "haven't" || word == "havent") {
      replace(at, "hasn't");
    } else if (is_base_verb(word)) {
      replace(at, third_person(word));
    } else {
      present_ = false;
      return;
    }
    present_ = true;
  }

  Tokens tokens_;
  std::string_view text_;
  std::string_view name_;
  std::size_t copied_ = 0;
  bool present_ = false;  // the clause has a verb in the plain present
  ResolvedSpeaker result_;
};

}  // namespace

std::string third_person(std::string_view verb) {
  if (verb == "am" || verb == "are") return "is";
  if (verb == "have") return "has";
  std::string out(verb);
  if (out.empty()) return out;
  const bool consonant_y =
      out.size() > 1 && out.back() == 'y' && !is_one_of(out.substr(out.size() - 2, 1), "a e i o u");
  if (consonant_y) {
    out.pop_back();
    out += "ies";
  } else if (out.ends_with("s") || out.ends_with("x") || out.ends_with("z") || out.ends_with("ch") ||
             out.ends_with("sh") || out.ends_with("o")) {
    out += "es";
  } else {
    out += 's';
  }
  return out;
}

ResolvedSpeaker resolve_speaker(std::string_view text, std::string_view name) { return Rewriter(text, name).run(); }

}  // namespace holdfast::memory
