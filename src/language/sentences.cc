#include "language/sentences.h"

#include <algorithm>
#include <array>
#include <string>

#include "language/characters.h"
#include "language/lexicon.h"
#include "language/lines.h"

namespace holdfast::language {
namespace {

constexpr std::size_t kMaxWord = 24;  // no verb or abbreviation is longer

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_ascii_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_ascii_space(text.back())) text.remove_suffix(1);
  return text;
}

// Bytes of the mark that starts a list item ("- ", "* ", "• ", "1. ", "2) ", "(3) "), with the blanks after it, or 0.
std::size_t list_mark(std::string_view line) {
  std::size_t length = 0;
  if (line.starts_with("- ") || line.starts_with("* ") || line.starts_with("+ ")) {
    length = 1;
  } else if (line.starts_with("• ") || line.starts_with("– ")) {
    length = 3;
  } else {
    std::size_t at = line.starts_with('(') ? 1 : 0;
    const std::size_t digits = at;
    while (at < line.size() && at - digits < 2 && is_ascii_digit(line[at])) ++at;
    if (at == digits || at + 1 >= line.size()) return 0;
    if (line[at] != ')' && (line[at] != '.' || digits > 0)) return 0;
    if (!is_ascii_space(line[at + 1])) return 0;
    length = at + 1;
  }
  while (length < line.size() && is_ascii_space(line[length])) ++length;
  return length;
}

// "[ ] " and "[x] " of a task list.
std::size_t check_box(std::string_view item) {
  return item.size() > 4 && item[0] == '[' && item[2] == ']' && item[3] == ' ' ? 4 : 0;
}

// Whether the word that ends with the full stop at `stop` is an abbreviation or an initial.
bool abbreviation(std::string_view line, std::size_t stop) {
  std::size_t begin = stop;
  while (begin > 0 && stop - begin < kMaxWord && (is_word_byte(line[begin - 1]) || line[begin - 1] == '.')) --begin;
  const std::string_view word = line.substr(begin, stop - begin);
  if (word.size() == 1) return is_ascii_upper(word[0]) && word[0] != 'I';
  static constexpr std::array<std::string_view, 26> kAbbreviations = {
      "e.g", "i.e", "eg", "ie",  "dr",  "mr", "mrs", "ms",  "prof", "st",  "vs",  "approx", "ca",
      "no",  "nr",  "cf", "inc", "ltd", "jr", "sr",  "fig", "sec",  "p.m", "a.m", "u.s",    "eq"};
  std::array<char, kMaxWord + 1> lower{};
  std::transform(word.begin(), word.end(), lower.begin(), ascii_lower);
  const std::string_view folded(lower.data(), word.size());
  if (std::ranges::find(kAbbreviations, folded) == kAbbreviations.end()) return false;
  // "no." ends a sentence unless a number follows it; times of day do before a capital.
  std::size_t next = stop + 1;
  while (next < line.size() && is_ascii_space(line[next])) ++next;
  if (folded == "no" || folded == "nr" || folded == "fig" || folded == "sec" || folded == "eq")
    return next < line.size() && is_ascii_digit(line[next]);
  if (folded == "p.m" || folded == "a.m" || folded == "inc" || folded == "ltd")
    return next < line.size() && !is_ascii_upper(line[next]);
  return true;
}

bool closes(std::string_view text) {
  return text.starts_with('"') || text.starts_with('\'') || text.starts_with(')') || text.starts_with(']') ||
         text.starts_with('*') || text.starts_with("”") || text.starts_with("’") || text.starts_with("»");
}

std::size_t closer_size(std::string_view text) { return text.starts_with("»") ? 2 : text[0] < 0 ? 3 : 1; }

// Bytes of a full stop, question or exclamation mark, or ellipsis at the start of `text`, or 0.
std::size_t end_mark(std::string_view text) {
  const char c = text[0];
  if (c == '.' || c == '!' || c == '?') return 1;
  if (c != '\xE2' && c != '\xE3' && c != '\xEF') return 0;
  for (const std::string_view mark : {"…", "。", "！", "？"})
    if (text.starts_with(mark)) return mark.size();
  return 0;
}

bool wide_mark(std::string_view text) {
  return text.starts_with("。") || text.starts_with("！") || text.starts_with("？") || text.starts_with("；");
}

class Splitter {
 public:
  explicit Splitter(std::string_view message) : message_(message) {}

  std::vector<Sentence> run() {
    for_each_prose_line(message_, [&](const ProseLine& line) { add_line(line); });
    return std::move(found_);
  }

 private:
  void add_line(const ProseLine& line) {
    std::string_view text = trimmed(line.text);
    if (text.empty()) return;  // a blank line between a header and its list is usual
    number_ = line.number;
    // A heading, but not "#918 deployed".
    if (const std::size_t marks = text.find_first_not_of('#');
        marks != std::string_view::npos && marks > 0 && (marks > 1 || is_ascii_space(text[marks])))
      text.remove_prefix(marks);
    text = trimmed(text);
    // "3. the baby's not sleeping", said alone, answers a question.
    const bool one_line = message_.find('\n') == std::string_view::npos;
    const std::size_t mark = one_line && is_ascii_digit(text[0]) && text[0] != '1' ? 0 : list_mark(text);
    if (mark > 0) {
      item_header_ = header_;
      text.remove_prefix(mark);
      text.remove_prefix(check_box(text));
    } else if (!header_.empty() && is_ascii_space(line.text[0])) {
      item_header_ = header_;  // an item goes on, indented
    } else {
      item_header_ = {};
      header_ =
          text.ends_with(':') && text.size() <= 200 ? trimmed(text.substr(0, text.size() - 1)) : std::string_view{};
      if (inline_list(text)) return;
    }
    split(text);
  }

  // "Please: 1) run the tests 2) push" is a header and its items on one line.
  bool inline_list(std::string_view text) {
    std::vector<std::size_t> marks;
    for (std::size_t i = 1; i + 2 < text.size(); ++i) {
      if (!is_ascii_space(text[i - 1])) continue;
      const std::size_t digit = text[i] == '(' ? i + 1 : i;
      const bool numbered = is_ascii_digit(text[digit]) && digit + 2 < text.size() && text[digit + 1] == ')' &&
                            is_ascii_space(text[digit + 2]);
      if (numbered && text[digit] == static_cast<char>('1' + marks.size())) marks.push_back(i);
    }
    if (marks.size() < 2) return false;
    std::string_view head = trimmed(text.substr(0, marks[0]));
    while (head.ends_with(':') || head.ends_with(',')) head.remove_suffix(1);
    item_header_ = head;
    for (std::size_t i = 0; i < marks.size(); ++i) {
      const std::size_t end = i + 1 < marks.size() ? marks[i + 1] : text.size();
      std::string_view item = text.substr(marks[i], end - marks[i]);
      item.remove_prefix(list_mark(item));
      split(item);
    }
    item_header_ = {};
    return true;
  }

  void split(std::string_view line) {
    std::size_t start = 0;
    bool code = false;
    for (std::size_t i = 0; i < line.size();) {
      if (line[i] == '`') {
        code = !code && line.find('`', i + 1) != line.npos;
        ++i;
        continue;
      }
      if (code) {
        ++i;
        continue;
      }
      const auto [stop, next] = boundary(line, i);
      if (next == 0) {
        i = std::max(i + 1, stop);
        continue;
      }
      add(line.substr(start, stop - start));
      start = i = next;
    }
    add(line.substr(start));
  }

  struct Boundary {
    std::size_t stop = 0;  // the sentence ends before it; without a boundary: where to look on
    std::size_t next = 0;  // the next one begins here; 0: no boundary
  };

  // Whether a sentence ends with what stands at `at`.
  static Boundary boundary(std::string_view line, std::size_t at) {
    const std::string_view rest = line.substr(at);
    const auto blank = [&](std::size_t i) { return i < line.size() && is_ascii_space(line[i]); };
    if (line[at] == ';' && blank(at + 1)) return {at, at + 2};
    if (rest.starts_with("；")) return {at, at + 3};
    if (at > 0 && blank(at - 1) && rest.starts_with("-- ")) return {at, at + 3};
    if (at > 0 && blank(at - 1) && (rest.starts_with("— ") || rest.starts_with("– ")))
      return at + 4 < line.size() && is_ascii_lower(line[at + 4]) ? Boundary{at, at + 4} : Boundary{};
    std::size_t end = at;
    bool wide = false;
    while (end < line.size()) {
      const std::size_t mark = end_mark(line.substr(end));
      if (mark == 0) break;
      wide = wide || wide_mark(line.substr(end));
      end += mark;
    }
    if (end == at) return {};
    const bool one_stop = end == at + 1 && line[at] == '.';
    // "your guy (Hamid?) did it": a doubt about one word.
    if (end < line.size() && line[end] == ')') {
      constexpr std::size_t kRemark = 40;  // bytes
      const std::size_t open = line.rfind('(', at);
      const std::size_t after = end + 1;
      if (open != std::string_view::npos && open > 0 && at - open <= kRemark && blank(after) &&
          after + 1 < line.size() && !is_ascii_upper(line[after + 1]))
        return {end, 0};
    }
    const std::size_t marks_end = end;
    while (end < line.size() && closes(line.substr(end))) end += closer_size(line.substr(end));
    // 'Say "really?" when I order': the mark belongs to what is quoted.
    if (end > marks_end && (line[marks_end] == '"' || line.substr(marks_end).starts_with("”")) && blank(end) &&
        end + 1 < line.size() && is_ascii_lower(line[end + 1]))
      return {end, 0};
    const bool inside = (!wide && !blank(end)) || (one_stop && abbreviation(line, at)) || end == line.size();
    return {end, inside ? 0 : end};
  }

  void add(std::string_view piece) {
    piece = trimmed(piece);
    const bool says_something = std::any_of(piece.begin(), piece.end(), is_word_byte);
    if (!says_something) return;
    const std::size_t begin = static_cast<std::size_t>(piece.data() - message_.data());
    found_.push_back({.text = piece,
                      .begin = begin,
                      .end = begin + piece.size(),
                      .line_from = number_,
                      .line_to = number_,
                      .quoted = in_quotes(piece),
                      .header = item_header_});
  }

  static bool in_quotes(std::string_view piece) {
    while (piece.ends_with('.') || piece.ends_with(',')) piece.remove_suffix(1);
    if (piece.size() < 3) return false;
    if (piece.starts_with('"')) return piece.find('"', 1) == piece.size() - 1;
    if (piece.starts_with("“")) return piece.find("”") == piece.size() - 3;
    return false;
  }

  std::string_view message_;
  int number_ = 1;
  std::string_view header_;       // the line just read, when it announces a list
  std::string_view item_header_;  // of the item now split
  std::vector<Sentence> found_;
};

// Calls `use` with each ASCII word of `text`, lower case, apostrophes inside it; stops when `use` returns true.
template <typename Use>
bool any_word(std::string_view text, const Use& use) {
  std::array<char, kMaxWord + 1> word;
  std::size_t size = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ' ';
    if (is_ascii_letter(c)) {
      if (size < kMaxWord) word[size++] = ascii_lower(c);
      continue;
    }
    const bool curly = text.substr(std::min(i, text.size())).starts_with("’");
    const std::size_t after = i + (curly ? 3 : 1);
    if (size > 0 && (c == '\'' || curly) && after < text.size() && is_ascii_letter(text[after])) {
      if (size < kMaxWord) word[size++] = '\'';
      i = after - 1;
      continue;
    }
    if (size > 0 && use(std::string_view(word.data(), size))) return true;
    size = 0;
  }
  return false;
}

// A place where a sentence may be cut: the part before ends at `end`, the part after begins at `begin`.
struct Cut {
  std::size_t end;
  std::size_t begin;
};

constexpr std::array<std::string_view, 5> kConjunctions = {"and", "but", "so", "also", "plus"};

// Bytes of a conjunction and the blanks after it at the start of `text`, or 0.
std::size_t conjunction(std::string_view text, bool after_comma) {
  for (const std::string_view word : kConjunctions) {
    if (word == "so" && !after_comma) continue;
    if (!text.starts_with(word) || text.size() <= word.size() || !is_ascii_space(text[word.size()])) continue;
    std::size_t length = word.size();
    while (length < text.size() && is_ascii_space(text[length])) ++length;
    return length;
  }
  return 0;
}

std::vector<Cut> possible_cuts(std::string_view sentence) {
  std::vector<Cut> cuts;
  int brackets = 0;
  char quote = 0;
  for (std::size_t i = 0; i < sentence.size(); ++i) {
    const char c = sentence[i];
    const bool opens = sentence.substr(i).starts_with("“");
    if (quote != 0) {
      const bool ends = quote == '\x9C' ? sentence.substr(i).starts_with("”") : c == quote;
      if (ends) quote = 0;
      continue;
    }
    if (c == '`' || c == '"') {
      quote = c;
    } else if (opens) {
      quote = '\x9C';
    } else if (c == '(' || c == '[') {
      ++brackets;
    } else if (c == ')' || c == ']') {
      brackets = std::max(0, brackets - 1);
    } else if (brackets == 0 && c == ',' && i + 1 < sentence.size() && is_ascii_space(sentence[i + 1])) {
      std::size_t begin = i + 1;
      while (begin < sentence.size() && is_ascii_space(sentence[begin])) ++begin;
      begin += conjunction(sentence.substr(begin), true);
      cuts.push_back({i, begin});
      i = begin - 1;
    } else if (brackets == 0 && is_ascii_space(c)) {
      const std::size_t length = conjunction(sentence.substr(i + 1), false);
      if (length == 0) continue;
      cuts.push_back({i, i + 1 + length});
      i += length;
    }
  }
  return cuts;
}

// A clause that starts with one of these says nothing without the one before it.
bool dependent(std::string_view clause) {
  static const std::array<std::string_view, 26> kStarts = {
      "not",   "never", "no",    "except", "unless", "if",      "when",      "because", "since",
      "which", "who",   "where", "that",   "as",     "instead", "otherwise", "for",     "in",
      "on",    "at",    "with",  "to",     "then",   "than",    "or",        "while"};
  bool found = false;
  any_word(clause.substr(0, kMaxWord), [&](std::string_view word) {
    found = std::ranges::find(kStarts, word) != kStarts.end();
    return true;
  });
  return found && is_word_byte(clause[0]);
}

bool verb_among_first(std::string_view clause, int words) {
  int left = words;
  bool found = false;
  any_word(clause, [&](std::string_view word) {
    found = is_verb(word);
    return found || --left == 0;
  });
  return found;
}

}  // namespace

std::vector<Sentence> sentences(std::string_view message) { return Splitter(message).run(); }

bool has_verb(std::string_view text) {
  return any_word(text, [](std::string_view word) { return is_verb(word); });
}

std::vector<std::string_view> clauses(std::string_view sentence) {
  constexpr std::size_t kWorthSplitting = 40;
  constexpr std::size_t kShortestBefore = 18;
  constexpr std::size_t kShortestAfter = 14;
  constexpr int kVerbWithin = 6;  // words: a clause that comes to its verb later is probably none

  sentence = trimmed(sentence);
  if (sentence.empty()) return {};
  if (sentence.size() < kWorthSplitting) return {sentence};
  std::vector<std::string_view> parts;
  const std::vector<Cut> cuts = possible_cuts(sentence);
  std::size_t start = 0;
  bool verb_before = false;  // of what stands between `start` and `seen`
  std::size_t seen = 0;
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    const Cut cut = cuts[i];
    verb_before = verb_before || has_verb(sentence.substr(seen, cut.end - seen));
    seen = cut.end;
    if (cut.end - start < kShortestBefore || cut.begin + kShortestAfter > sentence.size() || !verb_before) continue;
    const std::size_t next = i + 1 < cuts.size() ? cuts[i + 1].end : sentence.size();
    const std::string_view segment = sentence.substr(cut.begin, next - cut.begin);
    if (segment.empty() || dependent(segment) || !verb_among_first(segment, kVerbWithin)) continue;
    parts.push_back(trimmed(sentence.substr(start, cut.end - start)));
    start = seen = cut.begin;
    verb_before = false;
  }
  parts.push_back(trimmed(sentence.substr(start)));
  return parts;
}

}  // namespace holdfast::language
