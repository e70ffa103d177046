#include "memory/ingest/nothing_stated.h"

#include <algorithm>

#include "language/characters.h"
#include "memory/ingest/reaction.h"

namespace holdfast::memory {
namespace {

// Output of programs that stands in no fence: "src/a.cc:12:5: error: …", "[12:03:11] …", "TypeError: …".
bool is_program_output(const Tokens& tokens) {
  const std::string_view first = tokens[0].text;
  if (tokens[0].after == ':' && (first == "error" || first == "warning" || first == "fatal" || first == "expected" ||
                                 first == "actual" || first.ends_with("error") || first.ends_with("exception")))
    return true;
  if (tokens.source().find("-----BEGIN") != std::string_view::npos ||
      tokens.source().find("-----END") != std::string_view::npos)
    return true;
  // "APP_ENV=production": a line of a configuration file.
  if (tokens.size() <= 3 && tokens[0].after == '=' && tokens[0].capital && tokens[0].end < tokens.source().size() &&
      tokens.source()[tokens[0].end] == '=')
    return true;
  const std::size_t reach = std::min<std::size_t>(tokens.size(), 6);
  for (std::size_t i = 0; i < reach; ++i) {
    const std::string_view word = tokens[i].text;
    if (word.starts_with("file:///")) return true;
    const std::size_t colon = word.find(':');
    if (tokens[i].code || colon == std::string_view::npos || colon + 1 >= word.size()) continue;
    const std::string_view path = word.substr(0, colon);
    const bool line_number = language::is_ascii_digit(word[colon + 1]);
    if (line_number && path.find('.') != std::string_view::npos && !language::is_ascii_digit(path.front())) return true;
  }
  return false;
}

// "\\( P(4, 2) = \\frac{4!}{2!} \\)", "4/52 * 3/51 = 0.0045": a calculation.
bool is_calculation(std::string_view sentence) {
  if (sentence.find("\\(") != std::string_view::npos || sentence.find("\\frac") != std::string_view::npos) return true;
  if (sentence.starts_with("The probability of") || sentence.starts_with("the probability of")) return true;
  std::size_t fractions = 0;  // "4/52": not of a date or a measure ("1/2 cup")
  for (std::size_t i = 1; i + 1 < sentence.size(); ++i)
    fractions +=
        sentence[i] == '/' && language::is_ascii_digit(sentence[i - 1]) && language::is_ascii_digit(sentence[i + 1]);
  if (fractions >= 2 && sentence.find("robability") != std::string_view::npos) return true;
  std::size_t operators = 0;
  for (std::size_t i = 1; i + 1 < sentence.size(); ++i) {
    const bool between = (sentence[i - 1] == ' ' && sentence[i + 1] == ' ') ||
                         (language::is_ascii_digit(sentence[i - 1]) && language::is_ascii_digit(sentence[i + 1]));
    operators += between && (sentence[i] == '*' || sentence[i] == '/' || sentence[i] == '+' || sentence[i] == '^');
    operators += sentence.substr(i).starts_with("\xC3\x97");  // ×
  }
  return operators >= 2 && sentence.find('=') != std::string_view::npos;
}

// "I'm trying to understand …", "thanks for the tips!", "that makes sense": about the conversation itself.
bool is_about_the_talk(const CueSet& cues, const Tokens& tokens) {
  const std::string_view first = tokens[0].text;
  const std::string_view second = tokens.word(1);
  if (is_one_of(first, "thanks thx thank") && tokens.size() <= 16 && !cues.has(Cue::kNumber)) return true;
  if (is_one_of(first, "that this these those it") && tokens.size() <= 8 && !cues.any(Cue::kNumber, Cue::kName) &&
      is_one_of(second, "makes helps looks look works sounds really helped"))
    return true;
  const auto word = [&](std::size_t i) { return tokens.word(static_cast<std::ptrdiff_t>(i)); };
  std::size_t start = 0;
  while (start < tokens.size() && start < 2 && is_one_of(tokens[start].text, "and so also then okay ok yes")) ++start;
  const bool tells_more = cues.any(Cue::kNumber, Cue::kName, Cue::kTimeOfDay, Cue::kMoney);
  // "I'll make sure to be specific", "I will definitely try that": an answer to advice.
  const bool will = word(start) == "i'll" || (word(start) == "i" && word(start + 1) == "will");
  if (will && !tells_more) {
    const std::size_t verb = start + (word(start) == "i'll" ? 1 : 2);
    const std::size_t next = is_one_of(word(verb), "also definitely certainly now just then") ? verb + 1 : verb;
    if (next > verb ||
        is_one_of(word(next), "try keep look focus implement review check add make follow let consider") ||
        (word(next) == "take" && is_one_of(word(next + 1), "some your the that")))
      return true;
  }
  if (word(start) == "i" && word(start + 1) == "want" && word(start + 2) == "to" &&
      (word(start + 3) == "make" || word(start + 3) == "ensure") && !tells_more)
    return true;
  // "Getting tips on that would be great", "practising with him will definitely help"
  if (word(start).ends_with("ing") && !tells_more && !cues.has(Cue::kFirstPerson)) {
    for (std::size_t i = start + 1; i + 1 < tokens.size(); ++i)
      if (is_one_of(word(i), "would will sounds seems") &&
          is_one_of(tokens[tokens.size() - 1].text, "great help helpful good useful nice approach idea"))
        return true;
  }
  std::size_t at = 0;
  while (at < tokens.size() && at < 3 && is_one_of(tokens[at].text, "i'm im i am was still kinda")) ++at;
  if (at == 0) return false;
  const std::string_view verb = tokens.word(static_cast<std::ptrdiff_t>(at));
  const std::string_view object = tokens.word(static_cast<std::ptrdiff_t>(at) + 2);
  if (verb == "wondering" ||
      (verb == "trying" && is_one_of(object, "understand solve find figure classify calculate")) ||
      (verb == "want" && is_one_of(object, "understand know")))
    return true;
  return verb == "having" && is_one_of(object, "understanding");
}

// "she was fine?!" is told with astonishment.
bool is_astonished(std::string_view sentence) { return sentence.ends_with("?!") || sentence.ends_with("!?"); }

}  // namespace

std::size_t asking_begins(const Tokens& tokens) {
  const auto word = [&](std::size_t i) { return tokens.word(static_cast<std::ptrdiff_t>(i)); };
  const bool asked_at_end = tokens.size() > 0 && tokens[tokens.size() - 1].after == '?';
  for (std::size_t i = 1; i + 1 < tokens.size(); ++i) {
    if (tokens[i].before != ',' && tokens[i].before != '-' && !is_one_of(tokens[i].text, "and but so")) continue;
    std::size_t k = i;
    while (k < tokens.size() && k < i + 3 && is_one_of(tokens[k].text, "and but so now also or then")) ++k;
    const std::string_view first = word(k);
    const std::string_view second = word(k + 1);
    const bool asks = (is_one_of(first, "can could would will do") && is_one_of(second, "you u i we")) ||
                      (first == "how" && is_one_of(second, "do can should would could does is to")) ||
                      (is_one_of(first, "should was is") && is_one_of(second, "i that it this we")) ||
                      (is_one_of(first, "what which") && is_one_of(second, "should do would is are kind"));
    const bool seeks =
        asked_at_end && is_one_of(first, "is are") && is_one_of(second, "there any the my a these those");
    const bool wonders = (is_one_of(first, "i'm i") && is_one_of(second, "wondering wonder")) ||
                         (first == "i" && is_one_of(second, "was am") && word(k + 2) == "wondering") ||
                         (is_one_of(first, "i we") && second == "want" && word(k + 2) == "to" &&
                          is_one_of(word(k + 3), "make know understand be")) ||
                         (first == "i" && second == "need" && word(k + 2) == "help") ||
                         (is_one_of(first, "i'm im") && second == "not" && word(k + 2) == "sure");
    // "is it" and "should I" ask only in a question; they also tell ("the reason is that").
    if ((asks && (asked_at_end || is_one_of(first, "can could would will how"))) || seeks || wonders)
      return tokens[i].begin;
  }
  return tokens.source().size();
}

std::size_t tag_begins(std::string_view sentence) {
  if (!sentence.ends_with('?')) return sentence.size();
  const std::size_t comma = sentence.rfind(',');
  if (comma == std::string_view::npos || sentence.size() - comma > 14) return sentence.size();
  const Tokens tag(sentence.substr(comma));
  const bool nod = tag.size() == 1 && is_one_of(tag[0].text, "ok okay alright yeah deal fine cool eh huh remember");
  const bool known = tag.size() == 2 && is_one_of(tag[0].text, "you u") && tag[1].text == "know";
  return nod || known ? comma : sentence.size();
}

bool states_nothing(const CueSet& cues, const Tokens& tokens) {
  if (tokens.empty() || cues.has(Cue::kOnlySmallTalk)) return true;
  // "I was wrong, four is better" says more than that.
  constexpr std::size_t kRetraction = 5;  // words
  if (cues.has(Cue::kRetracts) && tokens.size() <= kRetraction) return true;
  if (cues.has(Cue::kLastingWish)) return false;
  if (is_about_the_talk(cues, tokens) || is_reaction(cues, tokens)) return true;
  const bool question = cues.has(Cue::kQuestionMark) && tokens[tokens.size() - 1].after == '?' &&
                        !(is_astonished(tokens.source()) && !cues.has(Cue::kAsks));
  constexpr std::size_t kShortQuestion = 8;  // words: "is swimming allowed in week 3"
  if (question || (cues.has(Cue::kAsks) && (!cues.has(Cue::kAlways) || tokens.size() < kShortQuestion))) return true;
  if (is_program_output(tokens) || is_calculation(tokens.source())) return true;
  return cues.has(Cue::kRequest) && tokens.size() < 14 &&
         !cues.any(Cue::kAlways, Cue::kRemember, Cue::kPrefers, Cue::kStrongChange, Cue::kImperative, Cue::kNumber,
                   Cue::kForbids, Cue::kStates, Cue::kOpen);
}

bool is_question(const CueSet& cues, const Tokens& tokens) {
  return cues.has(Cue::kAsks) || (cues.has(Cue::kQuestionMark) && tokens[tokens.size() - 1].after == '?');
}

}  // namespace holdfast::memory
