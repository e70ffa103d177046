// The wording of a question: what it wants to know, told by its cue words. English; a question without cues is a
// lookup.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "memory/recall/query.h"

namespace holdfast::memory {

struct QuestionWord {
  std::string folded;
  std::string_view text;  // as written
  std::size_t begin = 0;  // in bytes, in the question
  std::size_t end = 0;
};

// A question word by word, parts of compounds left out. `text` must outlive it.
class Question {
 public:
  explicit Question(std::string_view text);

  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] const std::vector<QuestionWord>& words() const { return words_; }

  // Whether the folded words of `phrase` stand in the question one after the other.
  [[nodiscard]] bool says(std::string_view phrase) const;
  [[nodiscard]] bool says_any(std::initializer_list<std::string_view> phrases) const;
  [[nodiscard]] bool begins_with_any(std::initializer_list<std::string_view> phrases) const;

 private:
  std::string_view text_;
  std::vector<QuestionWord> words_;
  std::string line_;  // " what package manager …": folded words with single blanks around
};

// "does", "will", "may"; of a word in its place, not the month of May.
[[nodiscard]] bool is_auxiliary_word(std::string_view folded);
[[nodiscard]] bool is_auxiliary(const QuestionWord& word);

[[nodiscard]] QuestionKind kind_of(const Question& question);
[[nodiscard]] bool asks_about_past(const Question& question);
[[nodiscard]] bool asks_about_now(const Question& question);
[[nodiscard]] bool asks_for_replies(const Question& question);
// Whether it asks for what was told: "did I", "what is my", "remind me"; a rule for answers is then seldom the answer.
[[nodiscard]] bool asks_about_told(const Question& question);
// Whether it asks to be helped now: "how should I", "can you show me", "which tools would you suggest".
[[nodiscard]] bool asks_for_advice(const Question& question);
// Whether the answer may have several parts, told at different times: things in the plural, how many, what someone has
// done so far or does.
[[nodiscard]] bool asks_for_several(const Question& question);
[[nodiscard]] bool asks_whether(const Question& question);
[[nodiscard]] bool asks_for_overview(const Question& question);
[[nodiscard]] bool asks_for_order(const Question& question);

// Words of a question for an overview that say how it shall look, not what it shall be of ("summarise", "discussed").
[[nodiscard]] bool is_overview_wording(std::string_view folded);

// What an overview shall be of: the question's words as written, without that wording and without stop words; empty
// when nothing is left.
[[nodiscard]] std::string overview_topic(const Question& question);

// What the thing asked for is called: "package manager" of "which package manager …", of "what is the user's package
// manager"; best first, folded.
[[nodiscard]] std::vector<std::string> asked_things(const Question& question);

// The words of the detail asked for, folded: "licence" of "which licence does it have", "nodes" of "how many nodes",
// "cost" of "what did the house cost". Empty when its shape is unknown.
[[nodiscard]] std::vector<std::string> asked_detail(const Question& question);

// The question turned into a statement without its answer: "What package manager does the user prefer?" → "The user
// prefers the package manager." The question itself, without its mark, when its shape is unknown.
[[nodiscard]] std::string statement_of(const Question& question);

}  // namespace holdfast::memory
