#include "memory/model/neutralise.h"

#include <algorithm>
#include <cstddef>

#include "language/characters.h"
#include "language/secrets.h"
#include "memory/ingest/tokens.h"

namespace holdfast::memory {
namespace {

constexpr std::string_view kWideBar = "\xEF\xBD\x9C";  // ｜
constexpr std::size_t kLongestName = 24;

// In angle brackets: special tokens of Llama, Mistral, Gemma, Qwen, T5 and their kin, then our own tags.
constexpr std::string_view kAngled =
    "s bos eos pad unk mask sep cls sop eop start_of_turn end_of_turn start_of_image end_of_image im_start im_end "
    "endoftext think tool_call tool_response tools function_call function_calls function system user assistant model "
    "fim_prefix fim_middle fim_suffix begin_of_text end_of_text "
    "conversation message candidates candidate topics facts question";
// In square brackets.
constexpr std::string_view kSquared =
    "inst system_prompt available_tools tool_calls tool_results tool_content gmask sys img prefix suffix middle";

// The name in "<name…" or "</name…", in lower case; "" for none. A tag may have attributes.
std::string tag_name(std::string_view after_bracket) {
  if (after_bracket.starts_with('/')) after_bracket.remove_prefix(1);
  std::string name;
  for (const char c : after_bracket.substr(0, kLongestName)) {
    if (c == '_' || language::is_ascii_letter(c))
      name += language::ascii_lower(c);
    else
      break;
  }
  return name;
}

bool opens_token(std::string_view from) {
  if (from.front() == '<') {
    const std::string_view after = from.substr(1);
    if (after.starts_with('|') || after.starts_with(kWideBar) || after.starts_with("<SYS") ||
        after.starts_with("</SYS") || after.starts_with("/SYS") || after.starts_with("SYS"))
      return true;
    const std::string name = tag_name(after);
    if (name.empty() || !is_one_of(name, kAngled)) return false;
    const std::string_view rest = after.substr(name.size() + (after.front() == '/' ? 1 : 0));
    return rest.empty() || rest.front() == '>' || rest.front() == '/' || language::is_ascii_space(rest.front());
  }
  if (from.front() == '[') {
    const std::string name = tag_name(from.substr(1));
    return !name.empty() && is_one_of(name, kSquared) &&
           from.substr(1 + (from[1] == '/' ? 1 : 0) + name.size()).starts_with(']');
  }
  return false;
}

}  // namespace

std::string neutralised(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view from = text.substr(at);
    if (from.starts_with("|>")) {
      out += "| ";
    } else if (from.starts_with(kWideBar) && from.substr(kWideBar.size()).starts_with('>')) {
      out += kWideBar;
      out += ' ';
      at += kWideBar.size() - 1;
    } else {
      out += text[at];
      if ((text[at] == '<' || text[at] == '[') && from.size() > 1 && opens_token(from)) out += ' ';
    }
  }
  return out;
}

std::string redacted_lines(std::string_view text) {
  std::string out;
  std::size_t at = 0;
  for (const auto& [begin, end] : language::find_secrets(text)) {
    out += text.substr(at, begin - at);
    out += "[secret]";
    out.append(static_cast<std::size_t>(std::ranges::count(text.substr(begin, end - begin), '\n')), '\n');
    at = end;
  }
  out += text.substr(at);
  return out;
}

std::string sendable(std::string_view text, bool redact) {
  return neutralised(redact ? redacted_lines(text) : std::string(text));
}

}  // namespace holdfast::memory
