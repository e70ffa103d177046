#include "memory/ingest/transcript.h"

#include <algorithm>
#include <string_view>

#include "language/characters.h"
#include "language/lexicon.h"
#include "memory/ingest/speakers.h"
#include "memory/ingest/tokens.h"

namespace holdfast::memory {
namespace {

std::string_view role_speaker(Role role) {
  switch (role) {
    case Role::kUser:
      return "The user";
    case Role::kAssistant:
      return "The assistant";
    case Role::kSystem:
      return "The system";
  }
  return "The user";
}

// A word that stands before a colon without being anybody's name.
constexpr std::string_view kLabels =
    "note notes update todo fyi ps reminder question answer option options example examples warning error info debug "
    "summary status plan task tasks idea ideas rule rules correction btw edit re fwd subject from to cc date step "
    "steps "
    "result results output input context goal goals tip hint caution important user assistant system human ai bot";

}  // namespace

std::string_view name_prefix(std::string_view content) {
  const std::string_view head = content.substr(0, std::min<std::size_t>(content.size(), 48));
  const std::size_t colon = head.find(':');
  if (colon == std::string_view::npos || colon < 2 || colon + 1 >= content.size()) return {};
  if (content[colon + 1] != ' ' && content[colon + 1] != '\n') return {};
  const std::string_view name = head.substr(0, colon);
  std::size_t words = 0;
  bool at_word = true;
  for (const char c : name) {
    if (c == ' ') {
      at_word = true;
      continue;
    }
    if (at_word) {
      if (!language::is_ascii_upper(c) && (static_cast<unsigned char>(c) & 0x80U) == 0) return {};
      ++words;
      at_word = false;
    }
    if (!language::is_word_byte(c) && c != '.' && c != '-' && c != '\'') return {};
  }
  if (words == 0 || words > 3) return {};
  const Tokens tokens(name);
  if (tokens.empty() || is_one_of(tokens[0].text, kLabels) || language::is_common_word(tokens[0].text)) return {};
  return name;
}

bool is_machine_name(std::string_view name) {
  const Tokens tokens(name);
  return !tokens.empty() && is_one_of(tokens[0].text,
                                      "assistant bot ai agent claude chatgpt gpt copilot gemini llama mistral holdfast "
                                      "system chatbot helper model siri alexa");
}

bool speaks_as_person(const TranscriptMessage& message) {
  return message.message.role == Role::kUser ||
         (message.message.role == Role::kAssistant && message.speaker != role_speaker(Role::kAssistant) &&
          !is_machine_name(message.speaker));
}

std::string speaker_name(const TranscriptMessage& message) {
  return message.speaker == role_speaker(message.message.role) ? std::string() : message.speaker;
}

Transcript make_transcript(std::string session_id, std::vector<Message> messages, const std::vector<bool>& context) {
  Transcript transcript;
  transcript.session_id = std::move(session_id);
  transcript.messages.reserve(messages.size());
  // One colon is punctuation; a dialogue writes names before most of its turns, or one name at least twice.
  std::vector<std::string_view> prefixes;
  std::size_t prefixed = 0;
  for (const Message& message : messages) {
    prefixes.push_back(message.role == Role::kSystem || !message.name.empty() ? std::string_view{}
                                                                              : name_prefix(message.content));
    prefixed += !prefixes.back().empty();
  }
  const bool dialogue = prefixed >= 2 && 2 * prefixed >= messages.size();
  std::vector<std::string> speakers;
  for (std::size_t i = 0; i < messages.size(); ++i)
    speakers.emplace_back(!messages[i].name.empty()          ? std::string_view(messages[i].name)
                          : dialogue && !prefixes[i].empty() ? prefixes[i]
                                                             : role_speaker(messages[i].role));
  for (std::size_t i = 0; i < messages.size(); ++i) {
    TranscriptMessage entry;
    entry.message = std::move(messages[i]);
    entry.speaker = std::move(speakers[i]);
    entry.context = i < context.size() && context[i];
    transcript.messages.push_back(std::move(entry));
  }
  return transcript;
}

}  // namespace holdfast::memory
