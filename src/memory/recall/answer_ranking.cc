#include "memory/recall/answer_ranking.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "language/names.h"
#include "language/numbers.h"
#include "language/words.h"
#include "memory/recall/weights.h"

namespace holdfast::memory {
namespace {

static_assert(std::size(weights::kStatementWeights) == kStatementFeatures);
static_assert(std::size(weights::kQuestionWeights) == kQuestionFeatures);

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

struct Wants {
  explicit Wants(const AnalysedQuery& query)
      : date(query.kind == QuestionKind::kWhen),
        duration(query.kind == QuestionKind::kHowLong),
        number(query.kind == QuestionKind::kHowMany),
        name(query.kind == QuestionKind::kWho || query.kind == QuestionKind::kWhere),
        rule(query.kind == QuestionKind::kRule),
        reason(std::ranges::find(query.words, "why") != query.words.end()) {}
  bool date, duration, number, name, rule, reason;
};

struct AskedWord {
  double rarity = 0;
  bool covered = false;
};

// The question's words, and which of them the terms have.
std::map<std::size_t, AskedWord> words_covered(const AnalysedQuery& query, const std::vector<std::string>& terms) {
  std::map<std::size_t, AskedWord> words;
  for (const WeightedTerm& term : query.terms) {
    AskedWord& word = words[term.word];
    word.rarity = std::max(word.rarity, term.rarity);
    word.covered = word.covered || std::ranges::binary_search(terms, term.term);
  }
  return words;
}

// The rarity of the rarest word that is covered, or is not, against the rarest of all.
double rarest(const std::map<std::size_t, AskedWord>& words, bool covered) {
  double most = 0;
  double all = 0;
  for (const auto& [number, word] : words) {
    all = std::max(all, word.rarity);
    if (word.covered == covered) most = std::max(most, word.rarity);
  }
  return all > 0 ? most / all : 0;
}

// Pairs of neighbouring terms, sorted.
std::vector<std::pair<std::string, std::string>> pairs_of(std::string_view text) {
  const std::vector<std::string> terms = language::terms(text);
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::size_t i = 0; i + 1 < terms.size(); ++i) pairs.emplace_back(terms[i], terms[i + 1]);
  std::ranges::sort(pairs);
  return pairs;
}

double adjacency(const std::vector<std::pair<std::string, std::string>>& asked, std::string_view text) {
  if (asked.empty()) return 0;
  const auto pairs = pairs_of(text);
  const auto found =
      std::ranges::count_if(asked, [&](const auto& pair) { return std::ranges::binary_search(pairs, pair); });
  return static_cast<double>(found) / static_cast<double>(asked.size());
}

double asked_covered(const AnalysedQuery& query, const std::vector<std::string>& terms) {
  std::map<std::size_t, bool> words;
  for (const WeightedTerm& term : query.terms) {
    if (!term.asked) continue;
    bool& covered = words[term.word];
    covered = covered || std::ranges::binary_search(terms, term.term);
  }
  if (words.empty()) return 0;
  const auto covered = std::ranges::count_if(words, [](const auto& word) { return word.second; });
  return static_cast<double>(covered) / static_cast<double>(words.size());
}

double names_covered(const AnalysedQuery& query, const std::vector<std::string>& terms) {
  if (query.names.empty()) return 1;
  const auto found = std::ranges::count_if(query.names, [&](const std::string& name) {
    return std::ranges::any_of(language::terms(name),
                               [&](const std::string& term) { return std::ranges::binary_search(terms, term); });
  });
  return static_cast<double>(found) / static_cast<double>(query.names.size());
}

bool says_any(std::string_view text, std::initializer_list<std::string_view> wanted) {
  bool found = false;
  language::for_each_word(
      text, [&](const language::Word& word) { found = found || std::ranges::find(wanted, word.text) != wanted.end(); });
  return found;
}

double rank_in(const RecallCandidate& candidate, std::string_view channel) {
  for (const ChannelHit& hit : candidate.channels) {
    if (hit.channel == channel) return 1 / static_cast<double>(hit.rank);
  }
  return 0;
}

// Of what the question wants, what the statement has.
void fit(const AnalysedQuery& query, const Wants& wants, const RecallCandidate& candidate,
         const AnswerStatement& statement, StatementFeatures& f) {
  if (wants.date || wants.duration) {
    const bool has_date = dated(statement, candidate.time).has_value();
    f[kWhenDated] = wants.date && has_date;
    f[kWhenUndated] = wants.date && !has_date;
    f[kHowLongDated] = wants.duration && has_date;
  }
  if (wants.number) {
    const bool has_number = !language::find_numbers(statement.text).empty();
    f[kManyNumbered] = has_number;
    f[kManyUnnumbered] = !has_number;
  }
  if (wants.name) {
    const auto names = language::find_names(statement.text);
    const bool has_another = std::ranges::any_of(names, [&](const language::NameMention& name) {
      return std::ranges::find(query.names, name.text) == query.names.end();
    });
    f[kWhoNamed] = has_another;
    f[kWhoUnnamed] = !has_another;
  }
  if (wants.rule) {
    f[kRuleInstruction] = candidate.type == MemoryType::kInstruction;
    f[kRuleStrict] = says_any(statement.text, {"always", "never", "must", "only", "don't", "dont", "not", "no"});
  }
  f[kPastSuperseded] = query.about_past && candidate.superseded;
  f[kWhyBecause] =
      wants.reason && says_any(statement.text, {"because", "since", "so", "reason", "reasons", "due", "cause"});
}

}  // namespace

std::vector<StatementFeatures> statement_features(const AnalysedQuery& query,
                                                  std::span<const RecallCandidate> candidates,
                                                  std::span<const AnswerStatement> statements) {
  if (candidates.empty()) return {};
  const Wants wants(query);
  const QuestionWords question(query.terms);
  const auto asked_pairs = pairs_of(query.text);
  TimeMs oldest = candidates.front().time;
  TimeMs newest = oldest;
  double best_score = 0;
  for (const RecallCandidate& candidate : candidates) {
    oldest = std::min(oldest, candidate.time);
    newest = std::max(newest, candidate.time);
    best_score = std::max(best_score, candidate.score);
  }
  std::vector<StatementFeatures> all;
  double best_cover = 0;
  for (const AnswerStatement& statement : statements) {
    const RecallCandidate& candidate = candidates[statement.candidate];
    StatementFeatures& f = all.emplace_back();
    f.fill(0);
    f[kCover] = question.coverage(statement.terms);
    best_cover = std::max(best_cover, f[kCover]);
    f[kRarest] = rarest(words_covered(query, statement.terms), true);
    f[kAdjacent] = adjacency(asked_pairs, statement.text);
    f[kAsked] = asked_covered(query, statement.terms);
    f[kNames] = names_covered(query, statement.terms);
    f[kFused] = best_score > 0 ? candidate.score / best_score : 0;
    f[kTopicRank] = rank_in(candidate, "topic_key");
    f[kTextRank] = rank_in(candidate, "full_text");
    f[kMessageRank] = rank_in(candidate, "messages");
    f[kIsMemory] = candidate.kind == RecallCandidate::Kind::kMemory;
    f[kIsSuperseded] = candidate.superseded;
    f[kIsAssistant] = !candidate.sources.empty() && candidate.sources.front().role == Role::kAssistant;
    f[kAsks] = statement.asks;
    f[kLength] = static_cast<double>(std::min<std::size_t>(statement.text.size(), 600)) / 300;
    f[kIsShort] = statement.text.size() < 25;
    f[kNewest] =
        newest > oldest ? static_cast<double>(candidate.time - oldest) / static_cast<double>(newest - oldest) : 1;
    f[kNowNewest] = query.about_now ? f[kNewest] : 0;
    fit(query, wants, candidate, statement, f);
  }
  for (StatementFeatures& f : all) f[kCoverToBest] = f[kCover] - best_cover;
  return all;
}

double likelihood(const StatementFeatures& features) {
  double sum = weights::kStatementBias;
  for (std::size_t i = 0; i < features.size(); ++i) sum += weights::kStatementWeights[i] * features[i];
  return logistic(sum);
}

QuestionFeatures question_features(const AnalysedQuery& query, std::span<const AnswerStatement> statements,
                                   std::span<const StatementFeatures> features, std::span<const std::size_t> order) {
  constexpr std::size_t kTogether = 3;
  const Wants wants(query);
  const StatementFeatures& best = features[order[0]];
  QuestionFeatures f = {};
  f[kBest] = likelihood(best);
  f[kMargin] = order.size() > 1 ? f[kBest] - likelihood(features[order[1]]) : f[kBest];
  f[kBestCover] = best[kCover];
  std::vector<std::string> terms;
  std::vector<std::string> all_terms;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const AnswerStatement& statement = statements[order[i]];
    if (i < kTogether) terms.insert(terms.end(), statement.terms.begin(), statement.terms.end());
    all_terms.insert(all_terms.end(), statement.terms.begin(), statement.terms.end());
  }
  std::ranges::sort(terms);
  std::ranges::sort(all_terms);
  const auto words = words_covered(query, terms);
  f[kJointCover] = QuestionWords(query.terms).coverage(terms);
  f[kMissing] = rarest(words, false);
  f[kMissingName] = 1 - names_covered(query, all_terms);
  f[kBestAsks] = best[kAsks];
  f[kBestIsMemory] = best[kIsMemory];
  f[kWords] = static_cast<double>(words.size()) / 8;
  f[kBestTopic] = best[kTopicRank];
  f[kWantsDate] = wants.date;
  f[kWantsDuration] = wants.duration;
  f[kWantsNumber] = wants.number;
  f[kWantsName] = wants.name;
  f[kWantsRule] = wants.rule;
  f[kUnfit] = best[kWhenUndated] + best[kManyUnnumbered] + best[kWhoUnnamed];
  return f;
}

double answerability(const QuestionFeatures& features) {
  double sum = weights::kQuestionBias;
  for (std::size_t i = 0; i < features.size(); ++i) sum += weights::kQuestionWeights[i] * features[i];
  return logistic(sum);
}

}  // namespace holdfast::memory
