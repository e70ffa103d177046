#include "memory/ingest/compose.h"

#include "language/characters.h"
#include "language/dates.h"
#include "language/lexicon.h"
#include "memory/ingest/resolve_speaker.h"
#include "memory/ingest/statement.h"
#include "memory/ingest/tokens.h"

namespace holdfast::memory {
namespace {

constexpr std::string_view kLeadIns =
    "and but so ok okay also btw fyi hey oh well yeah yep yes hm hmm haha lol ah aha right good great cool nice "
    "perfect "
    "thanks thx please pls alright anyway ps additionally plus again remember morning hi hello sure exactly correct";

// Where the statement begins once its lead-in is skipped.
std::size_t statement_begin(const Tokens& tokens) {
  std::size_t at = 0;
  while (at + 2 < tokens.size() && at < 4) {
    const std::string_view word = tokens[at].text;
    const std::string_view next = tokens[at + 1].text;
    if ((word == "please" || word == "pls") && is_one_of(next, "note remember keep")) {
      ++at;
    } else if (is_one_of(word, "note remember") && (next == "that" || tokens[at].after == ':')) {
      at += next == "that" ? 2 : 1;
    } else if (word == "by" && next == "the" && tokens.word(static_cast<std::ptrdiff_t>(at) + 2) == "way") {
      at += 3;
    } else if (word == "for" && is_one_of(next, "the your") && at + 3 < tokens.size() &&
               is_one_of(tokens[at + 2].text, "record notes")) {
      at += 3;
    } else if (is_one_of(word, kLeadIns) && tokens[at].after != ':' && tokens[at].after != '=' &&
               !(is_one_of(word, "please pls remember right good no so") && tokens[at].after != ',' &&
                 tokens[at].after != '.' && tokens[at].after != '!')) {
      ++at;
    } else {
      break;
    }
  }
  return at;
}

void capitalise(std::string& text) {
  if (text.empty() || !language::is_ascii_lower(text.front())) return;
  // Not identifiers: "npm run", "go.mod", "iPhone".
  for (std::size_t i = 1; i < text.size() && text[i] != ' ' && text[i] != ','; ++i)
    if (!language::is_ascii_lower(text[i]) && text[i] != '\'') return;
  text.front() = static_cast<char>(text.front() - 32);
}

bool names_weekday(std::string_view words) {
  for (const Token& token : Tokens(words))
    if (language::weekday_number(token.text) != 0) return true;
  return false;
}

// "Thursday and Friday this week"
bool of_one_week(const Tokens& tokens, std::size_t at) {
  std::size_t i = at;
  while (i < tokens.size() && (language::weekday_number(tokens[i].text) != 0 || tokens[i].text == "and")) ++i;
  return is_one_of(tokens.word(static_cast<std::ptrdiff_t>(i)), "this last next") &&
         tokens.word(static_cast<std::ptrdiff_t>(i) + 1) == "week";
}

// "mon, wed + fri", "every Friday", "only Mondays": days of every week.
bool is_recurring(const Tokens& tokens, const language::DateMention& date) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].begin < date.begin || tokens[i].begin >= date.end) continue;
    if (language::weekday_number(tokens[i].text) == 0) continue;  // "last" of "last Friday"
    const auto at = static_cast<std::ptrdiff_t>(i);
    // "the Tuesday Brushes" is a name.
    if (tokens[i].capital && i > 0 && i + 1 < tokens.size() && is_one_of(tokens[i - 1].text, "the called") &&
        tokens[i + 1].capital && tokens[i + 1].before == 0)
      return true;
    if (of_one_week(tokens, i)) return false;
    for (const std::ptrdiff_t step : {std::ptrdiff_t{-1}, std::ptrdiff_t{1}}) {
      std::ptrdiff_t other = at + step;
      if (is_one_of(tokens.word(other), "and or on to")) other += step;
      if (language::weekday_number(tokens.word(other)) != 0) return true;
    }
    if (is_one_of(tokens.word(at - 1), "every each only always usually no") ||
        is_one_of(tokens.word(at - 2), "every each only always usually"))
      return true;
  }
  return false;
}

// The window of a text with the date in it made absolute, `after` bytes of it standing behind the date: a few words are
// enough for its preposition, but what day it is was decided from the whole sentence.
std::string absolute_window(std::string_view window, TimeMs said_at, const language::DateMention& date,
                            std::size_t after) {
  std::vector<language::DateMention> used;
  std::string out = language::with_absolute_dates(window, said_at, &used);
  // A few words may be too few to see the date in them ("the ninth", after "this month").
  if (used.size() != 1) {
    const std::size_t end = window.size() - after;
    return std::string(window.substr(0, end)) + " (" + date.iso + ")" + std::string(window.substr(end));
  }
  const std::size_t at = out.find(used.front().iso);
  if (at != std::string::npos) out.replace(at, used.front().iso.size(), date.iso);
  return out;
}

// As language::with_absolute_dates, but a weekday keeps its word, since "Thursday" may mean every one; days of every
// week stay as they are.
std::string absolute(std::string_view text, TimeMs said_at, const std::vector<language::DateMention>& dates,
                     bool& changed, bool& dated) {
  const Tokens tokens(text);
  std::string out;
  std::size_t done = 0;
  for (std::size_t i = 0; i < dates.size(); ++i) {
    const language::DateMention& date = dates[i];
    const std::string_view words = text.substr(date.begin, date.end - date.begin);
    if (date.complete) {
      dated = true;
      continue;
    }
    const std::size_t next = i + 1 < dates.size() ? dates[i + 1].begin : text.size();
    if (date.relative && date.grain == language::Grain::day && names_weekday(words)) {
      out += text.substr(done, date.end - done);
      done = date.end;
      const bool named_again = next <= date.end + 2 && i + 1 < dates.size();
      if (named_again || is_recurring(tokens, date)) continue;
      out += " (" + date.iso + ")";
    } else {
      // From the word before to the word after it.
      std::size_t begin = date.begin;
      while (begin > done && text[begin - 1] == ' ') --begin;
      while (begin > done && language::is_word_byte(text[begin - 1])) --begin;
      std::size_t end = date.end;
      while (end < next && text[end] == ' ') ++end;
      // Not a number: "4 Sept 15:00" has a time of day after it.
      while (end < next && (language::is_word_byte(text[end]) || text[end] == '\'') &&
             !(language::is_ascii_digit(text[end]) && text[end - 1] == ' '))
        ++end;
      out += text.substr(done, begin - done);
      out += absolute_window(text.substr(begin, end - begin), said_at, date, end - date.end);
      done = end;
    }
    changed = dated = true;
  }
  out += text.substr(done);
  return out;
}

}  // namespace

Composed compose(std::string_view text, std::string_view name, TimeMs said_at, bool stamped) {
  Composed composed;
  std::size_t begin = 0;
  {
    const Tokens tokens(text);
    const std::size_t first = statement_begin(tokens);
    if (first < tokens.size()) begin = tokens[first].begin;
    // A token's range leaves out the mark before it: brackets, quotes and backticks belong to the statement.
    while (begin > 0 &&
           (text[begin - 1] == '(' || text[begin - 1] == '"' || text[begin - 1] == '`' || text[begin - 1] == '\'' ||
            text[begin - 1] == '[' || text[begin - 1] == '$' || text[begin - 1] == '#' || text[begin - 1] == '@' ||
            text[begin - 1] == '~' || text[begin - 1] == '+' || text[begin - 1] == '<'))
      --begin;
  }
  ResolvedSpeaker resolved = resolve_speaker(text.substr(begin), name);
  if (resolved.changed) composed.derivations.emplace_back("resolved speaker");
  const std::vector<language::DateMention> dates = language::find_dates(resolved.text, said_at);
  bool changed = false;
  if (!dates.empty()) resolved.text = absolute(resolved.text, said_at, dates, changed, composed.own_date);
  composed.content = std::move(resolved.text);
  if (changed) composed.derivations.emplace_back("relative date");
  capitalise(composed.content);
  std::string stamp;
  if (stamped) {
    // Beside a date of its own it has to say what it is the date of.
    stamp = (composed.own_date ? " (said " : " (") + format_day(said_at) + ")";
    composed.derivations.emplace_back("message date");
  }
  if (!name.empty() && composed.content.find(name) == std::string::npos)
    composed.content = std::string(name) + ": " + composed.content;
  while (!composed.content.empty() && (composed.content.back() == ' ' || composed.content.back() == ','))
    composed.content.pop_back();
  composed.content = cut_text(composed.content, kContentCharacters - stamp.size());
  composed.content += stamp;
  composed.dated = composed.own_date || !stamp.empty();
  return composed;
}

std::string with_days_named(std::string_view text, TimeMs said_at) {
  bool changed = false;
  bool dated = false;
  return absolute(text, said_at, language::find_dates(text, said_at), changed, dated);
}

}  // namespace holdfast::memory
