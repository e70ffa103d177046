// What is asked: the request, and what the analysis made of it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"

namespace holdfast::memory {

enum class ThinkingLevel { kLow, kMedium, kHigh };      // breadth of search
enum class ResponseLength { kShort, kMedium, kLong };   // of the answer

struct RecallRequest {
  std::string query;  // UTF-8, 1–1,024 bytes
  ThinkingLevel thinking_level = ThinkingLevel::kLow;
  ResponseLength response_length = ResponseLength::kMedium;
  TimeMs reference_date = 0;  // "today"; it never hides a memory
  bool explain = false;
};

// What kind of answer a question wants.
enum class QuestionKind { kLookup, kWhen, kHowLong, kHowMany, kWho, kWhere, kRule, kHistory, kList, kYesNo };

struct WeightedTerm {
  std::string term;  // as language::terms gives it
  double weight = 1;
};

struct AnalysedQuery {
  std::string text;                        // the query, trimmed
  QuestionKind kind = QuestionKind::kLookup;
  std::vector<std::string> topic_keys;     // keys the answer may have, best first
  std::vector<WeightedTerm> terms;         // stop words dropped, stemmed; synonyms with a lower weight
  std::vector<std::string> names;          // people and things it names, as written
  std::optional<std::pair<TimeMs, TimeMs>> asked_time;  // [from, to): what the question says of when
  bool about_past = false;                 // asks for what was before ("before", "used to", "originally")
  std::string hypothetical;                // a sentence shaped like the answer (HyDE), made from the question
};

}  // namespace holdfast::memory
