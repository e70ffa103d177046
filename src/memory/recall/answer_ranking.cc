#include "memory/recall/answer_ranking.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace holdfast::memory {
namespace {

const LinearHead& statement_head() {
  static const LinearHead bound = [] {
    LinearHead head;
#include "memory/heads/statement.inc"
    return head;
  }();
  return bound;
}

const LinearHead& answerable_head() {
  static const LinearHead bound = [] {
    LinearHead head;
#include "memory/heads/answerable.inc"
    return head;
  }();
  return bound;
}

constexpr double kAllOfIt = .99;  // of the question's words

// Whether the statement has the very words of the thing asked for ("budget" of "what is the budget of the project").
bool names_thing(const AnalysedQuery& query, const AnswerStatement& statement) {
  bool any = false;
  for (const WeightedTerm& term : query.terms) {
    if (!term.asked || term.weight < 1) continue;
    any = true;
    if (!std::ranges::binary_search(statement.terms, term.term)) return false;
  }
  return any;
}

}  // namespace

std::vector<double> statement_logits(std::span<const StatementCues> cues) {
  constexpr double kSteps = 64;  // so that a compiler's arithmetic does not turn an order round
  std::vector<double> logits;
  for (const StatementCues& one : cues)
    logits.push_back(std::round(statement_head().sums(one.row).front() * kSteps) / kSteps);
  return logits;
}

std::vector<std::size_t> likeliest_first(std::span<const double> logits) {
  std::vector<std::size_t> order(logits.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(
      order, [&](std::size_t a, std::size_t b) { return logits[a] != logits[b] ? logits[a] > logits[b] : a < b; });
  return order;
}

RankedStatements rank_statements(const AnalysedQuery& query, std::span<const RecallCandidate> candidates,
                                 std::span<const AnswerStatement> statements) {
  if (statements.empty()) return {};
  const std::vector<StatementCues> cues = statement_cues(query, candidates, statements);
  const std::vector<double> logits = statement_logits(cues);
  RankedStatements ranked;
  ranked.order = likeliest_first(logits);
  const double best = logits[ranked.order.front()];
  for (const double logit : logits) ranked.likelihood.push_back(std::exp(logit - best));
  const StatementCues& first = cues[ranked.order.front()];
  ranked.under_topic = first.topic_rank == 1;
  ranked.on_topic = first.cover >= kAllOfIt || names_thing(query, statements[ranked.order.front()]);
  ranked.answerable =
      answerable_head().probability(question_cues(query, candidates, statements, cues, logits, ranked.order));
  return ranked;
}

}  // namespace holdfast::memory
