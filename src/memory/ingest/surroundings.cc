#include "memory/ingest/surroundings.h"

#include <algorithm>
#include <string_view>

#include "memory/ingest/body.h"
#include "memory/ingest/speakers.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kLongAnswer = 400;  // bytes from which an answer is one to a question
constexpr std::size_t kShortAnswer = 80;
constexpr std::size_t kNearEnd = 120;
constexpr std::size_t kManyMessages = 30;

bool repeats_a_number(std::string_view said, std::string_view answer) {
  const Tokens words(answer.substr(0, 2 * kLongAnswer));
  for (const Token& token : Tokens(said.substr(0, 2 * kLongAnswer)))
    if (token.digit &&
        std::ranges::any_of(words, [&](const Token& other) { return other.digit && other.text == token.text; }))
      return true;
  return false;
}

}  // namespace

Surroundings surroundings_of(const Transcript& transcript, std::size_t at, const MessageUnits& units) {
  Surroundings around;
  const TranscriptMessage& message = transcript.messages[at];
  around.position = static_cast<std::size_t>(std::max<std::int64_t>(0, message.message.position));
  around.bytes = units.bytes;
  around.size = message.message.content.size();
  around.units = units.units.size();
  around.named = !speaker_name(message).empty();
  const auto takes_assistants_place = [&](std::size_t i) {
    return i < transcript.messages.size() && transcript.messages[i].message.role == Role::kAssistant &&
           speaks_as_person(transcript.messages[i]);
  };
  around.dialogue = takes_assistants_place(at) || takes_assistants_place(at + 1) || takes_assistants_place(at - 1);
  around.asks = units.asks;
  around.requests = units.requests;
  around.fenced = units.fenced;
  around.pasted = units.pasted;
  if (at > 0) {
    const TranscriptMessage& before = transcript.messages[at - 1];
    const std::string_view said = before.message.content;
    around.after_person = speaks_as_person(before);
    around.after_machine = !around.after_person;
    around.after_question = said.substr(said.size() - std::min(said.size(), kNearEnd)).contains('?');
  }
  if (at + 1 < transcript.messages.size() && !speaks_as_person(transcript.messages[at + 1])) {
    const std::string_view answer = body_of(transcript.messages[at + 1]).text;
    around.answered = true;
    around.acknowledged = acknowledges(Tokens(answer.substr(0, 160)));
    around.long_answer = answer.size() > kLongAnswer;
    around.short_answer = answer.size() < kShortAnswer;
    around.same_number = repeats_a_number(message.message.content, answer);
    around.asked_back = answer.ends_with('?');
  }
  return around;
}

void add_cues(const Surroundings& around, CueRow& row) {
  row.add("position", static_cast<double>(std::min(around.position, kManyMessages)) / kManyMessages);
  row.add("opens_session", around.position == 0);
  row.add("first_messages", around.position < 3);
  row.add("units", static_cast<double>(std::min<std::size_t>(around.units, 6)) / 6);
  row.add("states_under_25", around.bytes < 25);
  row.add("states_under_50", around.bytes < 50);
  row.add("states_over_160", around.bytes >= 160);
  row.add("says_over_400", around.size > 400);
  row.add("says_over_800", around.size > 800);
  row.add("named", around.named);
  row.add("dialogue", around.dialogue);
  row.add("asks_too", around.asks);
  row.add("requests_too", around.requests);
  row.add("fenced", around.fenced);
  row.add("pasted", around.pasted);
  row.add("after_machine", around.after_machine);
  row.add("after_person", around.after_person);
  row.add("after_question", around.after_question);
  row.add("next_answers", around.answered);
  row.add("next_acknowledges", around.acknowledged);
  row.add("next_long", around.long_answer);
  row.add("next_short", around.short_answer);
  row.add("next_same_number", around.same_number);
  row.add("next_asks", around.asked_back);
}

}  // namespace holdfast::memory
