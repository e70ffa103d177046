// The builtin synthesiser: picks the statements that answer, in the words they were said in.
#include <algorithm>
#include <numeric>
#include <tuple>

#include "base/utf8.h"
#include "language/secrets.h"
#include "language/sentences.h"
#include "language/words.h"
#include "memory/recall/answer_ranking.h"
#include "memory/recall/stages.h"
#include "memory/recall/statements.h"
#include "memory/recall/weights.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kStatementBytes = 400;  // of one statement in an answer

struct Scored {
  const AnswerStatement* statement = nullptr;
  const RecallCandidate* candidate = nullptr;
  double likelihood = 0;
  bool covers = false;  // anything of the question
};

bool has_date(const Scored& scored) { return dated(*scored.statement, scored.candidate->time).has_value(); }

// The statements, most likely first; empty when none is likely to answer.
std::vector<Scored> rank(const AnalysedQuery& query, const std::vector<RecallCandidate>& candidates,
                         const std::vector<AnswerStatement>& statements) {
  if (statements.empty()) return {};
  const std::vector<StatementFeatures> features = statement_features(query, candidates, statements);
  std::vector<double> likely;
  for (const StatementFeatures& f : features) likely.push_back(likelihood(f));
  std::vector<std::size_t> order(statements.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(
      order, [&](std::size_t a, std::size_t b) { return likely[a] != likely[b] ? likely[a] > likely[b] : a < b; });
  // An overview is of whatever there is; any other question may have no answer here.
  // What stands first under the very topic that was asked for is an answer, however it is worded.
  const bool by_topic = features[order[0]][kTopicRank] == 1;
  const bool answers =
      query.overview
          ? features[order[0]][kCover] > 0
          : by_topic || answerability(question_features(query, statements, features, order)) >= weights::kAnswerable;
  if (!answers) return {};
  std::vector<Scored> ranked;
  for (const std::size_t i : order)
    ranked.push_back({&statements[i], &candidates[statements[i].candidate], likely[i], features[i][kCover] > 0});
  return ranked;
}

std::string shown(const AnalysedQuery& query, const Scored& scored) {
  std::string text(first_bytes(scored.statement->text, kStatementBytes));
  if (text.size() < scored.statement->text.size()) text += " …";
  // Asked when, a statement that says no date is worth the date it was said on.
  if (query.kind == QuestionKind::kWhen && !has_date(scored)) text += " (" + format_day(scored.candidate->time) + ")";
  return text;
}

bool ends_sentence(std::string_view text) {
  return text.ends_with('.') || text.ends_with('!') || text.ends_with('?') || text.ends_with(')');
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += ends_sentence(out) ? " " : ". ";
    out += part;
  }
  return out;
}

// The one sentence of a statement that says most of what is asked.
std::string best_sentence(const AnalysedQuery& query, const std::string& text) {
  const QuestionWords question(query.terms);
  std::string best = text;
  double most = -1;
  const auto sentences = language::sentences(text);
  if (sentences.size() < 2) return text;
  for (const language::Sentence& sentence : sentences) {
    const double share = question.coverage(language::terms(sentence.text));
    if (share > most) {
      most = share;
      best = sentence.text;
    }
  }
  return best;
}

std::size_t wanted(const RecallRequest& request, const AnalysedQuery& query) {
  switch (request.response_length) {
    case ResponseLength::kShort:
      return weights::kShortStatements;
    case ResponseLength::kMedium:
      return query.kind == QuestionKind::kList || query.overview ? weights::kMediumList : weights::kMediumStatements;
    case ResponseLength::kLong:
      return weights::kLongStatements;
  }
  return weights::kMediumStatements;
}

class BuiltinSynthesiser final : public Synthesiser {
 public:
  [[nodiscard]] Task<Result<std::string>> synthesise(const RecallRequest& request, const AnalysedQuery& query,
                                                     const std::vector<RecallCandidate>& candidates,
                                                     const std::vector<TemporalFact>& facts) const override {
    if (candidates.empty()) co_return std::string();
    const std::vector<AnswerStatement> statements = statements_of(query, candidates, weights::kAnswerPool);
    const std::vector<Scored> ranked = rank(query, candidates, statements);
    if (ranked.empty()) co_return std::string();

    const std::size_t most = wanted(request, query);
    std::vector<Scored> chosen;
    std::vector<std::string> texts;
    for (const Scored& scored : ranked) {
      if (chosen.size() == most) break;
      const bool close = scored.likelihood >= weights::kAnswerClose * ranked.front().likelihood;
      if (!chosen.empty() && (!close || !scored.covers || scored.statement->asks)) continue;
      std::string text = shown(query, scored);
      if (std::ranges::find(texts, text) != texts.end()) continue;
      texts.push_back(std::move(text));
      chosen.push_back(scored);
    }
    if (query.overview) {
      std::vector<std::size_t> order(chosen.size());
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        return std::tuple(chosen[a].candidate->time, a) < std::tuple(chosen[b].candidate->time, b);
      });
      std::vector<std::string> sorted;
      for (const std::size_t i : order) sorted.push_back(std::move(texts[i]));
      texts = std::move(sorted);
    }

    std::vector<std::string> parts;
    if (query.kind == QuestionKind::kHowLong) {
      for (const TemporalFact& fact : facts) parts.push_back(fact.text);
    }
    if (request.response_length == ResponseLength::kShort) {
      if (parts.empty()) parts.push_back(best_sentence(query, texts.front()));
      co_return language::redact_secrets(joined(parts));
    }
    if (request.response_length == ResponseLength::kLong) {
      std::string list = joined(parts);
      for (const std::string& text : texts) list.append(list.empty() ? "- " : "\n- ").append(text);
      co_return language::redact_secrets(list);
    }
    for (std::string& text : texts) parts.push_back(std::move(text));
    co_return language::redact_secrets(joined(parts));
  }
  [[nodiscard]] std::string_view model() const override { return "builtin"; }
};

}  // namespace

std::unique_ptr<Synthesiser> builtin_synthesiser(const models::Encoder*) {
  return std::make_unique<BuiltinSynthesiser>();
}

}  // namespace holdfast::memory
