#include "memory/model/grounding.h"

#include <algorithm>
#include <vector>

#include "memory/ingest/statement.h"
#include "memory/ingest/support.h"

namespace holdfast::memory {

void Grounds::add(std::string_view text, TimeMs said_at, std::string_view speaker) {
  TranscriptMessage said;
  said.message.content = text;
  said.message.timestamp = said_at;
  said.speaker = speaker;
  texts_.messages.push_back(std::move(said));
  all_ += text;
  all_ += '\n';
}

std::string Grounds::missing(std::string_view text) const { return unsupported_by(texts_, text); }

bool Grounds::shares_words(std::string_view text) const {
  constexpr std::size_t kOneIn = 3;
  const std::vector<std::string> words = read_statement(text).terms;
  return words.empty() || kOneIn * shared(words, read_statement(all_).terms) >= words.size();
}

}  // namespace holdfast::memory
