// Which day something is of: what a question names, looked up among the statements that date it.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "memory/recall/candidates.h"
#include "memory/recall/placed_words.h"
#include "memory/recall/query.h"
#include "memory/recall/statements.h"

namespace holdfast::memory {

// A date and what it was taken for.
struct DatedThing {
  std::chrono::year_month_day first;
  std::chrono::year_month_day last;           // differs from `first` for a range
  std::optional<std::size_t> statement = {};  // none for a date the question says itself
  double share = 0;                           // how well it fits the phrase, 0 to 1
  bool told = false;                          // no date is said: the day the statement was made
  bool due = false;                           // said to be when something is due ("by", "deadline", "until")
};

class Calendar {
 public:
  // The first statements of the candidates; `statements` and `candidates` must outlive it.
  Calendar(const AnalysedQuery& query, std::span<const RecallCandidate> candidates,
           std::span<const AnswerStatement> statements, TimeMs today);

  // The dates of what `phrase` names, the best first. A date that the phrase says itself is the only one. Otherwise a
  // date counts by how much of the phrase its statement says, and how near to the date it says it. `about` is what else
  // the question speaks of: it helps, but less. A statement without a date is of the day it was told when `or_told`.
  // No day twice.
  [[nodiscard]] std::vector<DatedThing> find(std::string_view phrase, std::string_view about = {},
                                             bool or_told = false) const;

  // The statement that says most of `phrase`, dated or not; none when none says enough of it.
  [[nodiscard]] const AnswerStatement* best_statement(std::string_view phrase) const;

 private:
  struct Date {
    std::chrono::year_month_day first;
    std::chrono::year_month_day last;
    std::size_t place = 0;
    bool due = false;
  };
  struct Read {
    std::vector<PlacedWord> words;
    std::vector<Date> dates;
  };
  // A word of a phrase: any of its terms stands for it.
  struct Wanted {
    std::vector<WeightedTerm> terms;
    double rarity = 0;
    std::optional<std::size_t> number = {};  // of the question's word
  };

  [[nodiscard]] static Read read(const AnswerStatement& statement, TimeMs said_at);
  [[nodiscard]] std::vector<Wanted> wanted(std::string_view phrase, double weight) const;

  const AnalysedQuery& query_;
  std::span<const RecallCandidate> candidates_;
  std::span<const AnswerStatement> statements_;
  TimeMs today_;
  std::vector<Read> read_;
};

}  // namespace holdfast::memory
