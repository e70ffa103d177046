#include "memory/model/render.h"

#include <algorithm>

#include "base/utf8.h"
#include "language/characters.h"
#include "language/lexicon.h"
#include "memory/ingest/speakers.h"
#include "memory/model/neutralise.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kSpeakerCharacters = 64;

std::string attribute(std::string_view name, std::string value) {
  std::ranges::replace(value, '"', '\'');
  std::ranges::replace(value, '<', '(');
  std::ranges::replace(value, '>', ')');
  return " " + std::string(name) + "=\"" + value + "\"";
}

void append_lines(std::string& out, std::string_view text, int number) {
  for (std::size_t at = 0; at <= text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out += std::to_string(number) + "| ";
    out += text.substr(at, end - at);
    out += '\n';
    at = end + 1;
  }
}

void append_message(std::string& out, const TranscriptMessage& said, const ShownMessage& shown, std::size_t number,
                    bool redact) {
  const std::string content = sendable(said.message.content, redact);
  const std::size_t begin = std::min(shown.begin, content.size());
  const std::size_t end = std::min(shown.end, content.size());
  out += "<message" + attribute("number", std::to_string(number)) +
         attribute("role", std::string(to_string(said.message.role)));
  if (const std::string name = speaker_name(said); !name.empty())
    out += attribute("speaker", render_line(first_code_points(name, kSpeakerCharacters), redact));
  out += attribute("date", render_day(said.message.timestamp));
  if (shown.context) out += attribute("context", "yes");
  out += ">\n";
  const std::string_view part = std::string_view(content).substr(begin, end - begin);
  append_lines(out, part, count_lines(std::string_view(content).substr(0, begin)));
  out += "</message>\n";
}

}  // namespace

std::string render_messages(const Transcript& transcript, std::span<const ShownMessage> messages, bool redact) {
  std::string out = "<conversation>\n";
  for (std::size_t i = 0; i < messages.size(); ++i)
    append_message(out, transcript.messages[messages[i].at], messages[i], i + 1, redact);
  return out + "</conversation>\n";
}

std::string render_day(TimeMs time) {
  const std::chrono::weekday day{std::chrono::sys_days(day_of(time))};
  return format_day(time) + ", " + std::string(language::weekday_name(static_cast<int>(day.iso_encoding())));
}

std::string render_line(std::string_view text, bool redact) {
  std::string line;
  for (const char c : sendable(text, redact)) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != ' ')
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

int count_lines(std::string_view text) { return 1 + static_cast<int>(std::ranges::count(text, '\n')); }

}  // namespace holdfast::memory
