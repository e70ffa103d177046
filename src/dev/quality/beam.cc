// BEAM: long chats with an assistant, and probing questions of ten kinds. https://github.com/mohammadtavakoli78/BEAM
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <sstream>

#include "dev/quality/corpus.h"
#include "dev/quality/read.h"

namespace holdfast::dev::quality {
namespace {

// "March-15-2024"
std::optional<TimeMs> time_of(const std::string& written) {
  std::string parts = written;
  std::ranges::replace(parts, '-', ' ');
  std::istringstream in(parts);
  std::string month;
  unsigned day = 0;
  int year = 0;
  in >> month >> day >> year;
  const std::optional<unsigned> number = month_number(month);
  if (!in || !number) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(*number), std::chrono::day(day)};
  if (!date.ok()) return std::nullopt;
  return midnight(date);
}

// Ids stand in lists, or in lists by role in the question.
void collect_ids(const json::value& value, std::vector<std::int64_t>& ids) {
  if (const json::object* object = value.if_object()) {
    for (const auto& member : *object) collect_ids(member.value(), ids);
  } else if (const json::array* items = value.if_array()) {
    for (const json::value& item : *items) collect_ids(item, ids);
  } else if (const std::int64_t* id = value.if_int64()) {
    ids.push_back(*id);
  }
}

using Turns = std::map<std::int64_t, Turn>;

Turns read_chat(const json::value& chat, Conversation& conversation) {
  Turns turns;
  if (!chat.is_array()) return turns;
  for (const json::value& batch : chat.get_array()) {
    const std::string session = "b" + text(batch, "batch_number");
    std::vector<memory::IncomingMessage> messages;
    std::optional<TimeMs> when;
    for (const json::value& turn : array(batch, "turns")) {
      if (!turn.is_array()) continue;
      for (const json::value& message : turn.get_array()) {
        if (const auto anchor = time_of(text(message, "time_anchor"))) when = anchor;
        const std::string whole = text(message, "content");
        // What follows the arrow is bookkeeping of the file.
        std::string content = fitting(trimmed(std::string_view(whole).substr(0, whole.find("->->"))));
        std::vector<std::int64_t> id;
        if (const json::value* number = find(message, "id")) collect_ids(*number, id);
        if (!id.empty()) turns[id.front()] = {session, content};
        messages.push_back({.role = memory::parse_role(text(message, "role")).value_or(memory::Role::kUser),
                            .content = std::move(content),
                            .name = {},
                            .timestamp = when});
      }
    }
    add_batches(conversation, session, std::move(messages));
  }
  return turns;
}

void read_questions(const json::value& probing, const Turns& turns, Conversation& conversation) {
  if (!probing.is_object()) return;
  for (const auto& category : probing.get_object()) {
    if (!category.value().is_array()) continue;
    for (const json::value& asked : category.value().get_array()) {
      Question question;
      question.id = std::to_string(conversation.questions.size());
      question.text = fitting_question(text(asked, "question"));
      question.category = category.key();
      question.unanswerable = question.category == "abstention";
      question.gold = text(asked, "answer");
      if (question.gold.empty()) question.gold = text(asked, "ideal_answer");
      std::vector<std::int64_t> ids;
      std::vector<std::int64_t> newest;
      if (const json::value* sources = find(asked, "source_chat_ids")) {
        collect_ids(*sources, ids);
        if (const json::value* updated = find(*sources, "updated_info")) collect_ids(*updated, newest);
      }
      for (const std::int64_t id : newest) {
        if (const auto turn = turns.find(id); turn != turns.end()) add_once(question.newest, turn->second);
      }
      for (const std::int64_t id : ids) {
        if (const auto turn = turns.find(id); turn != turns.end()) {
          add_once(question.evidence, turn->second);
          add_once(question.sessions, turn->second.session);
        }
      }
      conversation.questions.push_back(std::move(question));
    }
  }
}

}  // namespace

Result<std::vector<Conversation>> load_beam(const std::string& directory, Range range) {
  namespace fs = std::filesystem;
  std::vector<Conversation> conversations;
  std::size_t number = std::max<std::size_t>(range.from, 1);
  for (; range.contains(number); ++number) {
    const fs::path chat = fs::path(directory) / std::to_string(number);
    std::error_code ignored;
    if (!fs::exists(chat / "chat.json", ignored)) break;
    Conversation conversation{.id = fmt::format("beam-{}", number), .batches = {}, .questions = {}};
    HOLDFAST_TRY(const json::value said, read_json((chat / "chat.json").string()));
    const Turns turns = read_chat(said, conversation);
    fs::path probing = chat / "probing_questions";
    probing = fs::is_directory(probing, ignored) ? probing / "probing_questions.json" : chat / "probing_questions.json";
    HOLDFAST_TRY(const json::value questions, read_json(probing.string()));
    read_questions(questions, turns, conversation);
    conversations.push_back(std::move(conversation));
  }
  if (conversations.empty()) return fail(Code::kInvalid, fmt::format("no chat in {}/{}/chat.json", directory, number));
  return conversations;
}

}  // namespace holdfast::dev::quality
