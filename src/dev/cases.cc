#include "dev/cases.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <fstream>
#include <optional>

#include "base/time.h"

namespace holdfast::dev {
namespace {

namespace json = boost::json;
using memory::MemoryType;
using memory::Message;

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// The elements of an array under that key; empty when there is none.
json::array list_of(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  return value != nullptr && value->is_array() ? value->get_array() : json::array();
}

std::vector<std::string> texts_of(const json::value& value) {
  std::vector<std::string> texts;
  if (value.is_string()) {
    texts.emplace_back(value.get_string());
  } else if (value.is_array()) {
    for (const json::value& entry : value.get_array())
      if (entry.is_string()) texts.emplace_back(entry.get_string());
  }
  return texts;
}

std::vector<std::string> texts_of(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  return value == nullptr ? std::vector<std::string>() : texts_of(*value);
}

Terms terms_of(const json::array& list) {
  Terms terms;
  for (const json::value& entry : list) terms.push_back(texts_of(entry));
  return terms;
}

Terms terms_of(const json::object& object, std::string_view key) { return terms_of(list_of(object, key)); }

CaseSession session_of(const json::object& object) {
  CaseSession session;
  session.id = text_of(object, "sessionId");
  for (const json::value& entry : list_of(object, "messages")) {
    if (!entry.is_object()) continue;
    Message message;
    message.session_id = session.id;
    message.role = memory::parse_role(text_of(entry.get_object(), "role")).value_or(memory::Role::kUser);
    message.name = text_of(entry.get_object(), "name");
    message.content = text_of(entry.get_object(), "content");
    message.timestamp = parse_iso(text_of(entry.get_object(), "timestamp")).value_or(0);
    message.position = static_cast<std::int64_t>(session.messages.size());
    message.id = memory::message_id(session.id, message.role, message.content, message.name);
    session.messages.push_back(std::move(message));
  }
  return session;
}

CaseGold gold_of(const json::object& object, bool past) {
  CaseGold gold;
  gold.from = texts_of(object, "from");
  gold.type = memory::parse_memory_type(text_of(object, "type")).value_or(MemoryType::kFact);
  gold.must = terms_of(object, "must");
  gold.none = terms_of(object, "not");
  gold.about = text_of(object, "about");
  gold.past = past;
  return gold;
}

Case case_of(const json::object& object) {
  Case made;
  made.id = text_of(object, "id");
  for (const json::value& entry : list_of(object, "sessions"))
    if (entry.is_object()) made.sessions.push_back(session_of(entry.get_object()));
  for (const bool past : {false, true})
    for (const json::value& entry : list_of(object, past ? "past" : "gold"))
      if (entry.is_object()) made.gold.push_back(gold_of(entry.get_object(), past));
  for (std::string& key : texts_of(object, "junk")) made.junk.insert(std::move(key));
  for (const json::value& entry : list_of(object, "replaces")) {
    if (!entry.is_object()) continue;
    const json::object& pair = entry.get_object();
    made.replaces.push_back({text_of(pair, "about"), texts_of(pair, "oldFrom"), texts_of(pair, "newFrom")});
  }
  for (const json::value& entry : list_of(object, "supersedes"))
    if (entry.is_object())
      made.supersedes.emplace_back(terms_of(entry.get_object(), "old"), terms_of(entry.get_object(), "new"));
  const auto pairs = [&](std::string_view key, const auto& add) {
    for (const json::value& entry : list_of(object, key))
      if (entry.is_array() && entry.get_array().size() == 2) add(entry.get_array()[0], entry.get_array()[1]);
  };
  pairs("coexist", [&](const json::value& a, const json::value& b) {
    if (a.is_array() && b.is_array()) made.coexist.emplace_back(terms_of(a.get_array()), terms_of(b.get_array()));
  });
  pairs("coexistFrom",
        [&](const json::value& a, const json::value& b) { made.coexist_from.emplace_back(texts_of(a), texts_of(b)); });
  for (const json::value& entry : list_of(object, "questions")) {
    if (!entry.is_object()) continue;
    const json::object& question = entry.get_object();
    made.questions.push_back({text_of(question, "q"), terms_of(question, "has"), terms_of(question, "not"),
                              text_of(question, "kind"), text_of(question, "referenceDate")});
  }
  return made;
}

bool occurs(std::string_view text, const std::vector<std::string>& alternatives) {
  for (const std::string& alternative : alternatives)
    if (text.find(folded(alternative)) != std::string_view::npos) return true;
  return false;
}

}  // namespace

Result<std::vector<Case>> read_cases(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Code::kIo, fmt::format("cannot read {}", path));
  std::vector<Case> cases;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    boost::system::error_code error;
    const json::value value = json::parse(line, error);
    if (error || !value.is_object())
      return fail(Code::kInvalid, fmt::format("{}:{}: not a JSON object", path, number), {}, error.message());
    cases.push_back(case_of(value.get_object()));
  }
  return cases;
}

std::string message_key(const CaseSession& session, std::size_t at) { return fmt::format("{}:{}", session.id, at); }

std::string folded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("\xE2\x80\x99")) {
      out += '\'';
      i += 2;
      continue;
    }
    const char c = text[i];
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else {
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::size_t count_terms(std::string_view folded_text, const Terms& terms) {
  std::size_t count = 0;
  for (const std::vector<std::string>& alternatives : terms) count += occurs(folded_text, alternatives);
  return count;
}

bool has_any(std::string_view folded_text, const Terms& terms) {
  for (const std::vector<std::string>& alternatives : terms)
    if (occurs(folded_text, alternatives)) return true;
  return false;
}

}  // namespace holdfast::dev
