#include "memory/ingest/units.h"
#include "memory/ingest/reaction.h"

#include <algorithm>

#include "language/characters.h"
#include "language/dates.h"
#include "language/secrets.h"
#include "language/sentences.h"
#include "memory/ingest/topic_key.h"
#include "memory/ingest/value_classes.h"

namespace holdfast::memory {
namespace {

// A sentence, or the part of one that is about a single topic.
struct Piece {
  std::string text;
  std::string_view header;
  int line_from = 1;
  int line_to = 1;
  CueSet cues;
  std::string topic;
  bool item = false;  // of a list
  bool undated_event = false;
};

constexpr std::size_t kQuotedTerm = 60;  // bytes up to which a quotation can be a term

// Whether a person's message holds what a machine wrote, pasted back: several lines with words in bold.
bool has_pasted_plan(std::string_view body) {
  constexpr std::size_t kLines = 3;
  std::size_t bold = 0;
  for (std::size_t at = body.find("**"); at != std::string_view::npos && bold < kLines;) {
    ++bold;
    const std::size_t end = body.find('\n', at);
    at = end == std::string_view::npos ? end : body.find("**", end);
  }
  return bold >= kLines;
}

bool is_rule_line(std::string_view line) {
  while (!line.empty() && language::is_ascii_space(line.back())) line.remove_suffix(1);
  while (!line.empty() && language::is_ascii_space(line.front())) line.remove_prefix(1);
  return line.size() >= 3 && line.find_first_not_of("-=*_") == std::string_view::npos;
}

// The body with everything between two ruled lines ("---") blanked: that is text somebody pasted. Offsets and lines
// stay as they are.
std::string without_pasted(std::string_view body, bool& pasted) {
  std::string out(body);
  std::size_t open = std::string::npos;
  for (std::size_t at = 0; at < body.size();) {
    std::size_t end = body.find('\n', at);
    if (end == std::string_view::npos) end = body.size();
    if (is_rule_line(body.substr(at, end - at))) {
      if (open == std::string::npos) {
        open = at;
      } else {
        for (std::size_t i = open; i < end; ++i)
          if (out[i] != '\n') out[i] = ' ';
        pasted = true;
        open = std::string::npos;
      }
    }
    at = end + 1;
  }
  return out;
}

// Quotations of a sentence or more are somebody else's words: blanked, byte for byte. A short one stays, being a term.
void blank_quotations(std::string& body, bool& pasted) {
  const auto blank = [&](std::size_t open, std::size_t mark, std::size_t close) {
    const std::string_view inside = std::string_view(body).substr(open + mark, close - open - mark);
    const bool sentence = inside.size() > 24 && inside.find_first_of(".!?:") != std::string_view::npos &&
                          inside.find(' ') != std::string_view::npos;
    if (inside.size() <= kQuotedTerm && !sentence) return;
    for (std::size_t i = open; i < close + mark; ++i)
      if (body[i] != '\n') body[i] = ' ';
    pasted = true;
  };
  if (std::count(body.begin(), body.end(), '"') % 2 == 0) {
    for (std::size_t open = body.find('"'); open != std::string::npos;) {
      const std::size_t close = body.find('"', open + 1);
      if (close == std::string::npos) break;
      blank(open, 1, close);
      open = body.find('"', close + 1);
    }
  }
  for (std::size_t open = body.find("\xE2\x80\x9C"); open != std::string::npos;) {
    const std::size_t close = body.find("\xE2\x80\x9D", open);
    if (close == std::string::npos) break;
    blank(open, 3, close);
    open = body.find("\xE2\x80\x9C", close);
  }
}

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

// Where the asking begins of a sentence that tells something first: "I gathered 22 articles, can you help me sort
// them", "it is on May 3, but I want to make sure that …". The sentence's size when it does not.
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

// Where a tag begins that asks for no more than a nod: "I come on the 23rd, ok?". The sentence's size for none.
std::size_t tag_begins(std::string_view sentence) {
  if (!sentence.ends_with('?')) return sentence.size();
  const std::size_t comma = sentence.rfind(',');
  if (comma == std::string_view::npos || sentence.size() - comma > 14) return sentence.size();
  const Tokens tag(sentence.substr(comma));
  const bool nod = tag.size() == 1 && is_one_of(tag[0].text, "ok okay alright yeah deal fine cool eh huh remember");
  const bool known = tag.size() == 2 && is_one_of(tag[0].text, "you u") && tag[1].text == "know";
  return nod || known ? comma : sentence.size();
}

// Whether nothing in the sentence is worth a memory, whatever the sum of its cues.
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

// Secrets out, each byte for a byte, so that offsets and lines stay as they are.
void blank_secrets(std::string& body) {
  constexpr std::string_view kMark = "[secret]";
  for (const auto& [begin, end] : language::find_secrets(body)) {
    for (std::size_t i = begin; i < end; ++i)
      if (body[i] != '\n') body[i] = i - begin < kMark.size() ? kMark[i - begin] : ' ';
  }
}

// Text without runs of white space.
std::string squeezed(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (language::is_ascii_space(c)) {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else {
      out += c;
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

// Whether the sentence is an item of a list: what its line begins with says so.
bool is_item(std::string_view body, const language::Sentence& sentence) {
  std::size_t begin = body.rfind('\n', sentence.begin == 0 ? 0 : sentence.begin - 1);
  begin = begin == std::string_view::npos || begin >= sentence.begin ? 0 : begin + 1;
  std::string_view line = body.substr(begin, sentence.begin - begin);
  while (!line.empty() && language::is_ascii_space(line.front())) line.remove_prefix(1);
  if (line.empty()) return false;
  if (line.starts_with("- ") || line.starts_with("* ") || line.starts_with("+ ") || line.starts_with("\xE2\x80\xA2"))
    return true;
  std::size_t digits = 0;
  while (digits < line.size() && language::is_ascii_digit(line[digits])) ++digits;
  return digits > 0 && digits < 3 && digits < line.size() && (line[digits] == '.' || line[digits] == ')');
}

// Whether a part between commas says that something was done, and no day.
bool tells_undated_event(std::string_view text) {
  constexpr TimeMs kAnyTime = 1'700'000'000'000;  // whether there is a date does not depend on when it is said
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin;
    while (end < text.size() && !((text[end] == ',' || text[end] == '.' || text[end] == '!' || text[end] == ';') &&
                                  (end + 1 == text.size() || text[end + 1] == ' ')))
      ++end;
    const std::string_view part = text.substr(begin, end - begin);
    const CueSet cues = find_cues(Tokens(part));
    if (cues.any(Cue::kDone, Cue::kCancels) &&
        !cues.any(Cue::kNegation, Cue::kFuture, Cue::kAlways, Cue::kHypothetical) &&
        language::find_dates(part, kAnyTime).empty())
      return true;
    begin = end + 1;
  }
  return false;
}

// Whether a clause says nothing without the one before it.
bool leans_back(std::string_view clause) {
  const Tokens tokens(clause);
  return !tokens.empty() && is_one_of(tokens[0].text,
                                      "especially since because which whose though although whereas kinda like "
                                      "including except unless so rather");
}

// Whether a clause says nothing without those after it.
bool leans_forward(std::string_view clause) {
  const Tokens tokens(clause);
  for (std::size_t i = 0; i < tokens.size() && i < 12; ++i)
    if (is_one_of(tokens[i].text, "when whenever if once") && (i == 0 || tokens[i].before == ':')) return true;
  return false;
}

// A sentence as one piece, or cut where its clauses are about different topics, so that each can be replaced by itself.
void add_pieces(const language::Sentence& sentence, bool item, std::vector<Piece>& pieces) {
  const std::string_view text = sentence.text;
  struct Part {
    std::size_t begin, end;
    std::string topic;
  };
  std::vector<Part> parts;
  const std::vector<std::string_view> clauses = language::clauses(text);
  if (clauses.size() > 1) {
    bool conditional = false;  // all that follows depends on it
    for (const std::string_view clause : clauses) {
      const auto begin = static_cast<std::size_t>(clause.data() - text.data());
      std::string topic = topic_key(clause);
      const bool leans = conditional || leans_back(clause);
      conditional = conditional || leans_forward(clause);
      if (!parts.empty() && (leans || topic.empty() || parts.back().topic.empty() || parts.back().topic == topic)) {
        parts.back().end = begin + clause.size();
        if (parts.back().topic.empty()) parts.back().topic = std::move(topic);
      } else {
        parts.push_back({begin, begin + clause.size(), std::move(topic)});
      }
    }
  }
  if (parts.size() <= 1) parts.assign(1, {0, text.size(), topic_key(text)});
  for (Part& part : parts) {
    Piece piece;
    piece.text = squeezed(text.substr(part.begin, part.end - part.begin));
    piece.header = sentence.header;
    piece.line_from = sentence.line_from;
    piece.line_to = sentence.line_to;
    piece.topic = std::move(part.topic);
    piece.cues = find_cues(Tokens(piece.text));
    piece.item = item;
    piece.undated_event = tells_undated_event(piece.text);
    pieces.push_back(std::move(piece));
  }
}

// "new rule: …", "rules for migrations: …", "a note for the runbook: …"
bool announces_rule(const Tokens& tokens) {
  constexpr std::size_t kReach = 14;  // words from the noun to the colon
  std::size_t last = tokens.size();   // the last such noun
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (is_one_of(tokens[i].text, "rule rules procedure policy convention conventions reminder checklist runbook"))
      last = i;
    if (last < tokens.size() && i - last > kReach) return false;
    if (last < tokens.size() && tokens[i].after == ':') return true;
    if (tokens[i].after == '?') return false;
  }
  return false;
}

// "self-hosted: " of an item that begins so, or "".
std::string_view item_label(std::string_view item) {
  constexpr std::size_t kLongest = 30;  // bytes
  const std::size_t colon = item.find(": ");
  return colon == std::string_view::npos || colon > kLongest ? std::string_view{} : item.substr(0, colon + 2);
}

// A unit in the making.
struct Run {
  Unit unit;
  std::string topic;
  bool item = false;  // its last piece is one of a list
  int last_line = 1;

  void add(const Piece& piece) {
    std::string& text = unit.text;
    if (text.empty()) {
      unit.line_from = piece.line_from;
      std::string_view header = piece.header;
      while (header.ends_with('.') || header.ends_with(':')) header.remove_suffix(1);
      if (!header.empty()) text = std::string(header) + ": ";
      unit.header = piece.header;
    } else {
      const char last = text.back();
      text += last == '.' || last == '!' || last == '?' || last == ';' || last == ':' || last == ',' ? " " : ". ";
    }
    text += piece.text;
    unit.line_to = piece.line_to;
    item = piece.item;
    last_line = piece.line_to;
    unit.undated_event = unit.undated_event || piece.undated_event;
    unit.cues.merge(piece.cues);
    if (topic.empty()) topic = piece.topic;
  }

  [[nodiscard]] bool takes(const Piece& piece, std::size_t limit) const {
    if (unit.text.empty()) return true;
    if (!topic.empty() && !piece.topic.empty() && topic != piece.topic) return false;
    const bool fragment = piece.text.size() < kFragment || unit.text.size() < kFragment;
    // What stands in one item of a list belongs together, and apart from the next.
    if (item && piece.item && piece.header.empty() && piece.line_from != last_line && !fragment) return false;
    if (item && piece.item && piece.line_from == last_line)
      return unit.text.size() + piece.text.size() <= (piece.header.empty() ? kWholeMessage : kWholeList);
    if (piece.header.data() != unit.header.data() && piece.header != unit.header) return false;
    // A list is one procedure, or one plan, as long as it is short enough to be kept as one.
    if (!piece.header.empty()) return unit.text.size() + piece.text.size() <= kWholeList;
    return fragment || unit.text.size() + piece.text.size() <= limit;
  }
};

}  // namespace

MessageUnits units_of(std::string_view body, int line) {
  MessageUnits result;
  result.fenced = body.find("```") != std::string_view::npos;
  std::string text = without_pasted(body, result.pasted);
  blank_secrets(text);
  blank_quotations(text, result.pasted);

  std::vector<Piece> pieces;
  std::size_t total = 0;
  const bool plan = has_pasted_plan(text);
  const std::vector<language::Sentence> sentences = language::sentences(text);
  for (language::Sentence sentence : sentences) {
    if (sentence.text.ends_with(':') || sentence.text.ends_with(":**")) continue;  // it announces a list or a quotation
    constexpr std::size_t kTitle = 40;  // bytes of a title or name in quotation marks that stands as a sentence
    const bool title = sentence.quoted && sentence.text.size() <= kTitle && !pieces.empty() &&
                       sentence.text.find_first_of("!?:") == std::string_view::npos;
    if (sentence.quoted && !title) {
      result.pasted = true;
      continue;
    }
    if (plan &&
        (is_item(text, sentence) || !sentence.header.empty() || sentence.text.find("**") != std::string_view::npos)) {
      result.pasted = true;
      continue;
    }
    if (!is_readable(sentence.text) || sentence.text.find("[secret]") != std::string_view::npos) continue;
    sentence.text = sentence.text.substr(0, tag_begins(sentence.text));
    constexpr std::size_t kTells = 30;  // bytes
    if (const std::size_t told = asking_begins(Tokens(sentence.text)); told >= kTells && told < sentence.text.size()) {
      const std::string_view front = sentence.text.substr(0, told);
      if (language::has_verb(front)) {
        result.asks = true;
        sentence.text = front.substr(0, front.find_last_not_of(" ,-") + 1);
      }
    }
    const Tokens tokens(sentence.text);
    const CueSet cues = find_cues(tokens);
    // Text that gives orders to machines makes everything beside it suspect.
    if (cues.has(Cue::kInjection)) return {};
    if (states_nothing(cues, tokens)) {
      result.asks = result.asks || is_question(cues, tokens);
      result.requests = result.requests || cues.has(Cue::kRequest);
      continue;
    }
    const std::size_t before = pieces.size();
    add_pieces(sentence, is_item(text, sentence), pieces);
    for (std::size_t i = before; i < pieces.size(); ++i) total += pieces[i].text.size() + 1;
  }

  const std::size_t limit = total <= kWholeMessage ? kWholeMessage : kJoinSentences;
  std::vector<Run> runs;
  std::string label;  // of the item of a list that is being read: "self-hosted: two complained. The end date moves."
  int label_line = 0;
  for (Piece& piece : pieces) {
    if (piece.item && piece.line_from != label_line) {
      label = item_label(piece.text);
      label_line = piece.line_from;
    }
    if (runs.empty() || !runs.back().takes(piece, limit)) {
      const bool goes_on = piece.item && !runs.empty() && runs.back().last_line == piece.line_from;
      if (goes_on && !label.empty() && !piece.text.starts_with(label)) piece.text.insert(0, label);
      runs.emplace_back();
    }
    runs.back().add(piece);
  }
  // A remark in brackets tells only beside something: "[shares a photo: a bowl of soup]".
  std::erase_if(runs, [](const Run& run) {
    return run.unit.text.starts_with('[') && run.unit.text.find(']') == run.unit.text.size() - 1;
  });
  for (Run& run : runs) {
    run.unit.line_from += line - 1;
    run.unit.line_to += line - 1;
    run.unit.topic = std::move(run.topic);
    run.unit.announced = announces_rule(Tokens(run.unit.text));
    run.unit.known_value = !class_values(Tokens(run.unit.text)).empty();
    result.bytes += run.unit.text.size();
    result.units.push_back(std::move(run.unit));
  }
  return result;
}

bool is_readable(std::string_view text) {
  std::size_t latin = 0;
  std::size_t other = 0;
  std::size_t digits = 0;
  for (const char c : text) {
    digits += language::is_ascii_digit(c);
    if (language::is_ascii_letter(c))
      ++latin;
    else if ((static_cast<unsigned char>(c) & 0xC0U) == 0xC0)
      ++other;  // a leading byte: one character
  }
  return latin >= other * 3 && (latin > 0 || digits > 0);
}

}  // namespace holdfast::memory
