// Labelled conversations, as tools/eval_memories.py and the training of the heads read them: one JSON object a line.
// What the fields mean stands in tools/train/README.md.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "memory/types.h"

namespace holdfast::dev {

// Every element must occur in a text, each by one of its alternatives.
using Terms = std::vector<std::vector<std::string>>;

struct CaseSession {
  std::string id;
  std::vector<memory::Message> messages;  // with ids and positions, as ingest stores them
};

struct CaseGold {
  std::vector<std::string> from;  // messages, as "session:index"
  memory::MemoryType type = memory::MemoryType::kFact;
  Terms must;
  Terms none;  // no alternative of any may occur
  std::string about;
  bool past = false;  // replaced, done or expired later on
};

struct CaseReplacement {
  std::string about;
  std::vector<std::string> old_from;
  std::vector<std::string> new_from;
};

struct CaseQuestion {
  std::string question;
  Terms has;
  Terms none;
  std::string kind;
  std::string reference_date;  // "" for none
};

struct Case {
  std::string id;
  std::vector<CaseSession> sessions;
  std::vector<CaseGold> gold;  // `past` ones too
  std::set<std::string> junk;  // messages from which nothing may come
  std::vector<CaseReplacement> replaces;
  std::vector<std::pair<Terms, Terms>> supersedes;  // old, new
  std::vector<std::pair<Terms, Terms>> coexist;
  std::vector<std::pair<std::vector<std::string>, std::vector<std::string>>> coexist_from;  // messages of each side
  std::vector<CaseQuestion> questions;
};

// kIo for a file that cannot be read, kInvalid with the line's number for one that is no case.
[[nodiscard]] Result<std::vector<Case>> read_cases(const std::string& path);

// "s1:4".
[[nodiscard]] std::string message_key(const CaseSession& session, std::size_t at);

// As the evaluation compares: lower case, typographic apostrophes plain, white space single.
[[nodiscard]] std::string folded(std::string_view text);
// How many of the terms occur in a folded text.
[[nodiscard]] std::size_t count_terms(std::string_view folded_text, const Terms& terms);
[[nodiscard]] bool has_any(std::string_view folded_text, const Terms& terms);

}  // namespace holdfast::dev
