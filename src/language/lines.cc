#include "language/lines.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "language/characters.h"

namespace holdfast::language {
namespace {

std::string_view without_indent(std::string_view line) {
  while (!line.empty() && is_ascii_space(line.front())) line.remove_prefix(1);
  return line;
}

// The fence that `line` opens or closes ("```", "~~~~"), without its language, or nothing.
std::string_view fence_of(std::string_view line) {
  if (line.size() < 3 || (line[0] != '`' && line[0] != '~')) return {};
  const std::size_t length = std::min(line.find_first_not_of(line[0]), line.size());
  if (length < 3 || line.substr(length).contains('`')) return {};
  return line.substr(0, length);
}

// "2026-04-14T10:20:30", "2026-04-14 10:20", "[10:20:30]", "10:20:30.123": how a line of a log begins.
bool starts_with_time(std::string_view line) {
  if (line.starts_with('[')) line.remove_prefix(1);
  std::array<char, 20> shape{};
  const std::size_t size = std::min(line.size(), shape.size());
  std::transform(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(size), shape.begin(),
                 [](char c) { return is_ascii_digit(c) ? '0' : c; });
  const std::string_view seen(shape.data(), size);
  return seen.starts_with("0000-00-00T00:00") || seen.starts_with("0000-00-00 00:00") || seen.starts_with("00:00:00") ||
         seen.starts_with("0000/00/00 00:00");
}

bool log_level(std::string_view line) {
  for (const std::string_view level : {"ERROR", "WARN", "WARNING", "INFO", "DEBUG", "TRACE", "FATAL"}) {
    if (!line.starts_with(level)) continue;
    const std::string_view rest = line.substr(level.size());
    if (rest.starts_with(':') || rest.starts_with("  ") || rest.starts_with(" [") || rest.starts_with(']')) return true;
  }
  return false;
}

bool stack_frame(std::string_view line) {
  if (line.starts_with("Traceback (most recent call last)") || line.starts_with("Caused by: ")) return true;
  if (line.starts_with("File \"") && line.contains("\", line ")) return true;
  if (line.starts_with("at ") && line.ends_with(')') && line.contains('(') && line.contains(':')) return true;
  if (line.starts_with("... ") && line.ends_with(" more")) return true;
  if (line.starts_with("goroutine ") && line.ends_with("]:")) return true;
  // "#3 0x7f… in main"
  return line.size() > 4 && line[0] == '#' && is_ascii_digit(line[1]) && line.contains(" 0x");
}

bool diff_line(std::string_view line) {
  return line.starts_with("diff --git ") || line.starts_with("@@ ") || line.starts_with("+++ ") ||
         line.starts_with("--- a/") || line.starts_with("--- /dev/") ||
         (line.starts_with("index ") && line.contains(".."));
}

// What an added or removed line of a diff looks like; a list item has a blank after its dash.
bool changed_line(std::string_view raw) {
  return raw.size() > 1 && (raw[0] == '+' || raw[0] == '-') && (raw[1] != ' ' || raw.starts_with("-  ")) &&
         raw[1] != '-';
}

class Lines {
 public:
  Lines(std::string_view message, Sink<const ProseLine&> sink) : message_(message), sink_(sink) {}

  void run() {
    std::size_t at = 0;
    for (int number = 1; at <= message_.size(); ++number) {
      const std::size_t end = std::min(message_.find('\n', at), message_.size());
      std::string_view line = message_.substr(at, end - at);
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (prose(line)) sink_({line, number});
      at = end + 1;
    }
  }

 private:
  bool prose(std::string_view raw) {
    const std::string_view line = without_indent(raw);
    const std::string_view fence = fence_of(line);
    if (!fence_.empty()) {
      const bool closes = !fence.empty() && fence[0] == fence_[0] && fence.size() >= fence_.size() && fence == line;
      if (closes) fence_ = {};
      return false;
    }
    if (!fence.empty()) {
      fence_ = fence;
      return false;
    }
    if (line.starts_with('>')) return false;
    if (line.starts_with("@@ ") || line.starts_with("diff --git ")) {
      in_diff_ = true;
    } else if (line.empty()) {
      in_diff_ = false;
    }
    if (diff_line(line) || (in_diff_ && (changed_line(raw) || raw.starts_with(' ')))) return false;
    return !starts_with_time(line) && !log_level(line) && !stack_frame(line);
  }

  std::string_view message_;
  Sink<const ProseLine&> sink_;
  std::string_view fence_;
  bool in_diff_ = false;
};

}  // namespace

void for_each_prose_line(std::string_view message, Sink<const ProseLine&> sink) { Lines(message, sink).run(); }

}  // namespace holdfast::language
