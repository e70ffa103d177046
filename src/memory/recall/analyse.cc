// The builtin query analyser: cue words, lexicons and a calendar.
#include "memory/recall/analyse.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string>

#include "language/characters.h"
#include "language/dates.h"
#include "language/lexicon.h"
#include "language/names.h"
#include "language/words.h"
#include "memory/recall/question.h"
#include "memory/recall/stages.h"
#include "memory/recall/weights.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kMostTerms = 128;  // of a question, synonyms included

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && language::is_ascii_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && language::is_ascii_space(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<int> number_of(std::string_view word) {
  int value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end == word.data()) return std::nullopt;
  const std::string_view rest(end, word.data() + word.size());
  if (!rest.empty() && rest != "st" && rest != "nd" && rest != "rd" && rest != "th") return std::nullopt;
  return value;
}

// "the user" and "the user's" are who the profile is of, not what is asked for.
bool means_owner(const std::vector<QuestionWord>& words, std::size_t at) {
  return (words[at].folded == "user" || words[at].folded == "user's") && at > 0 && words[at - 1].folded == "the";
}

class Terms {
 public:
  explicit Terms(AnalysedQuery& query) : query_(query) {}

  void add(std::string term, double weight, std::size_t word, double worth, bool asked = false,
           const QuestionWord* at = nullptr) {
    if (term.empty() || query_.terms.size() >= kMostTerms) return;
    if (std::ranges::any_of(query_.terms, [&](const WeightedTerm& t) { return t.term == term; })) return;
    query_.terms.push_back({.term = std::move(term),
                            .weight = weight,
                            .word = word,
                            .worth = worth,
                            .rarity = worth,
                            .asked = asked,
                            .begin = at == nullptr ? 0 : at->begin,
                            .end = at == nullptr ? 0 : at->end});
  }

 private:
  AnalysedQuery& query_;
};

void find_terms(const Question& question, const std::vector<language::DateMention>& dates, AnalysedQuery& query) {
  Terms terms(query);
  const auto& words = question.words();
  // Unless nothing else is asked.
  const bool skip_wording = query.overview && std::ranges::any_of(words, [](const QuestionWord& word) {
                              return !is_overview_wording(word.folded) && !language::is_stop_word(word.folded);
                            });
  // "What is the budget of the project?": an answer that does not speak of a budget is none.
  std::string asked = " ";
  if (const std::vector<std::string> things = asked_things(question); !things.empty()) asked += things.front() + ' ';
  std::vector<std::size_t> numbers(words.size());
  std::size_t next = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    numbers[i] = next;
    if (means_owner(words, i) || (skip_wording && is_overview_wording(words[i].folded))) continue;
    const std::size_t before = query.terms.size();
    const bool plain = language::is_common_word(words[i].folded) || language::is_verb(words[i].folded);
    const bool is_asked = asked.find(' ' + words[i].folded + ' ') != std::string::npos;
    const double worth = (plain ? weights::kPlainWord : 1) * (is_asked ? weights::kAskedWord : 1);
    for (std::string& term : language::terms(words[i].text))
      terms.add(std::move(term), 1, next, worth, is_asked, &words[i]);
    if (query.terms.size() > before) ++next;
  }
  // Synonyms after all words, so that a word of the question is never taken for a synonym of another.
  const std::size_t own = query.terms.size();
  for (std::size_t i = 0; i < own; ++i) {
    const std::string term = query.terms[i].term;
    for (const std::string_view synonym : language::synonyms(term)) {
      terms.add(std::string(synonym), weights::kSynonymWeight, query.terms[i].word, query.terms[i].worth,
                query.terms[i].asked);
    }
  }
  // Memories write dates as 2026-05-14, whatever the question writes.
  for (const language::DateMention& date : dates) {
    if (!date.relative && !date.complete && date.grain != language::Grain::month) continue;
    const auto word = std::ranges::find_if(words, [&](const QuestionWord& w) { return w.begin >= date.begin; });
    if (word == words.end()) continue;
    const std::size_t number = numbers[static_cast<std::size_t>(word - words.begin())];
    for (std::string& term : language::terms(date.iso)) {
      if (term.size() >= 7) terms.add(std::move(term), weights::kIsoDateWeight, number, 1);
    }
  }
}

void find_months(const Question& question, AnalysedQuery& query) {
  const auto& words = question.words();
  std::optional<int> year;
  for (const QuestionWord& word : words) {
    if (const auto number = number_of(word.folded); number && *number >= 1900 && *number < 2100) year = number;
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    const int month = language::month_number(words[i].folded);
    const bool verb = words[i].folded == "may" || words[i].folded == "march";  // unless written as a name
    if (month == 0 || (verb && (i == 0 || !language::is_ascii_upper(words[i].text.front())))) continue;
    AskedMonth asked{.month = month, .year = year, .day = std::nullopt};
    const auto day_at = [&](std::size_t at) {
      const auto number = number_of(words[at].folded);
      if (number && *number >= 1 && *number <= 31 && !asked.day) asked.day = number;
    };
    if (i + 1 < words.size()) day_at(i + 1);
    if (i > 0) day_at(i - 1);
    if (i > 1 && words[i - 1].folded == "of") day_at(i - 2);
    query.months.push_back(asked);
  }
}

class BuiltinQueryAnalyser final : public QueryAnalyser {
 public:
  [[nodiscard]] Task<Result<AnalysedQuery>> analyse(const StageContext&, const RecallRequest& request) const override {
    AnalysedQuery query;
    query.text = trimmed(request.query);
    const Question question(query.text);
    query.kind = kind_of(question);
    query.about_past = asks_about_past(question);
    query.about_now = asks_about_now(question);
    query.about_told = asks_about_told(question);
    query.advice = asks_for_advice(question);
    query.whether = asks_whether(question);
    query.several = asks_for_several(question);
    query.about_replies = asks_for_replies(question);
    query.overview = asks_for_overview(question);
    query.in_order = asks_for_order(question);
    if (query.overview) query.topic = overview_topic(question);
    query.topic_keys = asked_things(question);
    for (const QuestionWord& word : question.words()) {
      query.words.push_back(word.folded.ends_with("'s") ? word.folded.substr(0, word.folded.size() - 2) : word.folded);
    }
    for (language::NameMention& name : language::find_names(query.text)) query.names.push_back(std::move(name.text));
    const auto dates = language::find_dates(query.text, request.reference_date);
    find_terms(question, dates, query);
    find_months(question, query);
    if (!dates.empty()) {
      TimeMs from = midnight(dates.front().first);
      TimeMs to = midnight(dates.front().last) + kDayMs;
      for (const language::DateMention& date : dates) {
        from = std::min(from, midnight(date.first));
        to = std::max(to, midnight(date.last) + kDayMs);
      }
      query.asked_time = {from, to};
    }
    const std::vector<std::string> detail = asked_detail(question);
    for (WeightedTerm& term : query.terms)
      term.detail = std::ranges::any_of(question.words(), [&](const QuestionWord& word) {
        return word.begin == term.begin && word.end == term.end &&
               std::ranges::find(detail, word.folded) != detail.end();
      });
    query.hypothetical = statement_of(question);
    co_return query;
  }
  [[nodiscard]] std::string_view model() const override { return "builtin"; }
};

}  // namespace

void add_other_words(AnalysedQuery& query, std::string_view word, std::string_view others) {
  const std::vector<std::string> meant = language::terms(word);
  const auto asked = std::ranges::find_if(
      query.terms, [&](const WeightedTerm& term) { return std::ranges::find(meant, term.term) != meant.end(); });
  if (asked == query.terms.end()) return;
  const WeightedTerm own = *asked;
  Terms terms(query);
  for (std::string& term : language::terms(others))
    terms.add(std::move(term), weights::kSynonymWeight, own.word, own.worth, own.asked);
}

std::string_view to_string(QuestionKind kind) {
  switch (kind) {
    case QuestionKind::kLookup:
      return "lookup";
    case QuestionKind::kWhen:
      return "when";
    case QuestionKind::kHowLong:
      return "how_long";
    case QuestionKind::kHowMany:
      return "how_many";
    case QuestionKind::kWho:
      return "who";
    case QuestionKind::kWhere:
      return "where";
    case QuestionKind::kRule:
      return "rule";
    case QuestionKind::kHistory:
      return "history";
    case QuestionKind::kList:
      return "list";
    case QuestionKind::kYesNo:
      return "yes_no";
  }
  return "lookup";
}

std::unique_ptr<QueryAnalyser> builtin_query_analyser(const models::Encoder*) {
  return std::make_unique<BuiltinQueryAnalyser>();
}

}  // namespace holdfast::memory
