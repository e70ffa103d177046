// Which statement answers, and whether any does: two small logistic models over what can be told of a question and a
// statement by their words.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "memory/recall/candidates.h"
#include "memory/recall/query.h"
#include "memory/recall/statements.h"

namespace holdfast::memory {

// Features of a statement; each about 0 to 1. Their weights are in weights.h, in this order.
enum StatementFeature : std::size_t {
  kCover,        // share of the question's words, by rarity
  kCoverToBest,  // the same less the best there is
  kRarest,       // the rarity of the rarest word covered, against the rarest of the question
  kAdjacent,     // pairs of neighbouring words of the question that are neighbours here too, of all pairs
  kAsked,        // share of the words of the thing asked for; 0 when the question names none
  kNames,        // share of the names of the question that it has; 1 when there are none
  kFused,        // its candidate's score, against the best
  kTopicRank,    // 1 / rank in the channel; 0 when it was not found there
  kTextRank,
  kMessageRank,
  kIsMemory,
  kIsSuperseded,
  kIsAssistant,  // said by the assistant
  kAsks,         // a question itself
  kLength,       // in 300 bytes
  kIsShort,      // under 25 bytes
  kNewest,       // how new, among the candidates
  kWhenDated,    // the question wants a date, and here is one …
  kWhenUndated,  // … and here is none
  kHowLongDated,
  kManyNumbered,
  kManyUnnumbered,
  kWhoNamed,
  kWhoUnnamed,
  kRuleInstruction,
  kRuleStrict,  // … says always, never, must, only
  kNowNewest,
  kPastSuperseded,
  kWhyBecause,
  kStatementFeatures
};
using StatementFeatures = std::array<double, kStatementFeatures>;

// Of every statement, in order.
[[nodiscard]] std::vector<StatementFeatures> statement_features(const AnalysedQuery& query,
                                                                std::span<const RecallCandidate> candidates,
                                                                std::span<const AnswerStatement> statements);

// How likely a statement with these features answers: 0 to 1, to be compared within one question.
[[nodiscard]] double likelihood(const StatementFeatures& features);

// Features of a question and what was found for it.
enum QuestionFeature : std::size_t {
  kBest,    // likelihood of the best statement
  kMargin,  // less that of the second
  kBestCover,
  kJointCover,   // of the best three statements together
  kMissing,      // the rarity of the rarest word that none of the best three has, against the rarest of the question
  kMissingName,  // share of the question's names that no statement has
  kBestAsks,
  kBestIsMemory,
  kWords,  // of the question, in eights
  kBestTopic,
  kWantsDate,
  kWantsDuration,
  kWantsNumber,
  kWantsName,
  kWantsRule,
  kUnfit,  // wants a date, number or name that the best statement lacks
  kQuestionFeatures
};
using QuestionFeatures = std::array<double, kQuestionFeatures>;

// `order`: indices of the statements, most likely first; at least one.
[[nodiscard]] QuestionFeatures question_features(const AnalysedQuery& query,
                                                 std::span<const AnswerStatement> statements,
                                                 std::span<const StatementFeatures> features,
                                                 std::span<const std::size_t> order);

// How likely the best statement answers at all.
[[nodiscard]] double answerability(const QuestionFeatures& features);

}  // namespace holdfast::memory
