// How well recall finds the messages that questions are about.
//
// A question is asked at thinking level high. The candidates' sources, in order and each once, are its ranking of
// messages; their sessions, each once, its ranking of sessions.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "dev/quality/corpus.h"
#include "dev/quality/intake.h"
#include "dev/quality/options.h"

namespace holdfast::dev::quality {

struct Asked {
  const Conversation* conversation = nullptr;
  const Question* question = nullptr;
  std::vector<std::size_t> ranks;          // parallel to the question's evidence; 0: not found
  std::vector<std::size_t> session_ranks;  // parallel to its sessions
  std::string answer;
  double ms = 0;
};

// Means over a category's questions.
struct Row {
  std::string category;
  std::size_t questions = 0;  // with evidence: those that the next five are means over
  double r5 = 0, r10 = 0, r20 = 0, mrr = 0, ndcg10 = 0;
  std::size_t with_sessions = 0;  // whose sessions are known
  double s5 = 0;                  // the share of their sessions within the first five
  std::size_t with_gold = 0;      // of those with evidence: with a right answer that has content words
  double answer = 0;              // the share of these words that the answer says
  std::size_t unanswerable = 0, silent_rightly = 0;
  std::size_t answerable = 0, silent_falsely = 0;
  std::size_t changed = 0, newest_first = 0;  // about a value that changed: no earlier one ranks before the newest
};

struct RecallReport {
  std::vector<Row> rows;  // by category; the last one is "all", without the questions that stand apart
  double p50_ms = 0, p99_ms = 0;
};

// One for each question, by conversation and question.
[[nodiscard]] RecallReport summarise(const std::vector<Asked>& asked);

// What a run with something left out, or with a weight of its own, comes to.
struct Variant {
  std::string name;  // "messages" (a channel), "signal window"
  Row all;
};

struct RecallRun {
  std::vector<Asked> asked;
  RecallReport report;
  Footing footing;
  std::vector<Variant> variants;  // of an ablation; by name of the channel, then of the signal
};

// `conversations` must outlive the result.
[[nodiscard]] Result<RecallRun> run_recall(const std::vector<Conversation>& conversations, const Options& options);

}  // namespace holdfast::dev::quality
