#include <algorithm>
#include <initializer_list>

#include "language/characters.h"
#include "language/dates.h"

namespace holdfast::language {
namespace {

// The word before `at`, in lower case and at most 15 bytes long, if only blanks stand between.
std::string word_before(std::string_view text, std::size_t at) {
  while (at > 0 && text[at - 1] == ' ') --at;
  std::size_t begin = at;
  while (begin > 0 && at - begin < 15 && is_word_byte(text[begin - 1])) --begin;
  std::string word(text.substr(begin, at - begin));
  std::transform(word.begin(), word.end(), word.begin(), ascii_lower);
  return word;
}

std::string word_after(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] == ' ') ++at;
  std::size_t end = at;
  while (end < text.size() && end - at < 15 && is_word_byte(text[end])) ++end;
  std::string word(text.substr(at, end - at));
  std::transform(word.begin(), word.end(), word.begin(), ascii_lower);
  return word;
}

bool among(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

// Whether a preposition (or what stands for one) before the date already says how it belongs to the sentence.
bool has_preposition(std::string_view before) {
  return among(before,
               {"on",    "in",       "by",      "until",  "till",   "til",     "since",   "from",   "before",
                "after", "for",      "to",      "of",     "than",   "between", "during",  "over",   "as",
                "due",   "starting", "through", "around", "about",  "at",      "within",  "like",   "was",
                "is",    "and",      "or",      "next",   "last",   "mid",     "early",   "late",   "throughout",
                "with",  "without",  "except",  "unlike", "versus", "vs",      "against", "toward", "towards",
                "into",  "onto",     "upon",    "beyond", "past",   "via",     "per",     "near"});
}

// "our Friday call", "my whole last week": the date belongs to a noun and takes no preposition of its own. "Her", "his"
// and "this" are left out, since they are also objects: "I saw her yesterday".
bool has_owner(std::string_view before) {
  return among(before, {"my", "our", "your", "their", "its", "whole", "entire"});
}

// One of several side by side ("Mon + Thu 18:00", "Tuesday → Friday"), or an entry after a colon, bracket or dash; but
// there a sentence may begin as well ("Then: Friday we rest").
bool is_entry(std::string_view text, const DateMention& date) {
  std::size_t at = date.begin;
  while (at > 0 && text[at - 1] == ' ') --at;
  if (at == 0) return false;
  const std::string_view before = text.substr(0, at);
  if (std::string_view("+/|&=~").contains(before.back()) || before.ends_with("→")) return true;
  const bool open =
      std::string_view(":([{<>-").contains(before.back()) || before.ends_with("–") || before.ends_with("—");
  return open && word_after(text, date.end).empty();
}

// "Monday to Wednesday": what comes between a date and the next one makes them a stretch of time.
bool leads_to(std::string_view between) { return among(between, {" to ", " until ", " till ", " through "}); }

// A date as the subject ("Tomorrow is my birthday") or owner ("tomorrow's meeting") stands bare.
bool stands_bare(std::string_view text, const DateMention& date) {
  const std::string_view rest = text.substr(date.end);
  if (rest.starts_with("'s") || rest.starts_with("’s")) return true;
  return among(word_after(text, date.end), {"is", "was", "will", "works", "suits", "has", "would"});
}

std::string_view preposition(Grain grain) {
  switch (grain) {
    case Grain::day:
      return "on ";
    case Grain::week:
    case Grain::month:
    case Grain::season:
    case Grain::year:
      return "in ";
    case Grain::range:
      break;
  }
  return "from ";
}

// `between` is what stands from this date to the next one.
std::string replacement(std::string_view text, const DateMention& date, std::string_view between) {
  const std::string before = word_before(text, date.begin);
  if (before == "the") return date.iso;
  const std::string form = date.grain == Grain::week ? "the " + date.iso : date.iso;
  if (has_owner(before)) return date.iso;
  if (has_preposition(before) || is_entry(text, date) || stands_bare(text, date)) return form;
  std::string phrase(leads_to(between) ? preposition(Grain::range) : preposition(date.grain));
  if (before.empty() && is_ascii_upper(text[date.begin])) phrase[0] = static_cast<char>(phrase[0] - 'a' + 'A');
  return phrase + form;
}

}  // namespace

std::string with_absolute_dates(std::string_view text, TimeMs said_at, std::vector<DateMention>* used) {
  std::string out;
  std::size_t at = 0;
  std::vector<DateMention> dates = find_dates(text, said_at);
  for (std::size_t i = 0; i < dates.size(); ++i) {
    DateMention& date = dates[i];
    if (date.complete) continue;
    const std::size_t next = i + 1 < dates.size() ? dates[i + 1].begin : date.end;
    out += text.substr(at, date.begin - at);
    if (date.relative) {
      out += replacement(text, date, text.substr(date.end, next - date.end));
    } else {
      out += text.substr(date.begin, date.end - date.begin);
      out += " (" + date.iso + ")";
    }
    at = date.end;
    if (used != nullptr) used->push_back(std::move(date));
  }
  out += text.substr(at);
  return out;
}

}  // namespace holdfast::language
