#include "memory/recall/temporal.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "language/durations.h"
#include "language/numbers.h"
#include "memory/recall/dating.h"
#include "memory/recall/span_question.h"
#include "memory/recall/weights.h"

namespace holdfast::memory {
namespace {

using Day = std::chrono::year_month_day;
using Shape = SpanQuestion::Shape;

constexpr double kSecondShare = .6;  // of the best date's fit, for another date of the same thing

std::string iso(Day day) { return format_day(midnight(day)); }

// "for three weeks", "8 nights": then the statement answers by itself.
bool says_duration(std::string_view text) {
  const auto numbers = language::find_numbers(text);
  return std::ranges::any_of(numbers, [&](const language::NumberMention& number) {
    std::string_view rest = text.substr(number.end);
    while (!rest.empty() && (rest.front() == ' ' || rest.front() == '-')) rest.remove_prefix(1);
    constexpr std::string_view kUnits[] = {"minute", "min", "hour", "day", "night", "week", "month", "year"};
    return std::ranges::any_of(kUnits,
                               [&](std::string_view unit) { return rest.starts_with(unit) || number.unit == unit; });
  });
}

class Spans {
 public:
  Spans(const SpanQuestion& asked, const Calendar& calendar, std::span<const RecallCandidate> candidates,
        std::span<const AnswerStatement> statements, TimeMs today)
      : asked_(asked), calendar_(calendar), candidates_(candidates), statements_(statements) {
    today_ = {.first = day_of(today), .last = day_of(today), .statement = {}};
  }

  [[nodiscard]] std::optional<TemporalFact> find() const {
    switch (asked_.shape) {
      case Shape::kBetween:
        return between(calendar_.find(asked_.first, asked_.about, true),
                       calendar_.find(asked_.second, asked_.about, true));
      case Shape::kAge:
        return age();
      case Shape::kPair:
      case Shape::kMoved:
        return two_dates(asked_.first, asked_.about, asked_.shape == Shape::kMoved);
      case Shape::kLate:
        return late();
      case Shape::kSince:
        if (const auto from = calendar_.find(asked_.first, asked_.about, true); !from.empty())
          return span(from[0], today_);
        return std::nullopt;
      case Shape::kUntil:
        if (const auto to = calendar_.find(asked_.first, asked_.about); !to.empty()) return span(today_, to[0]);
        return std::nullopt;
      case Shape::kOpen:
      case Shape::kLasted:
        return lasted();
    }
    return std::nullopt;
  }

 private:
  // The best date of each, of different days: two things of one day are told apart by the next best.
  [[nodiscard]] std::optional<TemporalFact> between(const std::vector<DatedThing>& first,
                                                    const std::vector<DatedThing>& second) const {
    std::optional<std::pair<std::size_t, std::size_t>> best;
    double most = 0;
    for (std::size_t a = 0; a < first.size(); ++a) {
      for (std::size_t b = 0; b < second.size(); ++b) {
        if (first[a].first == second[b].first) continue;
        const double fit = first[a].share + second[b].share;
        if (fit > most) {
          most = fit;
          best = {a, b};
        }
      }
    }
    if (!best) return std::nullopt;
    return span(first[best->first], second[best->second]);
  }

  [[nodiscard]] std::optional<TemporalFact> age() const {
    const auto born = calendar_.find(asked_.first + " born", {});
    if (born.empty()) return std::nullopt;
    if (asked_.second.empty()) return span(born[0], today_);
    auto then = calendar_.find(asked_.second, {}, true);
    return between({born[0]}, then);
  }

  [[nodiscard]] std::optional<TemporalFact> two_dates(const std::string& phrase, const std::string& about,
                                                      bool told_apart) const {
    const auto dates = calendar_.find(phrase, about);
    for (std::size_t i = 1; i < dates.size() && dates[i].share >= kSecondShare * dates[0].share; ++i) {
      if (dates[i].first == dates[0].first || (told_apart && said(dates[i]) == said(dates[0]))) continue;
      return span(dates[0], dates[i]);
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<TemporalFact> late() const {
    const auto dates = calendar_.find(asked_.first, asked_.about, true);
    const DatedThing* due = nullptr;
    const DatedThing* done = nullptr;
    for (const DatedThing& date : dates) {
      if (date.share < kSecondShare * dates[0].share) continue;
      if (date.due && due == nullptr) due = &date;
      if (!date.due && (done == nullptr || said(date) > said(*done))) done = &date;
    }
    if (due == nullptr || done == nullptr || due->first == done->first) return std::nullopt;
    return span(*due, *done);
  }

  [[nodiscard]] std::optional<TemporalFact> lasted() const {
    const AnswerStatement* const best = calendar_.best_statement(asked_.first);
    const bool open = asked_.shape == Shape::kOpen;
    if (!open && best != nullptr && says_duration(best->text)) return std::nullopt;
    const auto dates = calendar_.find(asked_.first);
    if (dates.empty()) return std::nullopt;
    if (open) return span(dates[0], today_);
    for (const DatedThing& date : dates) {
      if (date.share < kSecondShare * dates[0].share) break;
      if (date.first == date.last) continue;
      DatedThing start = date;
      DatedThing end = date;
      start.last = start.first;
      end.first = end.last;
      return span(start, end);
    }
    return two_dates(asked_.first, {}, true);
  }

  [[nodiscard]] TimeMs said(const DatedThing& thing) const {
    return thing.statement ? candidates_[statements_[*thing.statement].candidate].time : 0;
  }

  [[nodiscard]] TemporalFact span(const DatedThing& from, const DatedThing& to) const {
    std::vector<Id> ids;
    for (const DatedThing* const thing : {&from, &to}) {
      if (!thing->statement) continue;
      const Id& id = candidates_[statements_[*thing->statement].candidate].id;
      if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
    }
    Day a = from.first;
    Day b = to.first;
    if (b < a) std::swap(a, b);
    const int days = language::between(a, b).days;
    std::string text = "from " + iso(a) + " to " + iso(b) + ": ";
    if (asked_.unit == SpanQuestion::Unit::kNights)
      text += std::to_string(days) + (days == 1 ? " night, " : " nights, ");
    return {.text = text + language::describe_days(days), .candidates = std::move(ids)};
  }

  const SpanQuestion& asked_;
  const Calendar& calendar_;
  std::span<const RecallCandidate> candidates_;
  std::span<const AnswerStatement> statements_;
  DatedThing today_;
};

std::vector<TemporalFact> when(const AnalysedQuery& query, const Calendar& calendar,
                               std::span<const RecallCandidate> candidates, std::span<const AnswerStatement> statements,
                               Day today) {
  const auto dates = calendar.find(query.text);
  if (dates.empty() || !dates[0].statement) return {};
  const DatedThing& found = dates[0];
  const int days = language::between(found.first, today).days;
  std::string text = iso(found.first);
  if (found.last != found.first) text += " to " + iso(found.last);
  text += days == 0 ? ", the same day as " + iso(today)
                    : ", " + language::describe_days(days) + (days > 0 ? " before " : " after ") + iso(today);
  return {{.text = std::move(text), .candidates = {candidates[statements[*found.statement].candidate].id}}};
}

}  // namespace

std::vector<TemporalFact> temporal_facts(const RecallRequest& request, const AnalysedQuery& query,
                                         const std::vector<RecallCandidate>& candidates) {
  const Question question(query.text);
  const bool age = question.says("how old");
  if (query.kind != QuestionKind::kWhen && query.kind != QuestionKind::kHowLong && !age) return {};
  const std::vector<AnswerStatement> statements = statements_of(query, candidates, weights::kDatedPool);
  const Calendar calendar(query, candidates, statements, request.reference_date);
  if (query.kind == QuestionKind::kWhen)
    return when(query, calendar, candidates, statements, day_of(request.reference_date));
  const SpanQuestion asked = span_question(question);
  const auto fact = Spans(asked, calendar, candidates, statements, request.reference_date).find();
  if (!fact) return {};
  return {*fact};
}

}  // namespace holdfast::memory
