// LoCoMo: two people who chat over months. https://github.com/snap-research/locomo
#include <fmt/format.h>

#include <chrono>
#include <map>
#include <sstream>

#include "dev/quality/corpus.h"
#include "dev/quality/read.h"

namespace holdfast::dev::quality {
namespace {

// "1:56 pm on 8 May, 2023"
Result<TimeMs> time_of(const std::string& written) {
  std::istringstream in(written);
  int hour = 0;
  int minute = 0;
  unsigned day = 0;
  int year = 0;
  char colon = 0;
  std::string half;
  std::string on;
  std::string month;
  in >> hour >> colon >> minute >> half >> on >> day >> month >> year;
  if (!month.empty() && month.back() == ',') month.pop_back();
  const std::optional<unsigned> number = month_number(month);
  const bool afternoon = half == "pm" || half == "PM";
  if (!in || !number || hour < 1 || hour > 12 || (!afternoon && half != "am" && half != "AM"))
    return fail(Code::kInvalid, "not a session's date: " + written);
  const TimeMs date = midnight(
      std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(*number), std::chrono::day(day)));
  return date + ((hour % 12 + (afternoon ? 12 : 0)) * 60 + minute) * 60'000LL;
}

Result<Conversation> read_conversation(const json::value& item, std::size_t number) {
  Conversation conversation{.id = fmt::format("locomo-{}", number), .batches = {}, .questions = {}};
  const json::value* said = find(item, "conversation");
  if (said == nullptr) return fail(Code::kInvalid, conversation.id + " has no conversation");
  const std::string first = text(*said, "speaker_a");
  std::map<std::string, Turn> turns;
  for (std::size_t s = 1; find(*said, fmt::format("session_{}", s)) != nullptr; ++s) {
    HOLDFAST_TRY(const TimeMs when, time_of(text(*said, fmt::format("session_{}_date_time", s))));
    const std::string session = fmt::format("s{}", s);
    std::vector<memory::IncomingMessage> messages;
    for (const json::value& turn : array(*said, fmt::format("session_{}", s))) {
      const std::string speaker = text(turn, "speaker");
      std::string content = speaker + ": " + text(turn, "text");
      const std::string caption = text(turn, "blip_caption");
      if (!caption.empty()) content += " [shares a photo: " + caption + "]";
      content = fitting(content);
      turns[text(turn, "dia_id")] = {session, content};
      messages.push_back({.role = speaker == first ? memory::Role::kUser : memory::Role::kAssistant,
                          .content = std::move(content),
                          .name = {},
                          .timestamp = when});
    }
    add_batches(conversation, session, std::move(messages));
  }
  for (const json::value& asked : array(item, "qa")) {
    Question question;
    question.id = std::to_string(conversation.questions.size());
    question.text = fitting_question(text(asked, "question"));
    question.category = text(asked, "category");
    question.unanswerable = question.apart = question.category == "5";
    question.gold = text(asked, "answer");
    for (const json::value& evidence : array(asked, "evidence")) {
      std::string ids = text_of(&evidence);
      for (char& c : ids)
        if (c == ';' || c == ',') c = ' ';
      std::istringstream in(ids);
      for (std::string id; in >> id;) {
        if (const auto turn = turns.find(id); turn != turns.end()) {
          add_once(question.evidence, turn->second);
          add_once(question.sessions, turn->second.session);
        }
      }
    }
    conversation.questions.push_back(std::move(question));
  }
  return conversation;
}

}  // namespace

Result<std::vector<Conversation>> load_locomo(const std::string& file, Range range) {
  HOLDFAST_TRY(const json::value root, read_json(file));
  if (!root.is_array()) return fail(Code::kInvalid, file + " is not a list of conversations");
  std::vector<Conversation> conversations;
  for (std::size_t i = 0; i < root.get_array().size(); ++i) {
    if (!range.contains(i)) continue;
    HOLDFAST_TRY(Conversation conversation, read_conversation(root.get_array()[i], i));
    conversations.push_back(std::move(conversation));
  }
  return conversations;
}

}  // namespace holdfast::dev::quality
