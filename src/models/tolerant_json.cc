#include "models/tolerant_json.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/utf8.h"

namespace holdfast::models {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDepth = 64;
// Brackets in prose can be beginnings of nothing, each read in vain to the same place. So many times the text's length
// is read in all; ordinary replies are read once or twice.
constexpr std::size_t kMostReadings = 16;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$'; }
bool is_name(char c) { return begins_name(c) || is_digit(c) || c == '-'; }

// How the reading of a value ended.
enum class End {
  kWhole,
  kCutOff,  // the text ended first
  kBad,     // nothing that could be meant as JSON
};

// Reads one value that begins at `at`.
class Reader {
 public:
  Reader(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  End read(json::value& out) { return value(out); }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] bool strict() const { return strict_; }

 private:
  [[nodiscard]] bool ended() const { return at_ >= text_.size() || rest().starts_with("```"); }
  [[nodiscard]] std::string_view rest() const { return text_.substr(std::min(at_, text_.size())); }

  // Skips white space and comments.
  void skip() {
    while (at_ < text_.size()) {
      if (is_space(text_[at_])) {
        ++at_;
      } else if (rest().starts_with("//") || text_[at_] == '#') {
        strict_ = false;
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (rest().starts_with("/*")) {
        strict_ = false;
        const std::size_t end = text_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else {
        return;
      }
    }
  }

  End value(json::value& out) {
    const char c = text_[at_];
    if (c == '{') return nested([&] { return object(out.emplace_object()); });
    if (c == '[') return nested([&] { return array(out.emplace_array()); });
    if (c == '"' || c == '\'') return string(out.emplace_string(), false);
    if (is_digit(c) || c == '-' || c == '+' || c == '.') return number(out);
    return word(out);
  }

  template <typename Read>
  End nested(const Read& read) {
    if (depth_ == kMaxDepth) return End::kBad;
    ++depth_;
    const End end = read();
    --depth_;
    return end;
  }

  enum class Before { kBeginning, kComma, kItem };

  // To the next item of an object or array, over commas that are there, missing or too many; `close` ends it.
  enum class Next { kItem, kClosed, kCutOff };
  Next next(char close, Before& before) {
    for (;;) {
      skip();
      if (ended()) return Next::kCutOff;
      if (text_[at_] == close) {
        if (before == Before::kComma) strict_ = false;
        ++at_;
        return Next::kClosed;
      }
      if (text_[at_] != ',') break;
      if (before != Before::kItem) strict_ = false;
      before = Before::kComma;
      ++at_;
    }
    if (before == Before::kItem) strict_ = false;
    before = Before::kItem;
    return Next::kItem;
  }

  End object(json::object& out) {
    ++at_;
    for (Before before = Before::kBeginning;;) {
      if (const Next found = next('}', before); found != Next::kItem)
        return found == Next::kClosed ? End::kWhole : End::kCutOff;
      json::string name;
      if (const End end = key(name); end != End::kWhole) return end;
      skip();
      if (ended()) return End::kCutOff;
      if (text_[at_] != ':') return End::kBad;
      ++at_;
      skip();
      if (ended()) return End::kCutOff;
      json::value member;
      const End end = value(member);
      // What holds others is kept with those it has; a piece of a text or a number would be another one.
      if (end == End::kWhole || member.is_structured()) {
        if (!out.emplace(name, std::move(member)).second) strict_ = false;
      }
      if (end != End::kWhole) return end;
    }
  }

  End array(json::array& out) {
    ++at_;
    for (Before before = Before::kBeginning;;) {
      if (const Next found = next(']', before); found != Next::kItem)
        return found == Next::kClosed ? End::kWhole : End::kCutOff;
      json::value item;
      if (const End end = value(item); end != End::kWhole) return end;
      out.push_back(std::move(item));
    }
  }

  End key(json::string& out) {
    if (text_[at_] == '"' || text_[at_] == '\'') return string(out, true);
    if (!begins_name(text_[at_])) return End::kBad;
    strict_ = false;
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_name(text_[at_])) ++at_;
    out.assign(text_.substr(begin, at_ - begin));
    return End::kWhole;
  }

  // Whether the quotation mark before `at` ends its string: models forget to escape the marks within.
  [[nodiscard]] bool closes(std::size_t at, bool is_key) const {
    while (at < text_.size() && (text_[at] == ' ' || text_[at] == '\t')) ++at;
    if (at == text_.size()) return true;
    const std::string_view after = text_.substr(at);
    if (after.front() == '\n' || after.front() == '\r' || after.starts_with("//") || after.starts_with("/*") ||
        after.starts_with("```"))
      return true;
    return is_key ? after.front() == ':' : after.front() == ',' || after.front() == '}' || after.front() == ']';
  }

  End string(json::string& out, bool is_key) {
    const char mark = text_[at_++];
    if (mark != '"') strict_ = false;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == mark) {
        ++at_;
        if (closes(at_, is_key)) return End::kWhole;
        strict_ = false;
        out.push_back(c);
      } else if (c == '\\') {
        if (!escape(out)) return End::kCutOff;
      } else if (static_cast<unsigned char>(c) < 0x80) {
        if (static_cast<unsigned char>(c) < 0x20) strict_ = false;
        out.push_back(c);
        ++at_;
      } else {
        const std::size_t begin = at_;
        (void)next_code_point(text_, at_);
        const bool malformed = at_ - begin == 1;
        if (malformed) strict_ = false;
        out.append(malformed ? std::string_view("\uFFFD") : text_.substr(begin, at_ - begin));
      }
    }
    return End::kCutOff;
  }

  // The four digits of a \u escape that begins at `at`; nullopt when it is none.
  [[nodiscard]] std::optional<std::uint32_t> unit(std::size_t at) const {
    const std::string_view written = text_.substr(std::min(at, text_.size()), 6);
    if (written.size() < 6 || !written.starts_with("\\u")) return std::nullopt;
    std::uint32_t code = 0;
    const auto [end, error] = std::from_chars(written.data() + 2, written.data() + 6, code, 16);
    if (error != std::errc{} || end != written.data() + 6) return std::nullopt;
    return code;
  }

  // False: the text ends in it.
  bool escape(json::string& out) {
    if (at_ + 1 >= text_.size()) return false;
    const char c = text_[at_ + 1];
    constexpr std::string_view kShort = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
    if (const std::size_t found = kShort.find(c); found != std::string_view::npos) {
      out.push_back(kMeant[found]);
      at_ += 2;
      return true;
    }
    if (c == 'u' && text_.size() - at_ < 6) return false;
    if (const auto first = unit(at_)) {
      char32_t code = *first;
      at_ += 6;
      if (code >= 0xD800 && code < 0xDC00) {
        const auto second = unit(at_);
        if (second && *second >= 0xDC00 && *second < 0xE000) {
          code = 0x10000 + ((code - 0xD800) << 10U) + (*second - 0xDC00);
          at_ += 6;
        }
      }
      if (code >= 0xD800 && code < 0xE000) strict_ = false;
      std::string character;
      append_utf8(character, code);
      out.append(character);
      return true;
    }
    // Not one of JSON's: "\'" and "\$" mean the character, "\d" of a pattern or a path is meant as it stands.
    strict_ = false;
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) out.push_back('\\');
    ++at_;
    if (static_cast<unsigned char>(c) < 0x80) {
      out.push_back(c);
      ++at_;
    }
    return true;
  }

  End number(json::value& out) {
    const std::size_t begin = at_;
    const auto is_part = [](char c) {
      return is_digit(c) || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E' || c == '_';
    };
    while (at_ < text_.size() && is_part(text_[at_])) ++at_;
    if (at_ == text_.size()) return End::kCutOff;  // there might be more of it
    const std::string_view written = text_.substr(begin, at_ - begin);
    boost::system::error_code error;
    if (json::value read = json::parse(written, error); !error) {
      out = std::move(read);
      return End::kWhole;
    }
    strict_ = false;
    if (written == "-" && rest().starts_with("Infinity")) return word(out);
    std::string plain;
    std::ranges::copy_if(written, std::back_inserter(plain), [](char c) { return c != '_'; });
    std::string_view digits = plain;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    double number = 0;
    const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (digits.empty() || wrong == std::errc::invalid_argument || end != digits.data() + digits.size())
      return End::kBad;
    if (wrong != std::errc{}) {
      out = nullptr;  // too large for any number of ours
    } else if (plain.find_first_of(".eE") == std::string::npos && std::abs(number) < 9e15) {
      out = static_cast<std::int64_t>(number);
    } else {
      out = number;
    }
    return End::kWhole;
  }

  End word(json::value& out) {
    struct Word {
      std::string_view written;
      json::value meant;
      bool strict;
    };
    static const std::array<Word, 9> kWords{{{"true", true, true},
                                             {"false", false, true},
                                             {"null", nullptr, true},
                                             {"True", true, false},
                                             {"False", false, false},
                                             {"None", nullptr, false},
                                             {"NaN", nullptr, false},
                                             {"Infinity", nullptr, false},
                                             {"undefined", nullptr, false}}};
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_name(text_[at_])) ++at_;
    const std::string_view written = text_.substr(begin, at_ - begin);
    for (const Word& known : kWords) {
      if (written == known.written) {
        out = known.meant;
        if (!known.strict) strict_ = false;
        return End::kWhole;
      }
      if (at_ == text_.size() && !written.empty() && known.written.starts_with(written)) return End::kCutOff;
    }
    return End::kBad;
  }

  const std::string_view text_;
  std::size_t at_;
  std::size_t depth_ = 0;
  bool strict_ = true;
};

bool only_space(std::string_view text) { return std::ranges::all_of(text, is_space); }

// JSON that was sent as one JSON string, as some servers and models do.
std::optional<std::string> unwrapped(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos || text[begin] != '"') return std::nullopt;
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  if (error || !value.is_string()) return std::nullopt;
  return std::string(value.get_string());
}

bool holds_something(const json::value& value) {
  if (const auto* object = value.if_object()) return !object->empty();
  const auto* array = value.if_array();
  return array != nullptr && !array->empty();
}

Result<TolerantJson> read(std::string_view text) {
  std::optional<TolerantJson> best, broken;
  std::size_t best_size = 0, broken_size = 0, done = 0;
  for (std::size_t at = text.find_first_of("{["); at != std::string_view::npos && done <= text.size() * kMostReadings;
       at = text.find_first_of("{[", at)) {
    Reader reader(text, at);
    TolerantJson found;
    const End end = reader.read(found.value);
    const std::size_t size = std::min(reader.at(), text.size()) - at;
    done += size + 1;
    if (end == End::kBad) {
      if (size > broken_size && holds_something(found.value)) {
        found.cut_off = found.garbled = true;
        broken = std::move(found);
        broken_size = size;
      }
      ++at;
      continue;
    }
    if (!best || size > best_size) {
      found.cut_off = end == End::kCutOff;
      found.strict = end == End::kWhole && reader.strict() && only_space(text.substr(0, at)) &&
                     only_space(text.substr(reader.at()));
      best = std::move(found);
      best_size = size;
    }
    at += size;
  }
  if (broken && broken_size > best_size) return *std::move(broken);
  if (!best) return fail(Code::kInvalid, "there is no JSON object or array in it");
  return *std::move(best);
}

}  // namespace

Result<TolerantJson> read_tolerantly(std::string_view text) {
  try {
    if (const std::optional<std::string> inner = unwrapped(text)) {
      Result<TolerantJson> found = read(*inner);
      if (found) found->strict = false;
      return found;
    }
    return read(text);
  } catch (const std::exception& e) {
    return fail(Code::kInvalid, "the JSON cannot be read", {}, e.what());
  }
}

}  // namespace holdfast::models
