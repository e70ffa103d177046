// LongMemEval: a question, and the sessions with an assistant it is asked about.
// https://github.com/xiaowu0162/LongMemEval
#include <fmt/format.h>

#include <chrono>
#include <sstream>

#include "dev/quality/corpus.h"
#include "dev/quality/read.h"

namespace holdfast::dev::quality {
namespace {

// "2023/05/20 (Sat) 02:21"; the weekday and the time may be missing.
std::optional<TimeMs> time_of(const std::string& written) {
  std::istringstream in(written);
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  char slash = 0;
  in >> year >> slash >> month >> slash >> day;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!in || !date.ok()) return std::nullopt;
  std::string weekday;
  int hour = 0;
  int minute = 0;
  in >> weekday >> hour >> slash >> minute;
  const bool timed = in && hour >= 0 && hour < 24 && minute >= 0 && minute < 60;
  return midnight(date) + (timed ? (hour * 60 + minute) * 60'000LL : 0);
}

Conversation read_item(const json::value& item) {
  Question question;
  question.id = text(item, "question_id");
  question.text = fitting_question(text(item, "question"));
  question.category = text(item, "question_type");
  question.unanswerable = question.id.ends_with("_abs");
  question.gold = text(item, "answer");
  question.today = time_of(text(item, "question_date"));
  for (const json::value& session : array(item, "answer_session_ids")) add_once(question.sessions, text_of(&session));

  Conversation conversation{.id = question.id, .batches = {}, .questions = {}};
  const json::array& ids = array(item, "haystack_session_ids");
  const json::array& dates = array(item, "haystack_dates");
  const json::array& sessions = array(item, "haystack_sessions");
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    const std::string session = i < ids.size() ? text_of(&ids[i]) : fmt::format("s{}", i);
    const std::optional<TimeMs> when = i < dates.size() ? time_of(text_of(&dates[i])) : std::nullopt;
    if (!sessions[i].is_array()) continue;
    std::vector<memory::IncomingMessage> messages;
    for (const json::value& turn : sessions[i].get_array()) {
      std::string content = fitting(text(turn, "content"));
      const json::value* answers = find(turn, "has_answer");
      if (answers != nullptr && answers->is_bool() && answers->get_bool())
        add_once(question.evidence, Turn{session, content});
      messages.push_back({.role = memory::parse_role(text(turn, "role")).value_or(memory::Role::kUser),
                          .content = std::move(content),
                          .name = {},
                          .timestamp = when});
    }
    add_batches(conversation, session, std::move(messages));
  }
  conversation.questions.push_back(std::move(question));
  return conversation;
}

}  // namespace

Result<std::vector<Conversation>> load_longmemeval(const std::string& file, Range range) {
  HOLDFAST_TRY(const json::value root, read_json(file));
  if (!root.is_array()) return fail(Code::kInvalid, file + " is not a list of questions");
  std::vector<Conversation> conversations;
  for (std::size_t i = 0; i < root.get_array().size(); ++i)
    if (range.contains(i)) conversations.push_back(read_item(root.get_array()[i]));
  return conversations;
}

}  // namespace holdfast::dev::quality
