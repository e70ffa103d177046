#include "memory/ingest/unit_cues.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "language/characters.h"
#include "language/dates.h"
#include "memory/ingest/tokens.h"

namespace holdfast::memory {
namespace {

void add_shape(std::string_view text, CueRow& row) {
  std::size_t digits = 0;
  std::size_t capitals = 0;
  for (const char c : text) {
    digits += language::is_ascii_digit(c);
    capitals += language::is_ascii_upper(c);
  }
  const auto size = static_cast<double>(std::max<std::size_t>(1, text.size()));
  row.add("log_length", std::log1p(size) / 6);
  row.add("under_25", text.size() < 25);
  row.add("under_50", text.size() < 50);
  row.add("over_160", text.size() > 160);
  row.add("digit_share", static_cast<double>(digits) / size);
  row.add("capital_share", static_cast<double>(capitals) / size);
  row.add("begins_lower", !text.empty() && language::is_ascii_lower(text.front()));
  row.add("address", text.contains("://") || text.contains("www.") || text.contains('@'));
}

void add_words(const Tokens& tokens, CueRow& row) {
  bool colon = false;
  bool bracket = false;
  bool ownership = false;
  bool obligation = false;
  bool proposal = false;
  bool result = false;
  for (const Token& token : tokens) {
    colon = colon || token.after == ':';
    bracket = bracket || token.after == '(' || token.before == '(';
    ownership = ownership || is_one_of(token.text, "my our his her their the");
    obligation = obligation || is_one_of(token.text, "must has have need needs should needs");
    proposal = proposal || is_one_of(token.text, "let's lets could would shall maybe");
    result = result || is_one_of(token.text, "so because since therefore thus");
  }
  row.add("colon", colon);
  row.add("bracket", bracket);
  row.add("definite", ownership);
  row.add("obligation", obligation);
  row.add("proposal", proposal);
  row.add("reason", result);
}

void add_dates(std::string_view text, TimeMs said_at, CueRow& row) {
  const std::vector<language::DateMention> dates = language::find_dates(text, said_at);
  const auto today = std::chrono::sys_days(day_of(said_at));
  bool past = false;
  bool today_itself = false;
  bool future = false;
  for (const language::DateMention& date : dates) {
    past = past || std::chrono::sys_days(date.last) < today;
    future = future || std::chrono::sys_days(date.first) > today;
    today_itself = today_itself || (date.first == date.last && std::chrono::sys_days(date.first) == today);
  }
  row.add("dated", !dates.empty());
  row.add("several_dates", dates.size() > 1);
  row.add("past_date", past);
  row.add("date_of_today", today_itself);
  row.add("future_date", future);
}

}  // namespace

CueRow unit_cues(const Unit& unit, TimeMs said_at) {
  CueRow row;
  for (std::size_t i = 0; i < static_cast<std::size_t>(Cue::kCount); ++i) {
    const Cue cue = static_cast<Cue>(i);
    row.add(to_string(cue), unit.cues.has(cue));
  }
  const CueSet& cues = unit.cues;
  row.add("plain_order",
          cues.has(Cue::kImperative) && !cues.any(Cue::kFirstPerson, Cue::kDone, Cue::kQuestionMark, Cue::kUnfinished));
  row.add("who_or_what", cues.any(Cue::kIdentity, Cue::kNaming) && cues.has(Cue::kName) &&
                             !cues.any(Cue::kQuestionMark, Cue::kHypothetical, Cue::kReports));
  row.add("keyed", !unit.topic.empty());
  row.add("known_value", unit.known_value);
  row.add("listed", !unit.header.empty());
  add_shape(unit.text, row);
  add_words(Tokens(unit.text), row);
  add_dates(unit.text, said_at, row);
  return row;
}

}  // namespace holdfast::memory
