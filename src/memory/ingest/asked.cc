#include "memory/ingest/asked.h"

#include "language/secrets.h"
#include "language/sentences.h"
#include "memory/ingest/body.h"
#include "memory/ingest/cues.h"
#include "memory/ingest/speakers.h"
#include "memory/ingest/tokens.h"
#include "memory/ingest/units.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kLongest = 120;  // bytes of a question

// "Have you told your landlord" → "Have the user told the user's landlord".
std::string addressed(std::string_view text, const Tokens& tokens, const std::string& who) {
  std::string out;
  std::size_t done = 0;
  for (const Token& token : tokens) {
    if (!is_one_of(token.text, "you your u ur")) continue;
    out += text.substr(done, token.begin - done);
    out += who;
    if (is_one_of(token.text, "your ur")) out += "'s";
    done = token.end;
  }
  out += text.substr(done);
  return out;
}

bool is_yes_or_no(const TranscriptMessage& answer) {
  const Tokens tokens(body_of(answer).text);
  return tokens.empty() ||
         is_one_of(
             tokens[0].text,
             "yes yep yeah yup y yea no nope nah n not ok okay sure please exactly right correct true agreed fine "
             "good great perfect of definitely absolutely haha lol oh thanks");
}

}  // namespace

std::optional<Asked> asked_before(const TranscriptMessage& before, const TranscriptMessage& answer) {
  if (before.message.role == Role::kSystem || before.speaker == answer.speaker) return std::nullopt;
  const Body body = body_of(before);
  const std::vector<language::Sentence> sentences = language::sentences(body.text);
  if (sentences.empty()) return std::nullopt;
  const language::Sentence& last = sentences.back();
  if (last.quoted || last.text.size() > kLongest || !last.text.ends_with('?') || !is_readable(last.text) ||
      !language::find_secrets(last.text).empty())
    return std::nullopt;
  const Tokens tokens(last.text);
  constexpr std::size_t kSaysSomething = 3;  // words
  if (tokens.size() < kSaysSomething || find_cues(tokens).has(Cue::kInjection)) return std::nullopt;
  bool open = false;  // rather than to be answered by yes or no
  for (const Token& token : tokens) {
    if (is_one_of(token.text, "i i'd i'm i'll me my mine shall")) return std::nullopt;
    open = open || is_one_of(token.text, "how what what's which when where who whose or");
  }
  // What yes or no would do to may be answered by more: "is that on Fridays?" – "Wednesdays."
  if (!open && is_yes_or_no(answer)) return std::nullopt;
  const std::string name = speaker_name(answer);
  Asked asked;
  asked.question = addressed(last.text, tokens, name.empty() ? std::string("the user") : name);
  while (asked.question.ends_with('?') || asked.question.ends_with(' ')) asked.question.pop_back();
  asked.line_from = last.line_from + body.line - 1;
  asked.line_to = last.line_to + body.line - 1;
  return asked;
}

}  // namespace holdfast::memory
