#include "language/secrets.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "language/characters.h"

namespace holdfast::language {
namespace {

using Range = std::pair<std::size_t, std::size_t>;

constexpr std::string_view kReplacement = "[secret]";

bool is_token_byte(char c) { return is_ascii_letter(c) || is_ascii_digit(c) || c == '_' || c == '-'; }

struct Prefix {
  std::string_view text;
  std::size_t shortest;  // bytes after the prefix
};

// As published by the services that issue them (OpenAI, GitHub, GitLab, AWS, Slack, Google, Stripe, npm, PyPI, Hugging
// Face, SendGrid, DigitalOcean).
constexpr std::array kPrefixes = std::to_array<Prefix>({
    {"sk-", 16},         {"ghp_", 16},     {"gho_", 16},   {"ghu_", 16},  {"ghs_", 16},  {"ghr_", 16},
    {"github_pat_", 20}, {"glpat-", 16},   {"AKIA", 16},   {"ASIA", 16},  {"xoxb-", 10}, {"xoxp-", 10},
    {"xoxa-", 10},       {"xoxr-", 10},    {"xoxs-", 10},  {"xapp-", 10}, {"AIza", 30},  {"sk_live_", 10},
    {"sk_test_", 10},    {"rk_live_", 10}, {"whsec_", 16}, {"npm_", 30},  {"pypi-", 30}, {"hf_", 20},
    {"SG.", 20},         {"dop_v1_", 30},
});

class Finder {
 public:
  explicit Finder(std::string_view text) : text_(text) {}

  std::vector<Range> run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '-' && pem_block()) continue;
      if (!is_token_byte(c)) {
        if (c == ':' && url_password()) continue;
        ++at_;
        continue;
      }
      // Prefixes and announcing words are looked for at the start of a run only.
      const std::size_t begin = at_;
      while (at_ < text_.size() && is_token_byte(text_[at_])) ++at_;
      if (known_token(begin) || json_web_token(begin) || card_number(begin)) continue;
      announced(begin);
    }
    return std::move(found_);
  }

 private:
  [[nodiscard]] char byte(std::size_t i) const { return i < text_.size() ? text_[i] : '\n'; }

  void add(std::size_t begin, std::size_t end) {
    if (begin < end) found_.emplace_back(begin, end);
    at_ = std::max(at_, end);
  }

  bool pem_block() {
    static constexpr std::string_view kBegin = "-----BEGIN ";
    const std::string_view rest = text_.substr(at_);
    if (!rest.starts_with(kBegin)) return false;
    const std::string_view start = rest.substr(0, 100);
    const std::string_view first = start.substr(0, start.find('\n'));
    if (!first.contains("PRIVATE KEY-----")) return false;
    const std::size_t end = rest.find("-----END ");
    const std::size_t stop =
        end == rest.npos ? rest.size() : std::min(rest.find("-----", end + 9), rest.size() - 5) + 5;
    add(at_, at_ + stop);
    return true;
  }

  bool known_token(std::size_t begin) {
    for (const Prefix& prefix : kPrefixes) {
      if (!text_.substr(begin).starts_with(prefix.text)) continue;
      std::size_t end = begin + prefix.text.size();
      while (end < text_.size() && (is_token_byte(text_[end]) || (prefix.text == "SG." && text_[end] == '.'))) ++end;
      const std::string_view rest = text_.substr(begin + prefix.text.size(), end - begin - prefix.text.size());
      // "sk-learn-something" is a name: a key has digits, and capitals or many characters.
      if (rest.size() < prefix.shortest || !std::ranges::any_of(rest, is_ascii_digit)) continue;
      add(begin, end);
      return true;
    }
    return false;
  }

  // Three base64url parts, the first of which begins with {" .
  bool json_web_token(std::size_t begin) {
    if (!text_.substr(begin).starts_with("eyJ")) return false;
    std::size_t end = at_;
    int parts = 1;
    while (byte(end) == '.' && is_token_byte(byte(end + 1)) && parts < 3) {
      ++end;
      while (end < text_.size() && is_token_byte(text_[end])) ++end;
      ++parts;
    }
    if (parts < 3 || end - begin < 30) return false;
    add(begin, end);
    return true;
  }

  // Of a payment card: an issuer's first digits and length, in one piece or in groups as cards print them, with a right
  // check digit (ISO/IEC 7812).
  bool card_number(std::size_t begin) {
    constexpr std::size_t kLongest = 16;
    if (begin > 0 && (text_[begin - 1] == '+' || text_[begin - 1] == '.')) return false;
    std::string digits;
    std::string groups;  // lengths
    std::size_t end = begin;
    char separator = 0;
    while (digits.size() <= kLongest && is_ascii_digit(byte(end))) {
      const std::size_t from = end;
      while (is_ascii_digit(byte(end)) && digits.size() <= kLongest) digits += text_[end++];
      groups += static_cast<char>('0' + std::min<std::size_t>(end - from, 9));
      const char next = byte(end);
      if ((next != ' ' && next != '-') || !is_ascii_digit(byte(end + 1)) || (separator != 0 && next != separator))
        break;
      // A price or a year after a card's number is no part of it.
      if (groups == "4444" || groups == "465") break;
      separator = next;
      ++end;
    }
    const std::size_t length = digits.size();
    const bool american = digits.starts_with("34") || digits.starts_with("37");
    const bool others = digits.starts_with('4') || (digits >= "51" && digits < "56") || digits.starts_with("6011") ||
                        digits.starts_with("65") || (digits >= "2221" && digits < "2721");
    if (!(american && length == 15) && !(others && length == 16)) return false;
    if (separator != 0 && groups != (american ? "465" : "4444")) return false;
    if (is_token_byte(byte(end)) || !passes_luhn(digits)) return false;
    add(begin, end);
    return true;
  }

  static bool passes_luhn(std::string_view digits) {
    int sum = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
      int digit = digits[digits.size() - 1 - i] - '0';
      if (i % 2 == 1) digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
      sum += digit;
    }
    return sum % 10 == 0;
  }

  // The password of "://user:password@host"; `at_` is at the first colon.
  bool url_password() {
    if (!text_.substr(at_).starts_with("://")) return false;
    constexpr std::size_t kLongest = 256;
    const std::size_t begin = at_ + 3;
    const std::size_t limit = std::min(text_.size(), begin + kLongest);
    std::size_t colon = 0;
    std::size_t i = begin;
    while (i < limit && !is_ascii_space(text_[i]) && text_[i] != '/' && text_[i] != '"' && text_[i] != '\'' &&
           text_[i] != '@') {
      if (text_[i] == ':' && colon == 0) colon = i;
      ++i;
    }
    if (byte(i) != '@' || colon == 0 || colon + 1 >= i) {
      at_ = begin;
      return true;
    }
    if (text_[colon + 1] != '$' && text_[colon + 1] != '<' && text_[colon + 1] != '{') add(colon + 1, i);
    at_ = std::max(at_, i);
    return true;
  }

  // How much the word just read, text_[begin, at_), promises a secret after it.
  enum class Announcement : std::uint8_t { kNone, kAssigned, kSaid };

  [[nodiscard]] Announcement announcement(std::size_t begin) const {
    constexpr std::size_t kLongestName = 40;
    if (at_ - begin > kLongestName) return Announcement::kNone;
    std::string name(text_.substr(begin, at_ - begin));
    std::transform(name.begin(), name.end(), name.begin(), ascii_lower);
    for (const std::string_view said : {"password", "passwd", "passphrase", "pwd", "passcode", "pin"})
      if (name == said) return Announcement::kSaid;
    for (const std::string_view ending : {"password", "passwd", "secret", "token", "api_key", "apikey", "api-key",
                                          "access_key", "secret_key", "private_key", "auth_key", "passphrase"})
      if (name.ends_with(ending)) return Announcement::kAssigned;
    if (name == "key") {
      const std::string_view before = text_.substr(begin >= 4 ? begin - 4 : 0, begin >= 4 ? 3 : 0);
      if (before.size() == 3 && ascii_lower(before[0]) == 'a' && ascii_lower(before[1]) == 'p' &&
          ascii_lower(before[2]) == 'i')
        return Announcement::kAssigned;
    }
    return Announcement::kNone;
  }

  void announced(std::size_t begin) {
    const Announcement kind = announcement(begin);
    if (kind == Announcement::kNone) return;
    std::size_t i = at_;
    if (byte(i) == '"' || byte(i) == '\'') ++i;  // a key in JSON
    while (byte(i) == ' ') ++i;
    bool assigned = byte(i) == ':' || byte(i) == '=';
    bool said = false;
    if (assigned) {
      while (byte(i) == ':' || byte(i) == '=') ++i;
      if (byte(i) == '/') return;  // "token://"
    } else {
      said = said_word(i);
      if (!said) return;
    }
    while (byte(i) == ' ') ++i;
    value(i, assigned, kind);
  }

  // Past "is", "was", "to", "is now", "is set to"; false when there is none of them.
  [[nodiscard]] bool said_word(std::size_t& i) const {
    bool found = false;
    for (int words = 0; words < 3; ++words) {
      bool any = false;
      for (const std::string_view word : {"is ", "was ", "to ", "now ", "set "}) {
        if (!text_.substr(i).starts_with(word)) continue;
        found = found || word == "is " || word == "was " || word == "to ";
        i += word.size();
        any = true;
        break;
      }
      if (!any) break;
    }
    return found;
  }

  void value(std::size_t begin, bool assigned, Announcement kind) {
    constexpr std::size_t kLongest = 512;
    char quote = 0;
    if (byte(begin) == '"' || byte(begin) == '\'' || byte(begin) == '`') quote = text_[begin++];
    const std::size_t limit = std::min(text_.size(), begin + kLongest);
    std::size_t end = begin;
    while (end < limit && text_[end] != quote && !is_ascii_space(text_[end]) &&
           (quote != 0 ||
            (text_[end] != ',' && text_[end] != ';' && text_[end] != ')' && text_[end] != '"' && text_[end] != '&')))
      ++end;
    if (quote == 0) {
      while (end > begin && (text_[end - 1] == '.' || text_[end - 1] == '!' || text_[end - 1] == '?')) --end;
    }
    const std::string_view word = text_.substr(begin, end - begin);
    if (word.size() < 4 || refers_elsewhere(word)) return;
    // In prose a plain word is more likely prose: "the password is wrong", "token: the one from CI".
    const bool certain = (assigned && kind == Announcement::kSaid) || quote != 0;
    if (!certain && !looks_random(word)) return;
    if (assigned && kind == Announcement::kSaid && quote == 0 && prose_word(word)) return;
    add(begin, end);
  }

  // "$TOKEN", "<your key>", "{{ secret }}", "os.environ[…]", "[secret]": no secret itself.
  static bool refers_elsewhere(std::string_view word) {
    const char c = word[0];
    if (c == '$' || c == '<' || c == '{' || c == '[' || c == '*' || c == '(' || c == '%') return true;
    return word.contains('(') || word.contains("environ") || word.starts_with("process.env") || word.contains("...") ||
           word.starts_with("http") || word.find_first_not_of("xX*.-") == word.npos;
  }

  static bool looks_random(std::string_view word) {
    const bool digits = std::ranges::any_of(word, is_ascii_digit);
    const bool letters = std::ranges::any_of(word, is_ascii_letter);
    const bool marks =
        std::ranges::any_of(word.substr(1), [](char c) { return std::string_view("!#$%^&*@+").contains(c); });
    const bool capital_inside =
        std::ranges::any_of(word.substr(1), is_ascii_upper) && std::ranges::any_of(word, is_ascii_lower);
    return (digits && (letters || word.size() >= 4)) || marks || capital_inside;
  }

  static bool prose_word(std::string_view word) {
    static constexpr std::array<std::string_view, 24> kWords = {
        "string",  "required", "optional", "none", "null",    "true",   "false",    "wrong",
        "must",    "should",   "ask",      "same", "unknown", "stored", "redacted", "incorrect",
        "expired", "hidden",   "removed",  "the",  "never",   "this",   "your",     "which"};
    return std::ranges::find(kWords, word) != kWords.end();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Range> found_;
};

}  // namespace

std::vector<Range> find_secrets(std::string_view text) { return Finder(text).run(); }

std::string redact_secrets(std::string_view text) {
  std::string out;
  std::size_t at = 0;
  for (const auto& [begin, end] : find_secrets(text)) {
    out += text.substr(at, begin - at);
    out += kReplacement;
    at = end;
  }
  out += text.substr(at);
  return out;
}

}  // namespace holdfast::language
