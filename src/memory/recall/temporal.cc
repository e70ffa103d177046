#include "memory/recall/temporal.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "language/dates.h"
#include "language/durations.h"
#include "language/numbers.h"
#include "language/words.h"
#include "memory/recall/question.h"
#include "memory/recall/statements.h"

namespace holdfast::memory {
namespace {

using Day = std::chrono::year_month_day;

constexpr std::size_t kPool = 12;  // candidates whose dates are looked at
constexpr std::size_t kNone = ~std::size_t{0};
constexpr double kToldShare = .8;       // of its coverage, for a statement that names no date
constexpr double kLeastCoverage = .34;  // of a thing's words, for a statement to be taken to date it

struct Dated {
  Day first;
  Day last;
  std::vector<Id> candidates;  // none for a date the question says itself
  std::size_t statement = kNone;
};

std::string iso(Day day) { return format_day(midnight(day)); }

class Calendar {
 public:
  Calendar(const RecallRequest& request, const AnalysedQuery& query, const std::vector<RecallCandidate>& candidates)
      : request_(request),
        query_(query),
        candidates_(candidates),
        statements_(statements_of(query, candidates, kPool)) {
    for (const AnswerStatement& statement : statements_)
      dates_.push_back(dated(statement, candidates[statement.candidate].time));
  }

  // The date of what `phrase` names: one it says itself, else that of the dated statement that shares most of its
  // words (but not `taken`, which dates the other thing). `or_told`: a statement without a date is of the day it was
  // told, where no dated one fits better.
  [[nodiscard]] std::optional<Dated> find(std::string_view phrase, bool or_told = false,
                                          std::size_t taken = kNone) const {
    for (const language::DateMention& date : language::find_dates(phrase, request_.reference_date)) {
      if (date.grain == language::Grain::day) return Dated{date.first, date.last, {}, kNone};
    }
    std::vector<WeightedTerm> asked;
    for (std::string& term : language::terms(phrase)) {
      const auto known = std::ranges::find(query_.terms, term, &WeightedTerm::term);
      const double rarity = known == query_.terms.end() ? 1 : known->rarity;
      if (known != query_.terms.end()) {
        // Synonyms stand for the word here as in the question.
        for (const WeightedTerm& other : query_.terms) {
          if (other.word == known->word && other.weight < 1) {
            asked.push_back({.term = other.term,
                             .weight = other.weight,
                             .word = known->word,
                             .worth = known->worth,
                             .rarity = rarity});
          }
        }
        asked.push_back(
            {.term = std::move(term), .weight = 1, .word = known->word, .worth = known->worth, .rarity = rarity});
      }
    }
    const QuestionWords words(asked);
    std::optional<Dated> best;
    double most = kLeastCoverage;
    for (std::size_t i = 0; i < statements_.size(); ++i) {
      if (i == taken || statements_[i].asks || (!dates_[i] && !or_told)) continue;
      const RecallCandidate& candidate = candidates_[statements_[i].candidate];
      const double share = words.coverage(statements_[i].terms) * (dates_[i] ? 1 : kToldShare);
      if (share <= most) continue;
      most = share;
      const Day told = day_of(candidate.time);
      best = Dated{dates_[i] ? dates_[i]->first : told, dates_[i] ? dates_[i]->second : told, {candidate.id}, i};
    }
    return best;
  }

  [[nodiscard]] const AnswerStatement& statement(std::size_t i) const { return statements_[i]; }
  [[nodiscard]] Dated today() const {
    const Day day = day_of(request_.reference_date);
    return {day, day, {}, kNone};
  }

 private:
  const RecallRequest& request_;
  const AnalysedQuery& query_;
  const std::vector<RecallCandidate>& candidates_;
  std::vector<AnswerStatement> statements_;
  std::vector<std::optional<std::pair<Day, Day>>> dates_;
};

TemporalFact span_of(const Dated& from, const Dated& to, bool to_its_end) {
  Day a = from.first;
  Day b = to_its_end ? to.last : to.first;
  std::vector<Id> ids = from.candidates;
  for (const Id& id : to.candidates) {
    if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
  }
  if (b < a) std::swap(a, b);
  const int days = language::between(a, b).days;
  return {.text = "from " + iso(a) + " to " + iso(b) + ": " + language::describe_days(days),
          .candidates = std::move(ids)};
}

struct Two {
  std::string_view first;
  std::string_view second;
};

// The text of words [from, to).
std::string_view part(const Question& question, std::size_t from, std::size_t to) {
  const auto& words = question.words();
  if (from >= to || to > words.size()) return {};
  return question.text().substr(words[from].begin, words[to - 1].end - words[from].begin);
}

std::size_t find_word(const Question& question, std::initializer_list<std::string_view> wanted, std::size_t from) {
  const auto& words = question.words();
  for (std::size_t i = from; i < words.size(); ++i) {
    if (std::ranges::find(wanted, std::string_view(words[i].folded)) != wanted.end()) return i;
  }
  return words.size();
}

// The two things whose distance is asked for, if two are named.
std::optional<Two> two_things(const Question& question) {
  const std::size_t end = question.words().size();
  const auto split = [&](std::size_t from, std::size_t at) -> std::optional<Two> {
    if (at >= end || at <= from || at + 1 >= end) return std::nullopt;
    return Two{part(question, from, at), part(question, at + 1, end)};
  };
  if (const std::size_t between = find_word(question, {"between"}, 0); between < end) {
    if (const auto two = split(between + 1, find_word(question, {"and"}, between + 2))) return two;
  }
  if (const std::size_t from = find_word(question, {"from"}, 0); from < end) {
    if (const auto two = split(from + 1, find_word(question, {"to", "until", "till"}, from + 2))) return two;
  }
  // "how many days after the freeze did we ship", "how long before the trip was it booked"
  if (const std::size_t lead = find_word(question, {"after", "before"}, 1); lead < end) {
    const std::size_t verb = find_word(question, {"did", "was", "were", "is", "are", "does", "do", "had"}, lead + 2);
    if (const auto two = split(lead + 1, verb)) return two;
    // "how long did it take to ship after the freeze": what comes before is the other thing.
    const std::size_t start = find_word(question, {"did", "was", "were", "is", "are", "does", "do", "had"}, 0);
    if (start + 1 < lead && lead + 1 < end) return Two{part(question, lead + 1, end), part(question, start + 1, lead)};
  }
  return std::nullopt;
}

// "for three weeks", "8 nights": then the statement answers by itself.
bool says_duration(std::string_view text) {
  const auto words = language::find_numbers(text);
  return std::ranges::any_of(words, [&](const language::NumberMention& number) {
    std::string_view rest = text.substr(number.end);
    while (!rest.empty() && (rest.front() == ' ' || rest.front() == '-')) rest.remove_prefix(1);
    for (const std::string_view unit : {"minute", "hour", "day", "night", "week", "month", "year"}) {
      if (rest.starts_with(unit) || number.unit == unit) return true;
    }
    return false;
  });
}

std::vector<TemporalFact> how_long(const Question& question, const Calendar& calendar) {
  if (const std::optional<Two> two = two_things(question)) {
    const auto first = calendar.find(two->first, true);
    const auto second = calendar.find(two->second, true, first ? first->statement : kNone);
    if (first && second) return {span_of(*first, *second, false)};
  }
  const std::size_t end = question.words().size();
  if (const std::size_t since = find_word(question, {"since"}, 0); since + 1 < end) {
    if (const auto from = calendar.find(part(question, since + 1, end), true))
      return {span_of(*from, calendar.today(), false)};
  }
  if (const std::size_t until = find_word(question, {"until", "till"}, 0); until + 1 < end) {
    if (const auto to = calendar.find(part(question, until + 1, end))) return {span_of(calendar.today(), *to, false)};
  }
  const auto whole = calendar.find(question.text());
  if (!whole) return {};
  if (whole->statement != kNone && says_duration(calendar.statement(whole->statement).text)) return {};
  if (question.says_any(
          {"ago", "has", "have", "has been", "have been", "left", "remain", "remaining", "away", "passed"})) {
    return {span_of(*whole, calendar.today(), false)};
  }
  if (whole->first != whole->last) return {span_of(*whole, *whole, true)};
  return {};
}

std::vector<TemporalFact> when(const Question& question, const Calendar& calendar) {
  const auto found = calendar.find(question.text());
  if (!found || found->candidates.empty()) return {};
  const Day today = calendar.today().first;
  const int days = language::between(found->first, today).days;
  std::string text = iso(found->first);
  if (found->last != found->first) text += " to " + iso(found->last);
  text += days == 0 ? ", the same day as " + iso(today)
                    : ", " + language::describe_days(days) + (days > 0 ? " before " : " after ") + iso(today);
  return {{.text = std::move(text), .candidates = found->candidates}};
}

}  // namespace

std::vector<TemporalFact> temporal_facts(const RecallRequest& request, const AnalysedQuery& query,
                                         const std::vector<RecallCandidate>& candidates) {
  if (query.kind != QuestionKind::kWhen && query.kind != QuestionKind::kHowLong) return {};
  const Question question(query.text);
  const Calendar calendar(request, query, candidates);
  return query.kind == QuestionKind::kHowLong ? how_long(question, calendar) : when(question, calendar);
}

}  // namespace holdfast::memory
