#include "memory/recall/channels/topic_key.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

#include "language/words.h"
#include "memory/recall/weights.h"

namespace holdfast::memory {
namespace {

struct Hit {
  const Memory* memory;
  double score;
};

bool before(const Hit& a, const Hit& b) {
  if (a.score != b.score) return a.score > b.score;
  if (a.memory->current() != b.memory->current()) return a.memory->current();
  const auto age = [](const Memory& m) { return std::tie(m.created_at, m.position, m.id); };
  return age(*a.memory) > age(*b.memory);
}

struct AskedTerm {
  search::TermId term;
  std::size_t word;  // of the question
  double share;      // of the question's words, by their worth, that this word is
};

// The names of speakers that the question says. A key that says who, besides what, is one of many of that person's.
std::vector<search::TermId> names_asked(const ProfileIndex& index, const AnalysedQuery& query) {
  std::vector<search::TermId> names;
  for (const std::string& word : query.words) {
    if (index.speakers_named(word).empty()) continue;
    for (const std::string& term : language::terms(word)) {
      if (const auto number = index.vocabulary().find(term)) names.push_back(*number);
    }
  }
  return names;
}

std::vector<AskedTerm> asked_terms(const ProfileIndex& index, const AnalysedQuery& query) {
  std::map<std::size_t, double> worth;
  for (const WeightedTerm& term : query.terms) worth[term.word] = term.worth;
  double all = 0;
  for (const auto& [word, its] : worth) all += its;
  std::vector<AskedTerm> asked;
  for (const WeightedTerm& term : query.terms) {
    const auto number = index.vocabulary().find(term.term);
    if (number && all > 0) asked.push_back({*number, term.word, worth[term.word] / all});
  }
  return asked;
}

double share_of_question(const TopicIndex::Topic& topic, const std::vector<AskedTerm>& asked) {
  double share = 0;
  std::set<std::size_t> seen;
  for (const AskedTerm& term : asked) {
    if (std::ranges::find(topic.terms, term.term) != topic.terms.end() && seen.insert(term.word).second)
      share += term.share;
  }
  return share;
}

// What the strongest message behind any version of the value says to the question: the present version itself may not
// say the question's words. A version given without messages speaks for itself.
double strongest_evidence(const RecallView& view, std::string_view key) {
  double strongest = 0;
  for (const Memory* const memory : view.fold.versions(key)) {
    if (memory->sources.empty()) return 1;
    for (const Source& source : memory->sources) {
      if (const auto message = view.index.find_message(source.message))
        strongest = std::max(strongest, view.evidence.of(*message));
    }
  }
  return strongest;
}

}  // namespace

double TopicKeyChannel::weight() const { return weights::kTopicKeyWeight; }

RankedHits TopicKeyChannel::run(const RecallView& view, const AnalysedQuery& query, std::size_t breadth) const {
  const TopicIndex& topics = view.index.topics();
  const std::vector<search::TermId> names = names_asked(view.index, query);
  const auto is_name = [&names](search::TermId term) { return std::ranges::find(names, term) != names.end(); };
  std::vector<AskedTerm> asked = asked_terms(view.index, query);
  std::erase_if(asked, [&is_name](const AskedTerm& term) { return is_name(term.term); });
  std::vector<search::TermId> terms;
  for (const AskedTerm& term : asked) terms.push_back(term.term);

  std::vector<Hit> hits;
  for (const TopicIndex::Topic& topic : topics.find(terms)) {
    double said = 0;
    double all = 0;
    for (const search::TermId term : topic.terms) {
      if (is_name(term)) continue;
      const double rarity = search::inverse_document_frequency(topics.size(), topics.frequency(term));
      all += rarity;
      if (std::ranges::find(terms, term) != terms.end()) said += rarity;
    }
    const double coverage = said / all;
    if (coverage < weights::kTopicCoverage || share_of_question(topic, asked) < weights::kTopicShare) continue;
    if (strongest_evidence(view, topic.key) < weights::kTopicEvidence) continue;
    for (const Memory* const memory : view.fold.versions(topic.key)) {
      // Of two keys said in full, the longer says more of what is asked for.
      const double score = coverage * static_cast<double>(topic.terms.size());
      if (memory->current() || query.about_past) hits.push_back({memory, score});
    }
  }
  std::ranges::sort(hits, before);
  if (hits.size() > breadth) hits.resize(breadth);
  RankedHits ranked;
  ranked.reserve(hits.size());
  for (const Hit& hit : hits) {
    ranked.push_back({.key = {RecallCandidate::Kind::kMemory, hit.memory->id}, .score = hit.score});
  }
  return ranked;
}

}  // namespace holdfast::memory
