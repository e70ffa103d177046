#include "memory/recall/statements.h"

#include <algorithm>
#include <unordered_set>

#include "base/utf8.h"
#include "language/dates.h"
#include "language/sentences.h"
#include "language/words.h"
#include "memory/ingest/compose.h"
#include "memory/profile/message_cues.h"
#include "memory/recall/quoted_orders.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kWholeMessage = 260;  // bytes; as measured: cutting shorter ones loses the words next door
constexpr std::size_t kGroup = 156;         // sentences are joined up to about so many
constexpr std::size_t kLookedAt = 16'384;   // bytes of a message
constexpr std::size_t kGroupsTaken = 4;     // of one message

std::vector<std::string> distinct_terms(std::string_view text) {
  std::vector<std::string> terms = language::terms(text);
  std::ranges::sort(terms);
  terms.erase(std::ranges::unique(terms).begin(), terms.end());
  return terms;
}

AnswerStatement make(std::size_t candidate, std::string text, std::string_view about = {}) {
  AnswerStatement statement{
      .candidate = candidate, .text = std::move(text), .terms = {}, .asks = false, .source = false};
  statement.terms = distinct_terms(about.empty() ? statement.text : statement.text + '\n' + std::string(about));
  statement.asks = statement.text.ends_with('?');
  return statement;
}

// Sentences joined up to about kGroup; a question stands alone.
std::vector<std::string> groups_of(const std::vector<language::Sentence>& sentences) {
  std::vector<std::string> groups;
  for (const language::Sentence& sentence : sentences) {
    const bool question = sentence.text.ends_with('?');
    if (groups.empty() || question || groups.back().ends_with('?') ||
        groups.back().size() + sentence.text.size() > kGroup) {
      groups.push_back(sentence.header.empty() ? std::string() : std::string(sentence.header) + ": ");
    } else {
      groups.back() += ' ';
    }
    groups.back() += sentence.text;
  }
  return groups;
}

void add_message(const QuestionWords& question, std::size_t candidate, std::string_view message, TimeMs said_at,
                 std::vector<AnswerStatement>& out) {
  const std::string said = without_machine_orders(first_bytes(message, kLookedAt));
  const std::string_view content = said;
  std::vector<language::Sentence> sentences = language::sentences(content);
  if (content.size() > kWholeMessage) std::erase_if(sentences, [](const language::Sentence& s) { return s.quoted; });
  if (sentences.empty()) return;
  if (content.size() <= kWholeMessage) {
    const std::size_t begin = sentences.front().begin;
    const std::string_view text = content.substr(begin, sentences.back().end - begin);
    out.push_back(make(candidate, with_days_named(text, said_at)));
    return;
  }
  struct Group {
    std::size_t at;
    double share;
  };
  const std::vector<std::string> groups = groups_of(sentences);
  std::vector<Group> best;
  for (std::size_t i = 0; i < groups.size(); ++i) best.push_back({i, question.coverage(language::terms(groups[i]))});
  std::ranges::sort(
      best, [](const Group& a, const Group& b) { return a.share != b.share ? a.share > b.share : a.at < b.at; });
  if (best.size() > kGroupsTaken) best.resize(kGroupsTaken);
  std::ranges::sort(best, {}, &Group::at);
  // Who speaks is said once, before the first sentence; it belongs to each.
  const std::string_view label = speaker_label(content);
  for (const Group& group : best) {
    std::string text = groups[group.at];
    if (!label.empty() && !text.starts_with(label)) text = std::string(label) + ": " + text;
    out.push_back(make(candidate, with_days_named(text, said_at)));
  }
}

// Whether what stands between two dates makes a range of them: "to", "until", a dash or an arrow; the dates may stand
// in brackets behind other forms of themselves ("1 July (2026-07-01) to 3 July (2026-07-03)").
bool joins_range(std::string_view between) {
  constexpr std::size_t kOtherForm = 20;  // bytes: "on Wednesday 30 September ("
  while (!between.empty() && (between.front() == ' ' || between.front() == ')')) between.remove_prefix(1);
  constexpr std::string_view kJoins[] = {"to", "until", "till", "through", "-", "–", "—", "→", "->"};
  return std::ranges::any_of(kJoins, [&](std::string_view join) {
    if (!between.starts_with(join)) return false;
    const std::string_view rest = between.substr(join.size());
    return rest.find_first_not_of(' ') == rest.npos || (rest.ends_with('(') && rest.size() <= kOtherForm);
  });
}

}  // namespace

std::vector<AnswerStatement> statements_of(const AnalysedQuery& query, std::span<const RecallCandidate> candidates,
                                           std::size_t pool) {
  const QuestionWords question(query.terms);
  std::vector<AnswerStatement> statements;
  std::unordered_set<Id> shown;  // messages
  for (std::size_t i = 0; i < std::min(pool, candidates.size()); ++i) {
    const RecallCandidate& candidate = candidates[i];
    if (candidate.superseded && !query.about_past) continue;
    if (candidate.kind == RecallCandidate::Kind::kMessage) {
      if (shown.insert(candidate.id).second) add_message(question, i, candidate.content, candidate.time, statements);
      continue;
    }
    statements.push_back(make(i, candidate.content, candidate.about));
    for (const Message& source : candidate.sources) {
      if (!shown.insert(source.id).second) continue;
      const std::size_t first = statements.size();
      add_message(question, i, source.content, source.timestamp, statements);
      for (std::size_t at = first; at < statements.size(); ++at) statements[at].source = true;
    }
  }
  return statements;
}

QuestionWords::QuestionWords(const std::vector<WeightedTerm>& asked) {
  for (const WeightedTerm& term : asked) {
    if (term.word >= rarity_.size()) rarity_.resize(term.word + 1);
    rarity_[term.word] = std::max(rarity_[term.word], term.rarity);
    terms_.try_emplace(term.term, Asked{term.word, term.weight < 1 ? kSynonymCover : 1.0});
  }
  for (const double rarity : rarity_) all_ += rarity;
}

double QuestionWords::coverage(std::span<const std::string> terms) const {
  if (all_ <= 0) return 0;
  std::vector<double> covers(rarity_.size());
  for (const std::string& term : terms) {
    if (const auto asked = terms_.find(term); asked != terms_.end()) {
      double& cover = covers[asked->second.word];
      cover = std::max(cover, asked->second.cover);
    }
  }
  double covered = 0;
  for (std::size_t word = 0; word < covers.size(); ++word) covered += rarity_[word] * covers[word];
  return covered / all_;
}

std::vector<StatementDate> dates_in(std::string_view text, TimeMs said_at) {
  const std::vector<language::DateMention> dates = language::find_dates(text, said_at);
  std::vector<StatementDate> days;
  for (std::size_t i = 0; i < dates.size(); ++i) {
    StatementDate day{.begin = dates[i].begin, .first = dates[i].first, .last = dates[i].last};
    if (dates[i].grain == language::Grain::day) {
      // The same day may be said twice: "1 July (2026-07-01)".
      while (i + 1 < dates.size() && dates[i + 1].first == day.first && dates[i + 1].grain == language::Grain::day) ++i;
      if (i + 1 < dates.size() && dates[i + 1].grain == language::Grain::day && day.first < dates[i + 1].first &&
          joins_range(text.substr(dates[i].end, dates[i + 1].begin - dates[i].end))) {
        day.last = dates[++i].last;
        while (i + 1 < dates.size() && dates[i + 1].first == day.last && dates[i + 1].grain == language::Grain::day)
          ++i;
      }
    } else if (dates[i].grain != language::Grain::range) {
      continue;
    }
    // "22 to 25 May (2026-05-22 to 2026-05-25)"
    if (!days.empty() && days.back().first == day.first && days.back().last == day.last) continue;
    days.push_back(day);
  }
  return days;
}

std::optional<std::pair<std::chrono::year_month_day, std::chrono::year_month_day>> dated(
    const AnswerStatement& statement, TimeMs said_at) {
  const std::vector<StatementDate> days = dates_in(statement.text, said_at);
  if (days.empty()) return std::nullopt;
  return std::pair(days.front().first, days.front().last);
}

}  // namespace holdfast::memory
