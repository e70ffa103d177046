#include "memory/ingest/body.h"

namespace holdfast::memory {

Body body_of(const TranscriptMessage& message) {
  Body body{message.message.content, 1};
  const std::string_view content = message.message.content;
  const std::string& speaker = message.speaker;
  if (content.size() > speaker.size() + 1 && content.starts_with(speaker) && content[speaker.size()] == ':') {
    std::size_t begin = speaker.size() + 1;
    while (begin < content.size() && (content[begin] == ' ' || content[begin] == '\n')) {
      if (content[begin] == '\n') ++body.line;
      ++begin;
    }
    body.text = content.substr(begin);
  }
  return body;
}

}  // namespace holdfast::memory
