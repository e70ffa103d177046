// The builtin synthesiser: picks the statements that answer, in the words they were said in.
#include "memory/recall/synthesise.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <tuple>

#include "base/utf8.h"
#include "language/dates.h"
#include "language/secrets.h"
#include "language/sentences.h"
#include "language/words.h"
#include "memory/ingest/cues.h"
#include "memory/recall/asked_value.h"
#include "memory/recall/placed_words.h"
#include "memory/recall/query_vectors.h"
#include "memory/recall/stages.h"
#include "memory/recall/weights.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kStatementBytes = 400;  // of one statement in an answer
constexpr double kUnderTopic = .25;           // answerable enough, for what stands under the topic asked for
constexpr double kOnTopic = .35;              // for what names what is asked for
constexpr double kByWords = .8;               // of these without an encoder, for the head was fitted with one
constexpr double kFormerCover = .6;           // of the first statement's share of the question
constexpr double kRepeats = .85;              // of the smaller one's terms: the same thing said again
constexpr double kRepeatsItself = .6;         // the same between a memory and the message it was read from
constexpr double kAsLikely = .3;              // of a message's words, that its memory is shown in their place

bool repeats(const AnswerStatement& a, const AnswerStatement& b) {
  const std::size_t smaller = std::min(a.terms.size(), b.terms.size());
  std::size_t common = 0;
  for (const std::string& term : a.terms)
    if (std::ranges::binary_search(b.terms, term)) ++common;
  const double share = a.candidate == b.candidate ? kRepeatsItself : kRepeats;
  return static_cast<double>(common) >= share * static_cast<double>(std::max<std::size_t>(smaller, 1));
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
std::string_view best_sentence(const AnalysedQuery& query, std::string_view text) {
  const QuestionWords question(query.terms);
  const auto sentences = language::sentences(text);
  if (sentences.size() < 2) return text;
  std::string_view best = text;
  double most = -1;
  for (const language::Sentence& sentence : sentences) {
    const double share = question.coverage(language::terms(sentence.text));
    if (share > most) {
      most = share;
      best = sentence.text;
    }
  }
  return best;
}

// The value asked for, of those in `text` the one nearest to what is asked about.
std::optional<std::string> named_value(const AnalysedQuery& query, AskedValue wanted, std::string_view text,
                                       TimeMs said_at) {
  const std::vector<PlacedWord> words = placed_words(text);
  const SpokenOf spoken(query.terms, words);
  std::optional<FoundValue> best;
  double most = -1;
  for (const FoundValue& value : values_in(text, wanted, query, said_at)) {
    const double near = spoken.near(place_at(words, value.begin));
    if (near > most) {
      most = near;
      best = value;
    }
  }
  if (!best) return std::nullopt;
  if (wanted == AskedValue::kDate) {
    for (const language::DateMention& date : language::find_dates(text, said_at))
      if (date.begin == best->begin) return date.iso;
  }
  std::size_t end = best->end;
  // "three weeks", "12 seats": a number is little without what it counts.
  if (wanted == AskedValue::kDuration || wanted == AskedValue::kCount) {
    const auto after = std::ranges::find_if(words, [&](const PlacedWord& w) { return w.begin >= end; });
    if (after != words.end() && after->begin <= end + 1) end = after->end;
  }
  return std::string(text.substr(best->begin, end - best->begin));
}

class Composer {
 public:
  Composer(const AnswerMaterial& material, const RankedStatements& ranked) : material_(material), ranked_(ranked) {}

  [[nodiscard]] std::string compose() const {
    if (ranked_.order.empty()) return {};
    switch (material_.request.response_length) {
      case ResponseLength::kShort:
        return short_answer();
      case ResponseLength::kMedium:
        return medium_answer();
      case ResponseLength::kLong:
        return long_answer();
    }
    return {};
  }

 private:
  [[nodiscard]] const AnswerStatement& statement(std::size_t i) const { return material_.statements[i]; }
  [[nodiscard]] const RecallCandidate& candidate(std::size_t i) const {
    return material_.candidates[statement(i).candidate];
  }
  [[nodiscard]] bool listing() const { return material_.query.kind == QuestionKind::kList || material_.query.overview; }

  // Statements to show, at most `most`: the likeliest, and those that come near it, each thing once. Of an overview in
  // the order of time.
  [[nodiscard]] std::vector<std::size_t> chosen(std::size_t most, double close) const {
    const QuestionWords question(material_.query.terms);
    std::vector<std::size_t> chosen;
    for (const std::size_t said_first : ranked_.order) {
      if (chosen.size() == most) break;
      const std::size_t i = plainer(said_first);
      if (!chosen.empty()) {
        if (ranked_.likelihood[i] < close) break;
        // By words alone, what says none of them has nothing to do with it; vectors of tokens know better.
        const bool unrelated = !knows_tokens(material_.query) && question.coverage(statement(i).terms) == 0;
        if (statement(i).asks || unrelated || only_echoes(i) || is_outdated(i, chosen.front(), question)) continue;
        const bool said = std::ranges::any_of(chosen, [&](std::size_t c) {
          return candidate(c).superseded == candidate(i).superseded && repeats(statement(c), statement(i));
        });
        if (said) continue;
      }
      chosen.push_back(i);
    }
    add_former(chosen);
    if (material_.query.overview) {
      std::ranges::sort(chosen, [&](std::size_t a, std::size_t b) {
        return std::tuple(candidate(a).time, a) < std::tuple(candidate(b).time, b);
      });
    }
    return chosen;
  }

  // The memory in the place of the words it was read from, where they say no more: it is free of "by the way".
  [[nodiscard]] std::size_t plainer(std::size_t i) const {
    if (!statement(i).source) return i;
    const QuestionWords question(material_.query.terms);
    for (std::size_t other = 0; other < material_.statements.size(); ++other) {
      if (statement(other).candidate == statement(i).candidate && !statement(other).source &&
          ranked_.likelihood[other] >= kAsLikely * ranked_.likelihood[i] && repeats(statement(other), statement(i)) &&
          question.coverage(statement(other).terms) >= question.coverage(statement(i).terms))
        return other;
    }
    return i;
  }

  // Asked what was before, the likeliest statement that no longer holds is part of the answer.
  void add_former(std::vector<std::size_t>& chosen) const {
    if (!material_.query.about_past) return;
    if (std::ranges::any_of(chosen, [&](std::size_t i) { return candidate(i).superseded; })) return;
    const QuestionWords question(material_.query.terms);
    const double least = kFormerCover * question.coverage(statement(chosen.front()).terms);
    const auto former = std::ranges::find_if(ranked_.order, [&](std::size_t i) {
      return candidate(i).superseded && !statement(i).asks && question.coverage(statement(i).terms) >= least;
    });
    if (former != ranked_.order.end()) chosen.push_back(*former);
  }

  // Whether it is a poor second: what the assistant said to it, unless that is asked for.
  [[nodiscard]] bool only_echoes(std::size_t i) const {
    const std::vector<Message>& sources = candidate(i).sources;
    return candidate(i).kind == RecallCandidate::Kind::kMessage && !material_.query.about_replies && !sources.empty() &&
           sources.front().role == Role::kAssistant && sources.front().name.empty();
  }

  // Asked how it is now, or who it is where the first tells of a change and both name somebody: whether it says as much
  // of the thing as the first, and was said before.
  [[nodiscard]] bool is_outdated(std::size_t i, std::size_t first, const QuestionWords& question) const {
    if (material_.query.about_past || listing() || candidate(i).time >= candidate(first).time) return false;
    if (!material_.query.about_now && !was_succeeded(i, first)) return false;
    return question.coverage(statement(i).terms) >= question.coverage(statement(first).terms);
  }

  // Asked who it is. Of other values the earlier ones are kept beside the first: measured, leaving them out costs 10 of
  // 659 answers of data/memories.
  [[nodiscard]] bool was_succeeded(std::size_t i, std::size_t first) const {
    if (asked_value(Question(material_.query.text), material_.query.kind) != AskedValue::kPerson) return false;
    if (!find_cues(Tokens(statement(first).text)).any(Cue::kChange, Cue::kStrongChange)) return false;
    return names_somebody(i) && names_somebody(first);
  }

  [[nodiscard]] bool names_somebody(std::size_t i) const {
    return !values_in(statement(i).text, AskedValue::kPerson, material_.query, candidate(i).time).empty();
  }

  [[nodiscard]] bool says_date(std::size_t i) const { return dated(statement(i), candidate(i).time).has_value(); }

  [[nodiscard]] std::string shown(std::size_t i) const {
    const std::string& whole = statement(i).text;
    std::string text(first_bytes(whole, kStatementBytes));
    if (text.size() < whole.size()) text += " …";
    if (candidate(i).superseded) text = "Formerly: " + text;
    return text;
  }

  [[nodiscard]] std::vector<std::string> facts() const {
    std::vector<std::string> texts;
    if (material_.query.kind == QuestionKind::kHowLong)
      for (const TemporalFact& fact : material_.facts) texts.push_back(fact.text);
    return texts;
  }

  [[nodiscard]] std::string short_answer() const {
    if (const auto computed = facts(); !computed.empty()) return joined(computed);
    const std::size_t first = ranked_.order.front();
    if (listing()) return medium_answer();
    const std::string_view sentence = best_sentence(material_.query, statement(first).text);
    const AskedValue wanted = asked_value(Question(material_.query.text), material_.query.kind);
    if (!candidate(first).superseded) {
      for (const std::string_view text : {sentence, std::string_view(statement(first).text)})
        if (auto value = named_value(material_.query, wanted, text, candidate(first).time)) return *value;
    }
    if (wanted == AskedValue::kDate) return format_day(candidate(first).time);
    return (candidate(first).superseded ? "Formerly: " : "") + std::string(sentence);
  }

  [[nodiscard]] std::string medium_answer() const {
    std::vector<std::string> parts = facts();
    const std::size_t most = listing() ? weights::kMediumList : weights::kMediumStatements;
    const std::vector<std::size_t> statements = chosen(most, weights::kAnswerClose);
    for (const std::size_t i : statements) {
      std::string text = shown(i);
      // When it was said: of the first, of what was said on another day, so that old is told from new, and, asked when,
      // of each, for one that names no date is worth that day.
      const bool told = i == statements.front() || material_.query.kind == QuestionKind::kWhen ||
                        day_of(candidate(i).time) != day_of(candidate(statements.front()).time);
      if (told && !says_date(i)) text += " (" + format_day(candidate(i).time) + ")";
      parts.push_back(std::move(text));
    }
    return joined(parts);
  }

  [[nodiscard]] std::string long_answer() const {
    std::string list = joined(facts());
    for (const std::size_t i : chosen(weights::kLongStatements, weights::kLongClose)) {
      list.append(list.empty() ? "- " : "\n- ").append(shown(i));
      list.append(" (").append(format_day(candidate(i).time)).append(")");
    }
    return list;
  }

  const AnswerMaterial& material_;
  const RankedStatements& ranked_;
};

// A question is no answer: what comes near it and tells something goes first.
RankedStatements with_telling_first(RankedStatements ranked, std::span<const AnswerStatement> statements) {
  const auto telling = std::ranges::find_if(ranked.order, [&](std::size_t i) { return !statements[i].asks; });
  if (telling != ranked.order.end() && ranked.likelihood[*telling] >= weights::kAnswerClose)
    std::rotate(ranked.order.begin(), telling, telling + 1);
  return ranked;
}

class BuiltinSynthesiser final : public Synthesiser {
 public:
  [[nodiscard]] Task<Result<std::string>> synthesise(const StageContext&, const RecallRequest& request,
                                                     const AnalysedQuery& query,
                                                     const std::vector<RecallCandidate>& candidates,
                                                     const std::vector<TemporalFact>& facts) const override {
    if (candidates.empty()) co_return std::string();
    const std::vector<AnswerStatement> statements = statements_of(query, candidates, weights::kAnswerPool);
    const RankedStatements ranked = rank_statements(query, candidates, statements);
    if (!is_answered(query, ranked, statements)) co_return std::string();
    co_return compose_answer({request, query, candidates, statements, facts}, ranked);
  }
  [[nodiscard]] std::string_view model() const override { return "builtin"; }
};

}  // namespace

std::string compose_answer(const AnswerMaterial& material, const RankedStatements& ranked) {
  const RankedStatements telling = with_telling_first(ranked, material.statements);
  return language::redact_secrets(Composer(material, telling).compose());
}

bool is_answered(const AnalysedQuery& query, const RankedStatements& ranked,
                 std::span<const AnswerStatement> statements) {
  if (ranked.order.empty()) return false;
  // An overview is of whatever there is; any other question may have no answer here.
  if (query.overview) return QuestionWords(query.terms).coverage(statements[ranked.order.front()].terms) > 0;
  const double least = ranked.under_topic ? kUnderTopic : ranked.on_topic ? kOnTopic : weights::kAnswerable;
  return ranked.answerable >= (knows_tokens(query) ? 1 : kByWords) * least;
}

std::unique_ptr<Synthesiser> builtin_synthesiser(const models::Encoder*) {
  return std::make_unique<BuiltinSynthesiser>();
}

}  // namespace holdfast::memory
