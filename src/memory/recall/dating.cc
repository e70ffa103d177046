#include "memory/recall/dating.h"

#include <algorithm>
#include <tuple>

#include "language/dates.h"
#include "language/words.h"
#include "memory/recall/closeness.h"

namespace holdfast::memory {
namespace {

constexpr double kToldShare = .62;       // of its fit, for a statement that names no date
constexpr double kLeastShare = .34;      // of a phrase's words, for a statement to be taken to date it
constexpr double kAboutWeight = .35;     // of the words around a phrase, against its own
constexpr double kLeastMet = .35;        // of a word (met_of), for another one to stand for it
constexpr double kOtherStatement = .45;  // of the fit, for what is said anywhere in the statement; the rest by nearness

bool is_due_cue(std::string_view word) {
  constexpr std::string_view kCues[] = {"due", "by", "until", "till", "deadline", "before", "latest"};
  return std::ranges::find(kCues, word) != std::end(kCues);
}

}  // namespace

Calendar::Calendar(const AnalysedQuery& query, std::span<const RecallCandidate> candidates,
                   std::span<const AnswerStatement> statements, TimeMs today)
    : query_(query), candidates_(candidates), statements_(statements), today_(today) {
  for (const AnswerStatement& statement : statements_)
    read_.push_back(read(statement, candidates_[statement.candidate].time));
}

Calendar::Read Calendar::read(const AnswerStatement& statement, TimeMs said_at) {
  constexpr std::ptrdiff_t kDueReach = 4;  // words before a date that may say it is a due one
  Read out{.words = placed_words(statement.text), .dates = {}};
  for (const StatementDate& date : dates_in(statement.text, said_at)) {
    const std::size_t place = place_at(out.words, date.begin);
    Date& one = out.dates.emplace_back(Date{.first = date.first, .last = date.last, .place = place, .due = false});
    const auto index = std::ranges::lower_bound(out.words, place, {}, &PlacedWord::place) - out.words.begin();
    for (auto i = std::max<std::ptrdiff_t>(0, index - kDueReach); i < index; ++i)
      one.due = one.due || is_due_cue(out.words[static_cast<std::size_t>(i)].folded);
  }
  return out;
}

std::vector<Calendar::Wanted> Calendar::wanted(std::string_view phrase, double weight) const {
  std::vector<Wanted> words;
  for (std::string& term : language::terms(phrase)) {
    Wanted& word = words.emplace_back();
    const auto known = std::ranges::find(query_.terms, term, &WeightedTerm::term);
    word.rarity = weight * (known == query_.terms.end() ? 1 : known->rarity);
    word.terms.push_back({.term = term});
    if (known == query_.terms.end()) continue;
    word.number = known->word;
    for (const WeightedTerm& other : query_.terms) {
      if (other.word == known->word && other.weight < 1)
        word.terms.push_back({.term = other.term, .weight = kSynonymCover});
    }
  }
  return words;
}

std::vector<DatedThing> Calendar::find(std::string_view phrase, std::string_view about, bool or_told) const {
  for (const language::DateMention& date : language::find_dates(phrase, today_)) {
    if (date.grain == language::Grain::day)
      return {{.first = date.first, .last = date.last, .statement = {}, .share = 1}};
  }
  std::vector<Wanted> words = wanted(phrase, 1);
  const std::size_t own = words.size();
  std::ranges::move(wanted(about, kAboutWeight), std::back_inserter(words));
  double all = 0;
  double all_own = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    all += words[i].rarity;
    if (i < own) all_own += words[i].rarity;
  }
  if (all_own <= 0) return {};

  std::vector<DatedThing> found;
  for (std::size_t i = 0; i < statements_.size(); ++i) {
    if (statements_[i].asks) continue;
    // Where each word of the phrase stands, and how well.
    struct Place {
      double rarity;
      std::vector<std::size_t> places;
    };
    std::vector<Place> places;
    double said = 0;
    double said_own = 0;
    const std::optional<Closeness>& closeness = candidates_[statements_[i].candidate].closeness;
    for (std::size_t w = 0; w < words.size(); ++w) {
      double cover = 0;
      for (const WeightedTerm& term : words[w].terms) {
        if (std::ranges::binary_search(statements_[i].terms, term.term)) cover = std::max(cover, term.weight);
      }
      if (cover == 0 && words[w].number && closeness) {
        // Said in another word: its place is not known.
        const double met = met_of(closeness->words, *words[w].number);
        cover = met >= kLeastMet ? met : 0;
      }
      if (cover == 0) continue;
      said += cover * words[w].rarity;
      if (w < own) said_own += cover * words[w].rarity;
      Place& place = places.emplace_back(Place{cover * words[w].rarity, {}});
      for (const PlacedWord& word : read_[i].words) {
        if (std::ranges::any_of(words[w].terms, [&](const WeightedTerm& term) {
              return std::ranges::find(word.terms, term.term) != word.terms.end();
            }))
          place.places.push_back(word.place);
      }
    }
    if (said_own / all_own < kLeastShare) continue;
    const auto near = [&](std::size_t date) {
      double sum = 0;
      for (const Place& place : places) {
        double nearest = 0;
        for (const std::size_t at : place.places) nearest = std::max(nearest, nearness(at, date));
        sum += nearest * place.rarity;
      }
      return sum;
    };
    if (read_[i].dates.empty() && or_told) {
      const auto day = day_of(candidates_[statements_[i].candidate].time);
      found.push_back({.first = day, .last = day, .statement = i, .share = kToldShare * said / all, .told = true});
    }
    for (const Date& date : read_[i].dates) {
      const double share = (kOtherStatement * said + (1 - kOtherStatement) * near(date.place)) / all;
      found.push_back({.first = date.first, .last = date.last, .statement = i, .share = share, .due = date.due});
    }
  }
  std::ranges::sort(found, [](const DatedThing& a, const DatedThing& b) {
    return a.share != b.share ? a.share > b.share : std::tie(a.statement, a.first) < std::tie(b.statement, b.first);
  });
  std::vector<DatedThing> once;
  for (const DatedThing& thing : found) {
    if (std::ranges::none_of(once, [&](const DatedThing& o) { return o.first == thing.first && o.last == thing.last; }))
      once.push_back(thing);
  }
  return once;
}

const AnswerStatement* Calendar::best_statement(std::string_view phrase) const {
  std::vector<WeightedTerm> terms;
  std::size_t number = 0;
  for (const Wanted& word : wanted(phrase, 1)) {
    for (const WeightedTerm& term : word.terms)
      terms.push_back({.term = term.term, .weight = term.weight, .word = number, .rarity = word.rarity});
    ++number;
  }
  const QuestionWords words(terms);
  const AnswerStatement* best = nullptr;
  double most = kLeastShare;
  for (const AnswerStatement& statement : statements_) {
    if (statement.asks) continue;
    const double share = words.coverage(statement.terms);
    if (share > most) {
      most = share;
      best = &statement;
    }
  }
  return best;
}

}  // namespace holdfast::memory
