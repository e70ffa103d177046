#include "memory/ingest/acceptance.h"

#include <vector>

#include "language/secrets.h"
#include "language/sentences.h"
#include "memory/ingest/statement.h"
#include "memory/ingest/tokens.h"
#include "memory/ingest/units.h"

namespace holdfast::memory {
namespace {

bool agrees(const Tokens& tokens) {
  if (tokens.empty() || tokens.size() > 24) return false;
  for (const Token& token : tokens)
    if (token.after == '?' || is_one_of(token.text, "but not no don't dont except")) return false;
  const std::string_view first = tokens[0].text;
  const std::string_view second = tokens.word(1);
  if (is_one_of(first, "yes yep yeah yup agreed deal accepted perfect sure approved exactly confirmed y")) return true;
  if (is_one_of(first, "ok okay fine good great")) return tokens.size() <= 8;
  if (first == "do" && is_one_of(second, "it that so")) return true;
  if (first == "go" && is_one_of(second, "ahead with for")) return true;
  if (first == "let's" && is_one_of(second, "do go")) return true;
  if (first == "sounds" && second == "good") return true;
  if (first == "works" && second == "for") return true;
  return first == "we'll" && second == "do";
}

// A proposal of something lasting, rather than an offer to do a job now.
bool proposes(const Tokens& tokens) {
  bool lasting = false;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::string_view word = tokens[i].text;
    const std::string_view next = tokens.word(static_cast<std::ptrdiff_t>(i) + 1);
    if (i == 0 && is_one_of(word, "shall should want otherwise nothing that's that there it it's")) return false;
    if (is_one_of(word, "otherwise nothing little suffer")) return false;
    if (is_one_of(word, "i'd we'd suggest propose recommend recommendation proposal") ||
        (is_one_of(word, "could would") && is_one_of(tokens.word(static_cast<std::ptrdiff_t>(i) - 1), "we you i")) ||
        (word == "how" && next == "about") || (word == "what" && next == "about"))
      lasting = true;
  }
  return lasting && tokens.size() >= 4;
}

}  // namespace

std::optional<Acceptance> accepted_offer(const TranscriptMessage& offer, const TranscriptMessage& answer) {
  if (answer.message.content.size() > 160 || !agrees(Tokens(answer.message.content))) return std::nullopt;
  std::optional<Acceptance> found;
  for (const language::Sentence& sentence : language::sentences(offer.message.content)) {
    if (sentence.quoted || sentence.text.size() > 260 || !is_readable(sentence.text) ||
        !language::find_secrets(sentence.text).empty())
      continue;
    if (!proposes(Tokens(sentence.text))) continue;
    found = Acceptance{std::string(sentence.text), sentence.line_from, sentence.line_to};
  }
  return found;
}

}  // namespace holdfast::memory
