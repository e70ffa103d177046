#include "memory/ingest/rest.h"

#include <algorithm>
#include <vector>

#include "language/sentences.h"
#include "memory/ingest/describe.h"
#include "memory/ingest/statement.h"
#include "memory/ingest/tokens.h"
#include "memory/ingest/topic_key.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kSaysSomething = 18;  // bytes below which a part is only a word or two

struct Part {
  std::string_view text;
  std::size_t sentence = 0;
  double spoken_of = 0;  // how much of it the newer statement takes up
};

std::vector<Part> parts_of(std::string_view content) {
  std::vector<Part> parts;
  std::size_t number = 0;
  for (const language::Sentence& sentence : language::sentences(content)) {
    for (const std::string_view clause : language::clauses(sentence.text)) {
      // A list without verbs is cut at its commas: "go 1.22, sqlc, pgx".
      std::size_t begin = 0;
      int brackets = 0;
      for (std::size_t i = 0; i <= clause.size(); ++i) {
        if (i < clause.size() && (clause[i] == '(' || clause[i] == '`')) ++brackets;
        if (i < clause.size() && clause[i] == ')') brackets = 0;
        const bool comma = i + 1 < clause.size() && clause[i] == ',' && clause[i + 1] == ' ' && brackets % 2 == 0;
        if (i != clause.size() && !comma) continue;
        std::string_view text = clause.substr(begin, i - begin);
        while (!text.empty() && (text.front() == ' ' || text.front() == ',')) text.remove_prefix(1);
        if (!text.empty()) parts.push_back({text, number, 0});
        begin = i;
      }
    }
    ++number;
  }
  return parts;
}

}  // namespace

std::string rest_of(std::string_view content, const Comparable& newer, std::string_view key) {
  std::vector<Part> parts = parts_of(content);
  if (parts.size() < 2) return {};
  const std::vector<std::string> key_terms = read_statement(key).terms;
  double best = 0;
  for (Part& part : parts) {
    const Statement statement = read_statement(part.text);
    if (statement.terms.empty()) continue;
    const std::size_t common = shared(statement.terms, newer.statement.terms) +
                               2 * shared(statement.values, newer.denied) + 2 * shared(statement.terms, key_terms);
    part.spoken_of = static_cast<double>(common) / static_cast<double>(1 + statement.terms.size());
    const Tokens tokens(part.text);
    for (const Token& token : tokens)
      if (std::binary_search(newer.denied.begin(), newer.denied.end(), token.text)) part.spoken_of += 1;
    best = std::max(best, part.spoken_of);
  }
  if (best <= 0) return {};
  // The part that is spoken of most goes, with all that is spoken of nearly as much; so does a part that only carries
  // on from one that goes.
  std::string rest;
  std::size_t last_sentence = 0;
  bool dropped_before = false;
  for (const Part& part : parts) {
    const bool carries_on = dropped_before && part.sentence == last_sentence && part.text.size() < kSaysSomething;
    const bool goes = part.spoken_of > 0.6 * best || carries_on;
    if (!goes) {
      if (!rest.empty()) rest += part.sentence == last_sentence ? ", " : ". ";
      std::string_view text = part.text;
      while (!text.empty() && (text.back() == '.' || text.back() == ',' || text.back() == ';')) text.remove_suffix(1);
      rest += text;
    }
    dropped_before = goes;
    last_sentence = part.sentence;
  }
  const Statement statement = read_statement(rest);
  if (rest.size() < kSaysSomething || statement.terms.size() < 2) return {};
  return rest;
}

Memory describe_part(const Memory& whole, std::string rest) {
  Memory part = whole;
  part.superseded_by.reset();
  part.updated_at = part.created_at;
  part.topic_key.clear();
  part.content = std::move(rest);
  part.summary = summarise(part.content);
  part.keywords = keywords_of(part.content);
  part.queries = queries_of(part);
  part.derivations.emplace_back("rest of a replaced statement");
  return part;
}

}  // namespace holdfast::memory
