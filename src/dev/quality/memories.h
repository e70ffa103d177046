// Whether the right things are kept, and answered from: labelled conversations (dev/cases.h), each one profile.
//
// The arithmetic is tools/eval_memories.py's: a memory counts for a gold one when it comes from one of its messages,
// has its words and at most 300 characters; superseded ones count too.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "dev/cases.h"
#include "dev/quality/intake.h"
#include "dev/quality/options.h"

namespace holdfast::dev::quality {

struct Answered {
  std::size_t right = 0, asked = 0;

  [[nodiscard]] double share() const {
    return asked == 0 ? 0 : static_cast<double>(right) / static_cast<double>(asked);
  }
};

struct KeepingCounts {
  std::size_t messages = 0, memories = 0, too_long = 0, junk = 0;
  std::size_t gold = 0, found = 0, typed = 0;
  std::size_t changes = 0, superseded = 0;
  std::size_t pairs = 0, coexisting = 0;

  KeepingCounts& operator+=(const KeepingCounts& other);
  [[nodiscard]] double gold_share() const;
  [[nodiscard]] double typed_share() const;  // of those found
  [[nodiscard]] double junk_share() const;   // of the memories
  [[nodiscard]] double density() const;      // memories a message
  [[nodiscard]] double superseded_share() const;
  [[nodiscard]] double coexisting_share() const;
};

struct Probe {
  std::string conversation, kind, question, answer, wanted;
  bool right = false;
};

struct MemoriesRun {
  KeepingCounts counts;
  std::vector<Probe> probes;        // every question, by case
  std::vector<std::string> misses;  // in words, by case
  Footing footing;
  double p50_ms = 0, p99_ms = 0;
  struct Variant {
    std::string name;
    Answered answers;
  };
  std::vector<Variant> variants;  // of an ablation

  [[nodiscard]] std::map<std::string, Answered> kinds() const;
  [[nodiscard]] Answered answers() const;
  // The mean of gold × (1 − junk)², superseded × coexisting, and answers.
  [[nodiscard]] double score() const;
};

// A memory as the lists show it.
struct Kept {
  std::string text;  // content and summary, folded
  std::string type;
  std::vector<std::string> from;  // "session:index"
  bool current = true;
  bool fits = true;              // its content has at most 300 characters
  std::string replaced_by = {};  // the text of what took its place
};

// What of a case is kept; misses are added in words.
[[nodiscard]] KeepingCounts count_kept(const Case& labelled, const std::vector<Kept>& kept,
                                       std::vector<std::string>& misses);
[[nodiscard]] bool answers_right(const CaseQuestion& question, std::string_view answer);

[[nodiscard]] Result<MemoriesRun> run_memories(const std::vector<Case>& cases, const Options& options);

[[nodiscard]] std::string memories_table(const MemoriesRun& run);
[[nodiscard]] boost::json::object memories_json(const MemoriesRun& run);
// A line a question, with a heading: case, kind, question, right or wrong, answer, what it must have.
[[nodiscard]] std::string memories_lines(const MemoriesRun& run);

}  // namespace holdfast::dev::quality
