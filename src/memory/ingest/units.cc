#include "memory/ingest/units.h"

#include <algorithm>

#include "language/characters.h"
#include "language/dates.h"
#include "language/secrets.h"
#include "language/sentences.h"
#include "memory/ingest/nothing_stated.h"
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

std::string without_quotations(std::string_view body) {
  bool pasted = false;
  std::string text = without_pasted(body, pasted);
  blank_quotations(text, pasted);
  return text;
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
