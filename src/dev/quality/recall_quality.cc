#include "dev/quality/recall_quality.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <utility>

#include "dev/ground.h"
#include "dev/quality/ablation.h"
#include "dev/quality/metrics.h"

namespace holdfast::dev::quality {
namespace {

template <typename T>
std::size_t rank_of(const std::vector<T>& ranking, const T& item) {
  const auto found = std::ranges::find(ranking, item);
  return found == ranking.end() ? 0 : static_cast<std::size_t>(found - ranking.begin()) + 1;
}

Result<Asked> ask(Room& room, const std::string& profile, const Conversation& conversation, const Question& question,
                  const std::shared_ptr<const memory::RecallTuning>& tuning) {
  Asked asked{.conversation = &conversation, .question = &question, .ranks = {}, .session_ranks = {}, .answer = {}};
  memory::RecallRequest request;
  request.query = question.text;
  request.thinking_level = memory::ThinkingLevel::kHigh;
  request.reference_date = question.today.value_or(room.now());
  request.explain = true;
  request.tuning = tuning;
  const Stopwatch watch;
  HOLDFAST_TRY(const memory::RecallAnswer answer,
               run_here(room.service().recall(Room::address(profile), std::move(request))));
  asked.ms = watch.ms();
  std::vector<Turn> turns;
  std::vector<std::string> sessions;
  for (const memory::RecallCandidate& candidate : answer.candidates) {
    for (const memory::Message& source : candidate.sources) {
      add_once(turns, Turn{source.session_id, source.content});
      add_once(sessions, source.session_id);
    }
  }
  for (const Turn& turn : question.evidence) asked.ranks.push_back(rank_of(turns, turn));
  for (const std::string& session : question.sessions) asked.session_ranks.push_back(rank_of(sessions, session));
  asked.answer = answer.answer;
  return asked;
}

Result<std::vector<Asked>> ask_all(Room& room, const std::vector<Conversation>& conversations,
                                   const std::vector<std::string>& profiles, const Options& options,
                                   const std::shared_ptr<const memory::RecallTuning>& tuning, std::string_view what) {
  std::vector<std::vector<Asked>> answers(conversations.size());
  std::atomic<std::size_t> done = 0;
  HOLDFAST_CHECK(each(conversations.size(), options.jobs, [&](std::size_t i) -> Result<> {
    // Opens the profile, so that the first question is asked of an open one.
    HOLDFAST_CHECK(run_here(room.service().status(Room::address(profiles[i]))));
    for (const Question& question : conversations[i].questions) {
      HOLDFAST_TRY(Asked asked, ask(room, profiles[i], conversations[i], question, tuning));
      answers[i].push_back(std::move(asked));
      options.progress(fmt::format("{}: {} questions asked", what, ++done));
    }
    return {};
  }));
  std::vector<Asked> all;
  for (std::vector<Asked>& some : answers)
    all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
  return all;
}

// Whether the newest value was found, and none of the earlier ones before it.
bool newest_goes_first(const Question& question, const std::vector<std::size_t>& ranks) {
  std::size_t newest = 0;
  std::size_t earlier = 0;
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    const bool is_newest = std::ranges::find(question.newest, question.evidence[i]) != question.newest.end();
    std::size_t& best = is_newest ? newest : earlier;
    if (ranks[i] > 0 && (best == 0 || ranks[i] < best)) best = ranks[i];
  }
  return newest > 0 && (earlier == 0 || newest < earlier);
}

// Sums first; means once everything is added.
void add(Row& row, const Asked& asked) {
  const Question& question = *asked.question;
  const bool silent = asked.answer.empty();
  ++(question.unanswerable ? row.unanswerable : row.answerable);
  if (silent) ++(question.unanswerable ? row.silent_rightly : row.silent_falsely);
  if (!asked.session_ranks.empty()) {
    ++row.with_sessions;
    row.s5 += recall_at(asked.session_ranks, 5);
  }
  if (asked.ranks.empty()) return;
  ++row.questions;
  row.r5 += recall_at(asked.ranks, 5);
  row.r10 += recall_at(asked.ranks, 10);
  row.r20 += recall_at(asked.ranks, 20);
  row.mrr += reciprocal_rank(asked.ranks);
  row.ndcg10 += ndcg_at(asked.ranks, 10);
  if (!question.newest.empty()) {
    ++row.changed;
    row.newest_first += newest_goes_first(question, asked.ranks);
  }
  if (!has_content_words(question.gold)) return;
  ++row.with_gold;
  row.answer += answer_share(question.gold, asked.answer);
}

void finish(Row& row) {
  const auto mean = [](double& sum, std::size_t count) { sum /= static_cast<double>(std::max<std::size_t>(count, 1)); };
  for (double* const sum : {&row.r5, &row.r10, &row.r20, &row.mrr, &row.ndcg10}) mean(*sum, row.questions);
  mean(row.s5, row.with_sessions);
  mean(row.answer, row.with_gold);
}

}  // namespace

RecallReport summarise(const std::vector<Asked>& asked) {
  std::map<std::string, Row> rows;
  Row all{.category = "all"};
  std::vector<double> times;
  for (const Asked& one : asked) {
    Row& row = rows[one.question->category];
    row.category = one.question->category;
    add(row, one);
    if (!one.question->apart) add(all, one);
    times.push_back(one.ms);
  }
  RecallReport report;
  for (auto& [category, row] : rows) report.rows.push_back(std::move(row));
  report.rows.push_back(std::move(all));
  for (Row& row : report.rows) finish(row);
  if (!times.empty()) {
    report.p50_ms = quantile(times, .5);
    report.p99_ms = quantile(times, .99);
  }
  return report;
}

Result<RecallRun> run_recall(const std::vector<Conversation>& conversations, const Options& options) {
  HOLDFAST_TRY(const std::unique_ptr<Intake> intake, Intake::open(options));
  IntakeCost cost;
  HOLDFAST_TRY(const std::vector<std::string> profiles, intake->take_all(conversations, options, cost));
  intake->begin_asking();
  RecallRun run;
  HOLDFAST_TRY(run.asked, ask_all(intake->room(), conversations, profiles, options, options.tuning, "recall"));
  run.report = summarise(run.asked);
  HOLDFAST_CHECK(intake->done_asking());
  if (options.ablate) {
    for (const Omission& omission : omissions(options.tuning ? *options.tuning : memory::RecallTuning{})) {
      HOLDFAST_TRY(const std::vector<Asked> asked, ask_all(intake->room(), conversations, profiles, options,
                                                           omission.tuning, "without " + omission.name));
      run.variants.push_back({omission.name, summarise(asked).rows.back()});
    }
  }
  HOLDFAST_TRY(run.footing, intake->footing(profiles, cost));
  return run;
}

}  // namespace holdfast::dev::quality
