// Conversations with questions about them, whatever benchmark they come from.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "memory/ingest/ingest.h"

namespace holdfast::dev::quality {

// One ingest call.
struct Batch {
  std::string session;
  std::vector<memory::IncomingMessage> messages;
};

// A message as evidence names it: its session and its text. Equal texts of a session are one message.
struct Turn {
  std::string session;
  std::string content;

  bool operator==(const Turn&) const = default;
};

struct Question {
  std::string id;  // in its file, or its number there
  std::string text;
  std::string category;
  std::vector<Turn> evidence;         // each once; empty when the file names none
  std::vector<Turn> newest;           // of a value that changed: the evidence of what it is now
  std::vector<std::string> sessions;  // that hold the evidence, each once
  std::string gold;                   // the right answer; "" when the file gives none
  bool unanswerable = false;          // the right answer is none
  bool apart = false;                 // left out of the figures over all categories
  std::optional<TimeMs> today;
};

// One profile's.
struct Conversation {
  std::string id;
  std::vector<Batch> batches;
  std::vector<Question> questions;
};

// Which conversations of a file are wanted, by number; LoCoMo's and LongMemEval's count from 0, BEAM's from 1.
struct Range {
  std::size_t from = 0;
  std::size_t to = static_cast<std::size_t>(-1);  // the last one

  [[nodiscard]] bool contains(std::size_t number) const { return from <= number && number <= to; }
};

// Adds to a list what is not in it yet.
template <typename T>
void add_once(std::vector<T>& list, T item) {
  for (const T& known : list)
    if (known == item) return;
  list.push_back(std::move(item));
}

// Everything in one profile: sessions get their conversation's number before their id.
[[nodiscard]] Conversation merged(std::vector<Conversation> conversations);

// As the API takes them: at most `most` messages a call, none empty, none too long.
void add_batches(Conversation& to, const std::string& session, std::vector<memory::IncomingMessage> messages,
                 std::size_t most = 400);

// Text as an ingest call may have it: its first 30,000 characters, at most what the API takes.
[[nodiscard]] std::string fitting(std::string_view text);
[[nodiscard]] std::string fitting_question(std::string_view text);

// A list of {"conversation": {"session_1": [{"speaker", "dia_id", "text"}], "session_1_date_time", …}, "qa": […]}.
// Category 5 asks for what was never said: unanswerable, and apart.
[[nodiscard]] Result<std::vector<Conversation>> load_locomo(const std::string& file, Range range);

// DIR/N/chat.json: batches of turns of messages; DIR/N/probing_questions.json: questions by category.
[[nodiscard]] Result<std::vector<Conversation>> load_beam(const std::string& directory, Range range);

// A list of questions, each with the sessions it is asked about; ids that end in "_abs" are unanswerable. Turns marked
// "has_answer" are the evidence; where there are none, only sessions count.
[[nodiscard]] Result<std::vector<Conversation>> load_longmemeval(const std::string& file, Range range);

}  // namespace holdfast::dev::quality
