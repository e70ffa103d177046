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
  return among(before, {"on",    "in",       "by",      "until",  "till",  "til",     "since",  "from", "before",
                        "after", "for",      "to",      "of",     "than",  "between", "during", "over", "as",
                        "due",   "starting", "through", "around", "about", "at",      "within", "like", "was",
                        "is",    "and",      "or",      "next",   "last",  "mid",     "early",  "late", "throughout"});
}

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

std::string replacement(std::string_view text, const DateMention& date) {
  const std::string before = word_before(text, date.begin);
  if (before == "the") return date.iso;
  const std::string form = date.grain == Grain::week ? "the " + date.iso : date.iso;
  if (has_preposition(before) || stands_bare(text, date)) return form;
  std::string phrase(preposition(date.grain));
  if (before.empty() && is_ascii_upper(text[date.begin])) phrase[0] = static_cast<char>(phrase[0] - 'a' + 'A');
  return phrase + form;
}

}  // namespace

std::string with_absolute_dates(std::string_view text, TimeMs said_at, std::vector<DateMention>* used) {
  std::string out;
  std::size_t at = 0;
  for (DateMention& date : find_dates(text, said_at)) {
    if (date.complete) continue;
    out += text.substr(at, date.begin - at);
    if (date.relative) {
      out += replacement(text, date);
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
