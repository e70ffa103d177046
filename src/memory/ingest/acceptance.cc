#include "memory/ingest/acceptance.h"

#include <vector>

#include "language/characters.h"
#include "language/secrets.h"
#include "language/sentences.h"
#include "memory/ingest/statement.h"
#include "memory/ingest/tokens.h"
#include "memory/ingest/units.h"

namespace holdfast::memory {
namespace {

enum class Agreement { kNone, kYes, kDoThat };  // kDoThat takes up what was said, however it was put

Agreement agreement_of(const Tokens& tokens) {
  constexpr std::size_t kMostWords = 24;
  if (tokens.empty() || tokens.size() > kMostWords) return Agreement::kNone;
  for (const Token& token : tokens)
    if (token.after == '?' || is_one_of(token.text, "but not no don't dont except")) return Agreement::kNone;
  std::size_t at = 0;
  while (at < tokens.size() && at < 3 &&
         is_one_of(tokens[at].text, "yes yep yeah yup ok okay sure please pls right let's lets"))
    ++at;
  const std::string_view verb = at < tokens.size() ? tokens[at].text : std::string_view{};
  const std::string_view object = tokens.word(static_cast<std::ptrdiff_t>(at) + 1);
  if ((verb == "do" && is_one_of(object, "it that so this")) || (verb == "go" && is_one_of(object, "ahead for with")))
    return Agreement::kDoThat;
  const std::string_view first = tokens[0].text;
  const std::string_view second = tokens.word(1);
  if (is_one_of(first, "yes yep yeah yup agreed deal accepted perfect sure approved exactly confirmed y"))
    return Agreement::kYes;
  const bool short_answer = tokens.size() <= 8;
  if (is_one_of(first, "ok okay fine good great"))
    return short_answer ? Agreement::kYes : second == "idea" ? Agreement::kYes : Agreement::kNone;
  if ((first == "sounds" && second == "good") || (first == "works" && second == "for") ||
      (first == "makes" && second == "sense") || (first == "we'll" && second == "do"))
    return Agreement::kYes;
  return Agreement::kNone;
}

// The label of an option that an answer begins with: "1", "b" of "option B"; "" for none.
std::string_view chosen_label(const Tokens& tokens) {
  if (tokens.empty()) return {};
  const bool named = is_one_of(tokens[0].text, "option number variant plan") && tokens.size() > 1;
  const std::string_view label = tokens[named ? 1 : 0].text;
  const bool digit = label.size() == 1 && label[0] >= '1' && label[0] <= '9';
  const bool letter = named && label.size() == 1 && label[0] >= 'a' && label[0] <= 'h';
  // "1, do it", but not "1 more thing".
  if (letter || (digit && (named || tokens.size() == 1 || tokens[0].after == ','))) return label;
  return {};
}

// The option of that label among the lines of the offer: "1. aggregate first", "b) round only in the template".
std::optional<Acceptance> option_of(std::string_view offer, std::string_view label) {
  int line_number = 0;
  for (std::size_t begin = 0; begin < offer.size();) {
    std::size_t end = offer.find('\n', begin);
    if (end == std::string_view::npos) end = offer.size();
    std::string_view line = offer.substr(begin, end - begin);
    ++line_number;
    begin = end + 1;
    while (!line.empty() && (line.front() == ' ' || line.front() == '|' || line.front() == '*' || line.front() == '('))
      line.remove_prefix(1);
    if (line.size() < 4 || language::ascii_lower(line.front()) != label.front()) continue;
    std::string_view rest = line.substr(1);
    const std::string_view marks = ".):|* ";
    if (rest.front() == ' ' && !rest.starts_with(" |")) continue;
    if (marks.find(rest.front()) == std::string_view::npos) continue;
    while (!rest.empty() && marks.find(rest.front()) != std::string_view::npos) rest.remove_prefix(1);
    while (!rest.empty() && (rest.back() == ' ' || rest.back() == '|')) rest.remove_suffix(1);
    if (rest.size() >= 8 && rest.size() <= 260) return Acceptance{std::string(rest), line_number, line_number};
  }
  return std::nullopt;
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
  if (answer.message.content.size() > 160) return std::nullopt;
  const Tokens said(answer.message.content);
  if (const std::string_view label = chosen_label(said); !label.empty()) {
    auto option = option_of(offer.message.content, label);
    if (option && language::find_secrets(option->proposal).empty()) return option;
  }
  const Agreement agreement = agreement_of(said);
  if (agreement == Agreement::kNone) return std::nullopt;
  std::optional<Acceptance> found;
  std::optional<Acceptance> last;
  for (const language::Sentence& sentence : language::sentences(offer.message.content)) {
    if (sentence.quoted || sentence.text.size() > 260 || !is_readable(sentence.text) ||
        !language::find_secrets(sentence.text).empty())
      continue;
    const Tokens tokens(sentence.text);
    if (tokens.empty()) continue;
    const Acceptance candidate{std::string(sentence.text), sentence.line_from, sentence.line_to};
    if (proposes(tokens)) found = candidate;
    constexpr std::size_t kSaysSomething = 5;  // words
    if (tokens[tokens.size() - 1].after != '?' && tokens.size() >= kSaysSomething) last = candidate;
  }
  if (!found && agreement == Agreement::kDoThat) return last;
  return found;
}

}  // namespace holdfast::memory
