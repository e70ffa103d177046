// What is asked: the request, and what the analysis made of it.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace holdfast::memory {

struct QueryVectors;  // query_vectors.h
struct RecallTuning;  // tuning.h

enum class ThinkingLevel { kLow, kMedium, kHigh };     // breadth of search
enum class ResponseLength { kShort, kMedium, kLong };  // of the answer

struct RecallRequest {
  std::string query;  // UTF-8, 1–1,024 bytes
  ThinkingLevel thinking_level = ThinkingLevel::kLow;
  ResponseLength response_length = ResponseLength::kMedium;
  TimeMs reference_date = 0;  // "today"; it never hides a memory
  bool explain = false;
  std::shared_ptr<const RecallTuning> tuning = {};  // for measurements; none: the shipped weights
};

// What kind of answer a question wants.
enum class QuestionKind { kLookup, kWhen, kHowLong, kHowMany, kWho, kWhere, kRule, kHistory, kList, kYesNo };

[[nodiscard]] std::string_view to_string(QuestionKind kind);

struct WeightedTerm {
  std::string term;  // as language::terms gives it
  double weight = 1;
  std::size_t word = 0;   // which of the question's content words it stands for: synonyms share their word's number
  double worth = 1;       // of that word in general: a name or a noun 1, a common word or a verb less
  double rarity = 1;      // its worth times its inverse document frequency in the profile, once that is known
  bool asked = false;     // a word of the thing asked for: "budget" of "what is the budget of the project"
  bool detail = false;    // a word of the detail asked for (asked_detail): "nodes" of "how many nodes"
  std::size_t begin = 0;  // of that word in the question, in bytes; a synonym has no place
  std::size_t end = 0;
};

// A month the question names, with whatever else it says of it.
struct AskedMonth {
  int month = 0;  // 1–12
  std::optional<int> year;
  std::optional<int> day;
};

struct AnalysedQuery {
  std::string text;  // the query, trimmed
  QuestionKind kind = QuestionKind::kLookup;
  std::vector<std::string> topic_keys;                  // keys the answer may have, best first
  std::vector<WeightedTerm> terms;                      // stop words dropped, stemmed; synonyms with a lower weight
  std::vector<std::string> words;                       // all its words, folded: speakers are found by them
  std::vector<std::string> names;                       // people and things it names, as written
  std::optional<std::pair<TimeMs, TimeMs>> asked_time;  // [from, to): what the question says of when
  std::vector<AskedMonth> months;                       // months by name; of any year unless it says which
  bool about_past = false;                              // asks for what was before ("before", "used to", "originally")
  bool about_now = false;                               // asks for what is ("now", "currently", "these days")
  bool about_replies = false;  // asks for what the assistant said, or for a summary of what was said
  bool about_told = false;     // asks for what was said or has happened ("did I", "what is my", "how many")
  bool advice = false;         // asks for help or advice, not for what was said: standing rules apply
  bool whether = false;        // asks whether something is or was so ("have I ever …")
  bool several = false;        // the answer may have several parts, told at different times
  bool overview = false;       // asks for a summary or an order of many things
  bool in_order = false;       // of these, asks for the order
  std::string topic;           // of an overview: what it shall be of, without the wording of the wish
  std::string hypothetical;    // a sentence shaped like the answer (HyDE), made from the question
  std::shared_ptr<const QueryVectors> vectors;  // null without an encoder
};

}  // namespace holdfast::memory
