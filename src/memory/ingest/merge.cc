#include "memory/ingest/merge.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "memory/ingest/statement.h"

namespace holdfast::memory {
namespace {

auto order_of(const Candidate& candidate) {
  return std::tie(candidate.time, candidate.position, candidate.sources.front().line_from, candidate.content,
                  candidate.stage, candidate.sources.front().message);
}

void unite(Candidate& into, const Candidate& from) {
  for (const Source& source : from.sources)
    if (std::find(into.sources.begin(), into.sources.end(), source) == into.sources.end())
      into.sources.push_back(source);
  for (const std::string& derivation : from.derivations)
    if (std::find(into.derivations.begin(), into.derivations.end(), derivation) == into.derivations.end())
      into.derivations.push_back(derivation);
  into.closes = into.closes || from.closes;
}

bool shares_source(const Candidate& a, const Candidate& b) {
  return std::any_of(a.sources.begin(), a.sources.end(), [&](const Source& source) {
    return std::any_of(b.sources.begin(), b.sources.end(),
                       [&](const Source& other) { return other.message == source.message; });
  });
}

}  // namespace

std::vector<Candidate> merge(std::vector<std::vector<Candidate>> lists, std::vector<Dropped>& dropped) {
  std::vector<Candidate> all;
  for (std::vector<Candidate>& list : lists)
    for (Candidate& candidate : list)
      if (!candidate.sources.empty()) all.push_back(std::move(candidate));
  // Full candidates first: a detail goes into the one that contains it.
  std::sort(all.begin(), all.end(), [](const Candidate& a, const Candidate& b) {
    const bool detail_a = a.stage == "detail";
    const bool detail_b = b.stage == "detail";
    return detail_a != detail_b ? detail_b : order_of(a) < order_of(b);
  });
  std::vector<Candidate> kept;
  std::vector<Statement> statements;
  std::map<Id, std::size_t> by_statement;
  std::map<Id, std::vector<std::size_t>> by_message;
  for (Candidate& candidate : all) {
    const Id hash = statement_hash(candidate.content);
    if (const auto same = by_statement.find(hash); same != by_statement.end()) {
      unite(kept[same->second], candidate);
      continue;
    }
    Statement statement = read_statement(candidate.content);
    std::size_t into = kept.size();
    if (candidate.stage == "detail") {
      for (const Source& source : candidate.sources) {
        const auto near = by_message.find(source.message);
        if (near == by_message.end()) continue;
        for (const std::size_t at : near->second)
          if (into == kept.size() && shares_source(kept[at], candidate) &&
              includes(statements[at].terms, statement.terms) && includes(statements[at].values, statement.values))
            into = at;
      }
    }
    if (into < kept.size()) {
      dropped.push_back({candidate.content, "contained in: " + kept[into].content, "merge", candidate.model});
      unite(kept[into], candidate);
      continue;
    }
    by_statement.emplace(hash, kept.size());
    for (const Source& source : candidate.sources) by_message[source.message].push_back(kept.size());
    kept.push_back(std::move(candidate));
    statements.push_back(std::move(statement));
  }
  std::sort(kept.begin(), kept.end(), [](const Candidate& a, const Candidate& b) { return order_of(a) < order_of(b); });
  return kept;
}

}  // namespace holdfast::memory
