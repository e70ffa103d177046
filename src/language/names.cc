#include "language/names.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/utf8.h"
#include "language/characters.h"
#include "language/lexicon.h"
#include "language/punctuation.h"
#include "language/words.h"

namespace holdfast::language {
namespace {

constexpr std::size_t kLongestName = 200;  // bytes; a longer stretch without blanks is data, not a name

bool all_digits(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_ascii_digit); }

bool is_url(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme != text.npos && scheme > 0 && scheme + 3 < text.size())
    return std::ranges::all_of(text.substr(0, scheme), is_ascii_letter);
  return text.starts_with("www.") && text.size() > 6;
}

bool is_email(std::string_view text) {
  const std::size_t sign = text.find('@');
  if (sign == text.npos || sign == 0 || text.find('@', sign + 1) != text.npos || text.contains('/')) return false;
  const std::string_view host = text.substr(sign + 1);
  const std::size_t dot = host.rfind('.');
  return dot != host.npos && dot > 0 && dot + 2 < host.size() &&
         std::ranges::all_of(host.substr(dot + 1), is_ascii_letter);
}

// "1.2.3", "v2", "v1.2", "1.22.0-rc1"; a plain decimal is a number.
bool is_version(std::string_view text) {
  const bool marked = (text[0] == 'v' || text[0] == 'V') && text.size() > 1 && is_ascii_digit(text[1]);
  if (!marked && !is_ascii_digit(text[0])) return false;
  std::size_t at = marked ? 1 : 0;
  int fields = 0;
  for (;;) {
    const std::size_t begin = at;
    while (at < text.size() && is_ascii_digit(text[at])) ++at;
    if (at == begin) return false;
    ++fields;
    if (at + 1 >= text.size() || text[at] != '.' || !is_ascii_digit(text[at + 1])) break;
    ++at;
  }
  if (at < text.size() && text[at] != '-' && text[at] != '+') return false;
  if (at < text.size() && fields < 3 && !marked) return false;
  return marked || fields >= 3;
}

bool has_letter(std::string_view text) { return std::ranges::any_of(text, is_ascii_letter); }

// The letters after the last full stop, if they look like a file's ending.
bool has_file_ending(std::string_view text) {
  const std::size_t dot = text.rfind('.');
  if (dot == text.npos || dot + 1 >= text.size() || text.size() - dot > 6) return false;
  const std::string_view ending = text.substr(dot + 1);
  if (!std::ranges::all_of(ending, [](char c) { return is_ascii_lower(c) || is_ascii_digit(c); })) return false;
  static constexpr std::array<std::string_view, 60> kEndings = {
      "c",     "cc",    "cpp",   "h",    "hpp",  "py",  "js",   "ts",     "tsx",  "jsx",  "go",    "rs",
      "rb",    "java",  "kt",    "cs",   "php",  "sh",  "sql",  "md",     "txt",  "json", "jsonl", "yaml",
      "yml",   "toml",  "ini",   "cfg",  "conf", "xml", "html", "css",    "scss", "vue",  "csv",   "tsv",
      "pdf",   "png",   "jpg",   "jpeg", "gif",  "svg", "zip",  "tar",    "gz",   "lock", "env",   "log",
      "proto", "swift", "scala", "lua",  "pl",   "r",   "tf",   "gradle", "mod",  "sum",  "bat",   "docx"};
  return std::ranges::find(kEndings, ending) != kEndings.end();
}

bool is_path(std::string_view text) {
  const bool rooted =
      text.starts_with('/') || text.starts_with("./") || text.starts_with("../") || text.starts_with("~/");
  if (!has_letter(text)) return false;
  if (rooted) return text.size() > 3;
  const std::size_t slash = text.find('/');
  if (slash == text.npos) return has_file_ending(text);
  if (text.find('/', slash + 1) != text.npos || has_file_ending(text)) return true;
  return text.contains('_') || text.ends_with('/') || text.starts_with('.') || text.starts_with('@');
}

// snake_case, camelCase, SCREAMING_CASE, --flag, a::b, f(), $VAR
bool is_identifier(std::string_view text) {
  if (text.starts_with("--") && text.size() > 3 && is_ascii_letter(text[2])) return true;
  if (text.ends_with("()") && text.size() > 3) return true;
  if (text[0] == '$' && text.size() > 1 && (is_ascii_letter(text[1]) || text[1] == '_')) return true;
  bool camel = false;
  bool snake = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!is_word_byte(c) && c != '_' && c != ':' && c != '.' && c != '-') return false;
    if (i == 0) continue;
    snake = snake || (c == '_' && is_word_byte(text[i - 1]) && i + 1 < text.size());
    camel = camel || (is_ascii_upper(c) && is_ascii_lower(text[i - 1]) && is_ascii_lower(text[0]));
  }
  return snake || camel || (text.contains("::") && has_letter(text));
}

std::optional<NameMention::Kind> technical_kind(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  if (is_url(text)) return NameMention::url;
  if (is_email(text)) return NameMention::email;
  if (is_version(text)) return NameMention::version;
  if (is_path(text)) return NameMention::path;
  if (is_identifier(text)) return NameMention::identifier;
  return std::nullopt;
}

bool starts_upper(std::string_view text) {
  if (text.empty()) return false;
  if ((static_cast<unsigned char>(text[0]) & 0x80U) == 0) return is_ascii_upper(text[0]);
  std::size_t at = 0;
  const char32_t c = next_code_point(text, at);
  // A letter that folding moves to another one at a distance only capitals have.
  if (c >= 0xC0 && c <= 0xDE) return true;
  if (c >= 0x100 && c < 0x180) return c % 2 == (c >= 0x139 && c <= 0x148 ? 1U : 0U);
  return (c >= 0x391 && c <= 0x3A9) || (c >= 0x400 && c <= 0x42F);
}

class Finder {
 public:
  explicit Finder(std::string_view text) : text_(text) {}

  std::vector<NameMention> run() {
    std::size_t at = 0;
    std::size_t seen = 0;
    while (at < text_.size()) {
      while (at < text_.size() && is_ascii_space(text_[at])) ++at;
      if (at == text_.size()) break;
      const bool line_start = seen == 0 || text_.substr(seen, at - seen).contains('\n');
      if (line_start) sentence_start_ = true;
      if (const std::size_t end = backticked(at); end > 0) {
        at = seen = end;
        sentence_start_ = false;
        continue;
      }
      const Chunk chunk = chunk_at(at);
      read(chunk);
      at = seen = chunk.end;
    }
    end_run();
    return std::move(found_);
  }

 private:
  // Adds what stands between backticks at `at` and returns the place after it, or 0.
  std::size_t backticked(std::size_t at) {
    if (text_[at] != '`') return 0;
    const std::size_t limit = std::min(text_.size(), at + kLongestName);
    std::size_t end = at + 1;
    while (end < limit && text_[end] != '`' && text_[end] != '\n') ++end;
    end_run();
    if (end >= limit || text_[end] != '`' || end == at + 1) return at + 1;
    const std::string_view inside = text_.substr(at + 1, end - at - 1);
    const bool phrase = inside.contains(' ');
    const auto kind = phrase ? std::nullopt : technical_kind(inside);
    add(at + 1, end, kind.value_or(NameMention::identifier));
    return end + 1;
  }

  struct Chunk {
    std::size_t begin;
    std::size_t end;
  };

  // What is written without a blank from `begin` on; a backtick begins a stretch of its own: "(`x`)".
  [[nodiscard]] Chunk chunk_at(std::size_t begin) const {
    std::size_t end = begin + 1;
    while (end < text_.size() && !is_ascii_space(text_[end]) && text_[end] != '`') ++end;
    return {begin, end};
  }

  void read(Chunk chunk) {
    std::size_t begin = chunk.begin;
    std::size_t end = chunk.end;
    const auto current = [&] { return text_.substr(begin, end - begin); };
    bool opened = false;
    while (const std::size_t size = opening_size(current())) {
      begin += size;
      opened = true;
    }
    if (opened) end_run();
    bool closed = false;
    bool ends_sentence = false;
    while (const std::size_t size = closing_size(current())) {
      if (current().ends_with("()")) break;
      const char mark = text_[end - 1];
      ends_sentence = ends_sentence || mark == '.' || mark == '!' || mark == '?' || mark == ':' || mark == ';';
      closed = true;
      end -= size;
    }
    if (std::ranges::none_of(current(), is_word_byte)) {  // a dash, or the mark of a list item
      end_run();
      sentence_start_ = sentence_start_ || ends_sentence;
      return;
    }
    const bool initial = sentence_start_;
    sentence_start_ = ends_sentence;
    std::string_view word = current();
    if (word.size() > kLongestName) return end_run();
    if (const auto kind = technical_kind(word)) {
      end_run();
      add(begin, end, *kind);
      return;
    }
    const bool possessive = word.ends_with("'s") || word.ends_with("’s");
    if (possessive) end -= word.ends_with("'s") ? 2 : 4;
    word = current();
    if (!word.empty()) plain(begin, end, word, initial, closed && text_[end] == '.' && word.size() == 1);
    if (possessive || (closed && run_end_ == end && !abbreviated(word, end))) end_run();
  }

  // "Dr. Weber", "J. Smith": the full stop does not end the name.
  [[nodiscard]] bool abbreviated(std::string_view word, std::size_t end) {
    const bool is =
        text_.substr(end).starts_with(". ") && (word.size() == 1 || word == "Dr" || word == "Mr" || word == "Mrs" ||
                                                word == "Ms" || word == "St" || word == "Prof");
    if (is) sentence_start_ = false;
    return is;
  }

  void plain(std::size_t begin, std::size_t end, std::string_view word, bool initial, bool lettered) {
    const bool starts =
        starts_upper(word) || (is_ascii_digit(word[0]) && in_run_ && all_digits(word) && word.size() <= 4);
    if (!starts) {
      // "Ludwig van Beethoven", "Anna de Vries"
      if (in_run_ && particle(word)) return;
      return end_run();
    }
    if (!in_run_ && !lettered && unlikely(word, initial)) return end_run();
    if (in_run_ && !initial && calendar_word(word)) return end_run();
    if (in_run_ && initial) end_run();
    if (!in_run_) {
      run_begin_ = begin;
      in_run_ = true;
    }
    run_end_ = end;
  }

  static bool particle(std::string_view word) {
    for (const std::string_view known :
         {"de", "van", "der", "den", "von", "zu", "la", "le", "del", "di", "da", "of", "bin"})
      if (word == known) return true;
    return false;
  }

  static bool calendar_word(std::string_view word) {
    const std::string folded = fold(word);
    return month_number(folded) > 0 || weekday_number(folded) > 0;
  }

  // A common word, the plural of one, or by its ending an adverb or abstract noun, as names of that length rarely end.
  static bool opens_sentence(std::string_view word, std::string_view folded) {
    if (is_common_word(folded)) return true;
    if (folded.size() > 4 && folded.ends_with('s') && is_common_word(folded.substr(0, folded.size() - 1))) return true;
    if (folded.size() <= 8 || !std::ranges::all_of(word.substr(1), is_ascii_lower)) return false;
    for (const std::string_view ending : {"ly", "tion", "tions", "ment", "ments", "ity", "ities"})
      if (folded.ends_with(ending)) return true;
    return false;
  }

  // A capitalised word that is no name: pronoun, month, shouting, or common at the start of a sentence.
  static bool unlikely(std::string_view word, bool initial) {
    const std::string folded = fold(word);
    if (folded == "i" || folded.starts_with("i'")) return true;
    if (calendar_word(word)) return true;
    if (is_stop_word(folded)) return true;
    if (initial) return opens_sentence(word, folded) || (is_verb(folded) && !word.contains('\''));
    const bool shouted = word.size() > 1 && std::ranges::all_of(word, [](char c) { return !is_ascii_lower(c); });
    return shouted && (is_common_word(folded) || is_verb(folded));
  }

  void end_run() {
    if (in_run_) add(run_begin_, run_end_, NameMention::proper);
    in_run_ = false;
    run_end_ = 0;
  }

  void add(std::size_t begin, std::size_t end, NameMention::Kind kind) {
    found_.push_back({.begin = begin, .end = end, .text = std::string(text_.substr(begin, end - begin)), .kind = kind});
  }

  std::string_view text_;
  bool sentence_start_ = true;
  bool in_run_ = false;
  std::size_t run_begin_ = 0;
  std::size_t run_end_ = 0;
  std::vector<NameMention> found_;
};

}  // namespace

std::vector<NameMention> find_names(std::string_view text) { return Finder(text).run(); }

}  // namespace holdfast::language
