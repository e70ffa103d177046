#include "memory/recall/answer_cues.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

#include "language/words.h"
#include "memory/recall/asked_value.h"
#include "memory/recall/closeness.h"
#include "memory/recall/placed_words.h"
#include "memory/recall/query_vectors.h"

namespace holdfast::memory {
namespace {

constexpr double kNextDoor = .9;  // what a word is worth that the turn next to a message says

struct AskedWord {
  double rarity = 0;
  bool asked = false;
  bool covered = false;
};

// The question's words, and which of them the terms (sorted) have.
std::map<std::size_t, AskedWord> words_covered(const AnalysedQuery& query, const std::vector<std::string>& terms) {
  std::map<std::size_t, AskedWord> words;
  for (const WeightedTerm& term : query.terms) {
    AskedWord& word = words[term.word];
    word.rarity = std::max(word.rarity, term.rarity);
    word.asked = word.asked || term.asked || term.detail;
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

// The same in itself: how surprising it is that nobody here says the word.
double rarity_missing(const std::map<std::size_t, AskedWord>& words) {
  double most = 0;
  for (const auto& [number, word] : words)
    if (!word.covered) most = std::max(most, word.rarity);
  return most;
}

double asked_covered(const std::map<std::size_t, AskedWord>& words) {
  double covered = 0;
  double all = 0;
  for (const auto& [number, word] : words) {
    if (!word.asked) continue;
    all += 1;
    covered += word.covered ? 1 : 0;
  }
  return all > 0 ? covered / all : 0;
}

bool asks_thing(const AnalysedQuery& query) {
  return std::ranges::any_of(query.terms, [](const WeightedTerm& term) { return term.asked || term.detail; });
}

// Pairs of neighbouring terms, sorted.
std::vector<std::pair<std::string, std::string>> pairs_of(std::string_view text) {
  const std::vector<std::string> terms = language::terms(text);
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::size_t i = 0; i + 1 < terms.size(); ++i) pairs.emplace_back(terms[i], terms[i + 1]);
  std::ranges::sort(pairs);
  return pairs;
}

bool words_any(const AnalysedQuery& query, std::initializer_list<std::string_view> wanted) {
  return std::ranges::any_of(query.words, [&](const std::string& word) {
    return std::ranges::find(wanted, std::string_view(word)) != wanted.end();
  });
}

double adjacency(const std::vector<std::pair<std::string, std::string>>& asked, std::string_view text) {
  if (asked.empty()) return 0;
  const auto pairs = pairs_of(text);
  const auto found =
      std::ranges::count_if(asked, [&](const auto& pair) { return std::ranges::binary_search(pairs, pair); });
  return static_cast<double>(found) / static_cast<double>(asked.size());
}

double names_covered(const AnalysedQuery& query, const std::vector<std::string>& terms) {
  if (query.names.empty()) return 1;
  const auto found = std::ranges::count_if(query.names, [&](const std::string& name) {
    return std::ranges::any_of(language::terms(name),
                               [&](const std::string& term) { return std::ranges::binary_search(terms, term); });
  });
  return static_cast<double>(found) / static_cast<double>(query.names.size());
}

bool says_any(const std::vector<PlacedWord>& words, std::initializer_list<std::string_view> wanted) {
  return std::ranges::any_of(words, [&](const PlacedWord& word) {
    return std::ranges::find(wanted, std::string_view(word.folded)) != wanted.end();
  });
}

// Words by which somebody says that a thing is no longer as it was.
bool says_change(const std::vector<PlacedWord>& words) {
  return says_any(words,
                  {"now",       "anymore",     "instead",   "changed",  "moved", "moves", "switched", "new",
                   "replaced",  "since",       "from",      "until",    "again", "back",  "actually", "correction",
                   "postponed", "rescheduled", "cancelled", "canceled", "up",    "down",  "only",     "longer",
                   "gone",      "dropped",     "raised",    "sorry",    "became"});
}

// What the words that are met come to, by rarity; and the word that is met least: 1 when each is met.
double share_met(const std::map<std::size_t, AskedWord>& words, const std::vector<double>& met) {
  double all = 0;
  double sum = 0;
  std::size_t at = 0;
  for (const auto& [number, word] : words) {
    all += word.rarity;
    sum += word.rarity * met[at++];
  }
  return all > 0 ? sum / all : 0;
}

double least_met(const std::map<std::size_t, AskedWord>& words, const std::vector<double>& met) {
  double most = 0;
  double missing = 0;
  for (const auto& [number, word] : words) most = std::max(most, word.rarity);
  std::size_t at = 0;
  for (const auto& [number, word] : words) missing = std::max(missing, word.rarity * (1 - met[at++]));
  return most > 0 ? 1 - missing / most : 0;
}

double asked_met(const std::map<std::size_t, AskedWord>& words, const std::vector<double>& met) {
  double least = 1;
  std::size_t at = 0;
  for (const auto& [number, word] : words) {
    if (word.asked) least = std::min(least, met[at]);
    ++at;
  }
  return least;
}

void raise(std::vector<double>& met, const std::vector<double>& other) {
  met.resize(std::max(met.size(), other.size()));
  for (std::size_t i = 0; i < other.size(); ++i) met[i] = std::max(met[i], other[i]);
}

WordsMet words_met(const std::map<std::size_t, AskedWord>& words, const Closeness& closeness) {
  WordsMet met;
  for (const auto& [number, word] : words) {
    met.here.push_back(word.covered ? 1 : met_of(closeness.words, number));
    met.around.push_back(std::max(
        {met.here.back(), kNextDoor * met_of(closeness.before, number), kNextDoor * met_of(closeness.after, number)}));
  }
  return met;
}

bool one_of(AskedValue value, std::initializer_list<AskedValue> sorts) {
  return std::ranges::find(sorts, value) != sorts.end();
}

double rank_in(const RecallCandidate& candidate, std::string_view channel) {
  for (const ChannelHit& hit : candidate.channels) {
    if (hit.channel == channel) return 1 / static_cast<double>(hit.rank);
  }
  return 0;
}

double score_in(const RecallCandidate& candidate, std::string_view channel) {
  for (const ChannelHit& hit : candidate.channels) {
    if (hit.channel == channel) return hit.score;
  }
  return 0;
}

// What of the candidates' times and scores statements are measured by.
struct Scale {
  explicit Scale(std::span<const RecallCandidate> candidates) : oldest(candidates.front().time), newest(oldest) {
    for (const RecallCandidate& candidate : candidates) {
      oldest = std::min(oldest, candidate.time);
      newest = std::max(newest, candidate.time);
      best_score = std::max(best_score, candidate.score);
      if (candidate.closeness) closest = std::max(closest, candidate.closeness->mean);
    }
  }
  [[nodiscard]] double age(TimeMs time) const {
    return newest > oldest ? static_cast<double>(time - oldest) / static_cast<double>(newest - oldest) : 1;
  }
  TimeMs oldest;
  TimeMs newest;
  double best_score = 0;
  double closest = 0;
};

}  // namespace

std::vector<StatementCues> statement_cues(const AnalysedQuery& query, std::span<const RecallCandidate> candidates,
                                          std::span<const AnswerStatement> statements) {
  if (candidates.empty()) return {};
  const QuestionWords question(query.terms);
  const auto asked_pairs = pairs_of(query.text);
  const AskedValue wanted = asked_value(Question(query.text), query.kind);
  const bool typed = wanted != AskedValue::kAnything;
  const bool thing = !typed && asks_thing(query) && words_any(query, {"which", "what"});
  const bool past = words_any(query, {"did", "was", "were", "had"});
  const bool present = !past && words_any(query, {"is", "are", "does", "do", "has", "have"});
  const Scale scale(candidates);
  std::vector<StatementCues> all(statements.size());
  double best_cover = 0;
  double best_met = 0;
  double best_around = 0;
  std::vector<std::map<std::size_t, AskedWord>> covers;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    all[i].cover = question.coverage(statements[i].terms);
    best_cover = std::max(best_cover, all[i].cover);
    const auto& covered = covers.emplace_back(words_covered(query, statements[i].terms));
    const RecallCandidate& candidate = candidates[statements[i].candidate];
    if (!candidate.closeness) continue;
    all[i].met = words_met(covered, *candidate.closeness);
    best_met = std::max(best_met, share_met(covered, all[i].met.here));
    best_around = std::max(best_around, share_met(covered, all[i].met.around));
  }
  // How much of the question the best statement of another time says, against this one: what came after may replace it.
  const auto rival = [&](std::size_t i, bool newer) {
    double most = 0;
    for (std::size_t j = 0; j < statements.size(); ++j) {
      const TimeMs mine = candidates[statements[i].candidate].time;
      const TimeMs other = candidates[statements[j].candidate].time;
      if (statements[j].asks || (newer ? other <= mine : other >= mine)) continue;
      most = std::max(most, all[j].cover);
    }
    return all[i].cover > 0 ? std::min(1.0, most / all[i].cover) : 0;
  };
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const AnswerStatement& statement = statements[i];
    const RecallCandidate& candidate = candidates[statement.candidate];
    const std::vector<PlacedWord> words = placed_words(statement.text);
    const SpokenOf spoken(query.terms, words);
    const auto& covered = covers[i];
    const std::vector<FoundValue> values = values_in(statement.text, wanted, query, candidate.time);
    double near_asked = 0;
    for (const FoundValue& value : values) {
      const std::size_t place = place_at(words, value.begin);
      all[i].value_near = std::max(all[i].value_near, spoken.near(place));
      near_asked = std::max(near_asked, spoken.near(place, true));
    }
    all[i].values = values.size();
    all[i].value_near_asked = near_asked;
    if (thing) all[i].names = values_in(statement.text, AskedValue::kName, query, candidate.time).size();
    all[i].topic_rank = rank_in(candidate, "topic_key");
    const bool lacks = typed && values.empty();
    const double newest = scale.age(candidate.time);
    const bool rule = query.kind == QuestionKind::kRule;

    CueRow& row = all[i].row;
    row.add("cover", all[i].cover);
    row.add("cover_to_best", all[i].cover - best_cover);
    row.add("rarest_covered", rarest(covered, true));
    row.add("adjacent_words", adjacency(asked_pairs, statement.text));
    row.add("asked_covered", asked_covered(covered));
    row.add("names_covered", names_covered(query, statement.terms));
    row.add("fused_score", scale.best_score > 0 ? candidate.score / scale.best_score : 0);
    row.add("topic_rank", all[i].topic_rank);
    row.add("text_rank", rank_in(candidate, "full_text"));
    row.add("message_rank", rank_in(candidate, "messages"));
    if (knows_tokens(query)) {
      row.add("vector_rank", rank_in(candidate, "vector"));
      row.add("hyde_rank", rank_in(candidate, "hyde"));
      row.add("vector_score", score_in(candidate, "vector"));
      row.add("hyde_score", score_in(candidate, "hyde"));
    }
    // A head takes a cue that is not there for the average one.
    if (candidate.closeness) {
      row.add("closeness", candidate.closeness->mean);
      row.add("closeness_lowest", candidate.closeness->lowest);
      row.add("closeness_to_best", candidate.closeness->mean - scale.closest);
      const double met = share_met(covered, all[i].met.here);
      const double around = share_met(covered, all[i].met.around);
      row.add("met", met);
      row.add("met_to_best", met - best_met);
      row.add("met_around", around);
      row.add("met_around_to_best", around - best_around);
      row.add("least_met", least_met(covered, all[i].met.here));
      row.add("least_met_around", least_met(covered, all[i].met.around));
      row.add("asked_met", asked_met(covered, all[i].met.here));
      row.add("newest_met_around", newest * around);
      row.add("value_met_around", typed && !lacks ? around : 0);
    }
    row.add("is_memory", candidate.kind == RecallCandidate::Kind::kMemory && !statement.source);
    row.add("is_source", statement.source);
    row.add("evidence", candidate.evidence);
    row.add("superseded", candidate.superseded);
    row.add("by_assistant", !candidate.sources.empty() && candidate.sources.front().role == Role::kAssistant);
    row.add("asks", statement.asks);
    row.add("length", static_cast<double>(std::min<std::size_t>(statement.text.size(), 600)) / 300);
    row.add("short", statement.text.size() < 25);
    row.add("newest", newest);
    const bool changes = says_change(words);
    const double older = rival(i, false);
    row.add("newer_rival", rival(i, true));
    row.add("older_rival", older);
    row.add("says_change", changes);
    row.add("change_of_older", changes ? older : 0);
    row.add("now_and_newest", query.about_now ? newest : 0);
    row.add("present_and_newest", present ? newest : 0);
    row.add("past_and_newest", past ? newest : 0);
    row.add("count_and_newest", wanted == AskedValue::kCount || wanted == AskedValue::kMoney ? newest : 0);
    row.add("date_and_newest", wanted == AskedValue::kDate ? newest : 0);
    row.add("person_and_newest", wanted == AskedValue::kPerson ? newest : 0);
    row.add("reason_and_newest", wanted == AskedValue::kReason ? newest : 0);
    row.add("past_and_superseded", query.about_past && candidate.superseded);
    row.add("value_near", typed ? all[i].value_near : 0);
    row.add("value_near_asked", typed ? near_asked : 0);
    row.add("has_value", typed && !lacks);
    row.add("lacks_date", lacks && wanted == AskedValue::kDate);
    row.add("lacks_number", lacks && one_of(wanted, {AskedValue::kCount, AskedValue::kMoney, AskedValue::kVersion,
                                                     AskedValue::kNumber, AskedValue::kPhone, AskedValue::kAge}));
    row.add("lacks_name", lacks && one_of(wanted, {AskedValue::kPerson, AskedValue::kName, AskedValue::kPlace}));
    row.add("lacks_time",
            lacks && one_of(wanted, {AskedValue::kTimeOfDay, AskedValue::kDuration, AskedValue::kFrequency}));
    row.add("thing_and_name", all[i].names > 0);
    row.add("lacks_thing", thing && all[i].names == 0);
    row.add("lacks_reason", lacks && wanted == AskedValue::kReason);
    row.add("rule_and_instruction", rule && candidate.type == MemoryType::kInstruction);
    row.add("rule_and_strict",
            rule && says_any(words, {"always", "never", "must", "only", "don't", "dont", "not", "no"}));
  }
  return all;
}

CueRow question_cues(const AnalysedQuery& query, std::span<const RecallCandidate> candidates,
                     std::span<const AnswerStatement> statements, std::span<const StatementCues> cues,
                     std::span<const double> logits, std::span<const std::size_t> order) {
  constexpr std::size_t kTogether = 3;
  constexpr double kAlone = 2;  // the margin of an only statement
  const std::size_t best = order[0];
  const AskedValue wanted = asked_value(Question(query.text), query.kind);
  std::vector<std::string> terms;
  std::vector<std::string> all_terms;
  double together = 0;
  double topic = 0;
  double near = 0;
  double near_asked = 0;
  std::size_t values = 0;
  WordsMet met_first;
  WordsMet met_all;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const AnswerStatement& statement = statements[order[i]];
    const WordsMet& met = cues[order[i]].met;
    if (i < kTogether) {
      values += cues[order[i]].values;
      near_asked = std::max(near_asked, cues[order[i]].value_near_asked);
    }
    if (i < kTogether) raise(met_first.here, met.here), raise(met_first.around, met.around);
    raise(met_all.here, met.here), raise(met_all.around, met.around);
    if (i < kTogether) terms.insert(terms.end(), statement.terms.begin(), statement.terms.end());
    all_terms.insert(all_terms.end(), statement.terms.begin(), statement.terms.end());
    together += std::exp(logits[order[i]]);
    topic = std::max(topic, cues[order[i]].topic_rank);
    near = std::max(near, cues[order[i]].value_near);
  }
  std::ranges::sort(terms);
  std::ranges::sort(all_terms);
  const QuestionWords question(query.terms);
  const auto of_best = words_covered(query, statements[best].terms);
  const auto of_first = words_covered(query, terms);
  const auto of_all = words_covered(query, all_terms);
  const RecallCandidate& candidate = candidates[statements[best].candidate];
  const bool typed = wanted != AskedValue::kAnything;
  const auto wants = [&](std::initializer_list<AskedValue> sorts) { return one_of(wanted, sorts); };
  const bool thing = !typed && asks_thing(query) && words_any(query, {"which", "what"});

  CueRow row;
  row.add("best", logits[best]);
  row.add("margin", order.size() > 1 ? logits[best] - logits[order[1]] : kAlone);
  row.add("together", std::log(together));
  row.add("cover", cues[best].cover);
  row.add("cover_first", question.coverage(terms));
  row.add("cover_all", question.coverage(all_terms));
  row.add("missing", rarest(of_best, false));
  row.add("missing_first", rarest(of_first, false));
  row.add("missing_all", rarest(of_all, false));
  row.add("unsaid", rarity_missing(of_best));
  row.add("unsaid_all", rarity_missing(of_all));
  row.add("asks_thing", asks_thing(query));
  row.add("asked_covered", asked_covered(of_best));
  row.add("asked_covered_first", asked_covered(of_first));
  row.add("has_names", !query.names.empty());
  row.add("names_covered", names_covered(query, statements[best].terms));
  row.add("names_covered_all", names_covered(query, all_terms));
  row.add("words", static_cast<double>(of_best.size()) / 8);
  row.add("best_asks", statements[best].asks);
  row.add("best_is_memory", candidate.kind == RecallCandidate::Kind::kMemory);
  row.add("best_by_assistant", !candidate.sources.empty() && candidate.sources.front().role == Role::kAssistant);
  row.add("best_topic", cues[best].topic_rank);
  row.add("any_topic", topic);
  row.add("best_text", rank_in(candidate, "full_text"));
  if (candidate.closeness) {
    double closest = 0;
    for (const RecallCandidate& other : candidates)
      if (other.closeness) closest = std::max(closest, other.closeness->mean);
    row.add("closeness", candidate.closeness->mean);
    row.add("closeness_lowest", candidate.closeness->lowest);
    row.add("closest", closest);
    const WordsMet& met = cues[best].met;
    row.add("met", share_met(of_best, met.here));
    row.add("met_around", share_met(of_best, met.around));
    row.add("met_first", share_met(of_best, met_first.here));
    row.add("met_around_first", share_met(of_best, met_first.around));
    row.add("met_all", share_met(of_best, met_all.here));
    row.add("least_met", least_met(of_best, met.here));
    row.add("least_met_around", least_met(of_best, met.around));
    row.add("least_met_first", least_met(of_best, met_first.here));
    row.add("least_met_all", least_met(of_best, met_all.here));
    row.add("asked_met", asked_met(of_best, met.here));
    row.add("asked_met_around", asked_met(of_best, met.around));
    row.add("asked_met_all", asked_met(of_best, met_all.here));
  }
  row.add("evidence", candidate.evidence);
  row.add("best_length", static_cast<double>(std::min<std::size_t>(statements[best].text.size(), 600)) / 300);
  row.add("typed", typed);
  row.add("value_near", typed ? cues[best].value_near : 0);
  row.add("value_near_any", typed ? near : 0);
  row.add("value_near_asked", typed ? cues[best].value_near_asked : 0);
  row.add("value_near_asked_first", typed ? near_asked : 0);
  row.add("lacks_value", typed && cues[best].values == 0);
  row.add("lacks_value_first", typed && values == 0);
  row.add("wants_thing", thing);
  row.add("lacks_thing", thing && cues[best].names == 0);
  row.add("lacks_number", cues[best].values == 0 && wants({AskedValue::kCount, AskedValue::kMoney, AskedValue::kVersion,
                                                           AskedValue::kNumber, AskedValue::kPhone, AskedValue::kAge}));
  row.add("lacks_person", cues[best].values == 0 && wants({AskedValue::kPerson, AskedValue::kName}));
  row.add("lacks_reason", cues[best].values == 0 && wants({AskedValue::kReason}));
  row.add("wants_age", wants({AskedValue::kAge}));
  row.add("wants_frequency", wants({AskedValue::kFrequency}));
  row.add("met_and_typed", candidate.closeness && typed ? share_met(of_best, cues[best].met.here) : 0);
  row.add("wants_date", wants({AskedValue::kDate, AskedValue::kTimeOfDay}));
  row.add("wants_duration", wants({AskedValue::kDuration}));
  row.add("wants_count", wants({AskedValue::kCount}));
  row.add("wants_money", wants({AskedValue::kMoney}));
  row.add("wants_number", wants({AskedValue::kVersion, AskedValue::kNumber, AskedValue::kEmail, AskedValue::kPhone}));
  row.add("wants_person", wants({AskedValue::kPerson}));
  row.add("wants_name", wants({AskedValue::kName}));
  row.add("wants_place", wants({AskedValue::kPlace}));
  row.add("wants_reason", wants({AskedValue::kReason}));
  row.add("wants_rule", query.kind == QuestionKind::kRule);
  row.add("yes_or_no", query.kind == QuestionKind::kYesNo);
  row.add("about_past", query.about_past);
  row.add("about_now", query.about_now);
  return row;
}

}  // namespace holdfast::memory
