#include "memory/ingest/rest.h"

#include <algorithm>

#include "memory/ingest/describe.h"
#include "memory/ingest/parts.h"
#include "memory/ingest/statement.h"
#include "memory/ingest/tokens.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kSaysSomething = 18;  // bytes below which a part without a value is only a word or two

// Whether a part only goes on with the one before it: a reason, or more of what that one names.
bool goes_on(const PartView& part) {
  return !part.words.empty() && is_one_of(part.words.front(), "because which who whose since as");
}

// "14" of a list of which the rest went.
bool is_bare_number(const PartView& part) {
  return std::none_of(part.text.begin(), part.text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || (byte | 0x20U) - 'a' < 26U;
  });
}

bool says_something(const PartView& part) {
  if (is_bare_number(part)) return false;
  return part.text.size() >= kSaysSomething || !part.values.empty() || !part.asserted.empty();
}

}  // namespace

std::vector<std::size_t> parts_spoken_of(const Comparable& older, const Comparable& newer, std::string_view key) {
  const std::vector<std::string> key_terms = read_statement(key).terms;
  std::vector<double> spoken_of;
  double best = 0;
  for (const PartView& part : older.parts) {
    const Statement statement = read_statement(part.text);
    const std::size_t common = shared(statement.terms, newer.statement.terms) +
                               2 * shared(statement.values, newer.denied) + 2 * shared(statement.terms, key_terms);
    double score = static_cast<double>(common) / static_cast<double>(1 + statement.terms.size());
    for (const std::string& word : part.words)
      if (std::binary_search(newer.denied.begin(), newer.denied.end(), word)) score += 1;
    best = std::max(best, score);
    spoken_of.push_back(score);
  }
  // The part that is spoken of most goes, with all that is spoken of nearly as much.
  std::vector<std::size_t> parts;
  for (std::size_t i = 0; i < spoken_of.size(); ++i)
    if (spoken_of[i] > 0.6 * best) parts.push_back(i);
  return parts;
}

std::string rest_of(const Comparable& older, std::span<const std::size_t> gone) {
  std::string rest;
  std::size_t last_sentence = 0;
  bool gone_before = false;
  for (std::size_t i = 0; i < older.parts.size(); ++i) {
    const PartView& part = older.parts[i];
    const bool carries_on = gone_before && part.sentence == last_sentence && (goes_on(part) || !says_something(part));
    const bool goes = std::binary_search(gone.begin(), gone.end(), i) || carries_on;
    if (!goes) {
      if (!rest.empty()) rest += part.sentence == last_sentence ? ", " : ". ";
      std::string_view text = part.text;
      while (!text.empty() && (text.back() == '.' || text.back() == ',' || text.back() == ';')) text.remove_suffix(1);
      rest += text;
    }
    gone_before = goes;
    last_sentence = part.sentence;
  }
  if (rest.size() < kSaysSomething || read_statement(rest).terms.size() < 2) return {};
  const std::string& content = older.memory->content;
  return content.substr(0, speaker_prefix(content, older.memory->name)) + rest;
}

Memory describe_part(const Memory& whole, std::string rest) {
  Memory part = whole;
  part.superseded_by.reset();
  part.updated_at = part.created_at;
  part.content = std::move(rest);
  if (!includes(read_statement(part.content).terms, read_statement(part.topic_key).terms)) part.topic_key.clear();
  part.summary = summarise(part.content);
  part.keywords = keywords_of(part.content);
  part.queries = queries_of(part);
  part.derivations.emplace_back("rest of a replaced statement");
  return part;
}

}  // namespace holdfast::memory
