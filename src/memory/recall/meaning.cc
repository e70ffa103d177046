#include "memory/recall/meaning.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>

#include "language/words.h"
#include "memory/recall/query_vectors.h"
#include "memory/recall/question.h"
#include "memory/recall/weights.h"
#include "search/vector_scan.h"

namespace holdfast::memory {
namespace {

// Whether a folded word is the name of a speaker, or whose it is ("anna's").
bool names_speaker(const ProfileIndex& index, std::string_view word) {
  if (word.ends_with("'s")) word.remove_suffix(2);
  return !index.speakers_named(word).empty();
}

// A word of the question, and what its tokens weigh.
struct WordWeight {
  std::size_t begin = 0;
  std::size_t end = 0;
  float weight = 0;
};

// By the rarest of a word's terms among the messages; nothing for stop words and for the wording of an overview.
std::vector<WordWeight> word_weights(const ProfileIndex& index, const AnalysedQuery& query, std::string_view text) {
  std::vector<WordWeight> words;
  language::for_each_word(text, [&](const language::Word& word) {
    if (word.part) return;
    WordWeight& own = words.emplace_back(WordWeight{word.begin, word.end, 0});
    if (query.overview && is_overview_wording(word.text)) return;
    float rarest = 0;
    language::terms_of_word(word.text, word.compound, [&](std::string_view term) {
      const auto number = index.vocabulary().find(term);
      const std::size_t with = number ? index.messages().document_frequency(*number) : 0;
      rarest = std::max(rarest, search::inverse_document_frequency(index.messages().size(), with));
    });
    own.weight = std::max(0.f, rarest - weights::kTokenCommon);
  });
  return words;
}

search::LateQuery late_query(const ProfileIndex& index, const AnalysedQuery& query, const EncodedText& text) {
  search::LateQuery late{.dimensions = text.pooled.size(), .tokens = {}, .weights = {}};
  const std::vector<float>& mean = query.vectors->token_mean;
  const std::vector<WordWeight> words = word_weights(index, query, text.text);
  std::size_t word = 0;
  for (std::size_t token = 0; token < text.spans.size() && late.size() < weights::kMostTokens; ++token) {
    const models::TokenSpan span = text.spans[token];
    while (word < words.size() && words[word].end <= span.begin) ++word;
    if (word == words.size() || words[word].begin >= span.end || !(words[word].weight > 0)) continue;
    const std::span<const float> vector = text.token(token);
    for (std::size_t i = 0; i < vector.size(); ++i)
      late.tokens.push_back(mean.empty() ? vector[i] : vector[i] - mean[i]);
    late.weights.push_back(words[word].weight);
  }
  return late;
}

// The mean of the tokens of those words that `wanted` wants, unit length; of the whole text where it wants none or the
// tokens are not known.
template <typename Wanted>
std::vector<float> pooled_over(const EncodedText& text, Wanted wanted) {
  std::vector<float> sum(text.pooled.size());
  std::size_t token = 0;
  bool any = false;
  language::for_each_word(text.text, [&](const language::Word& word) {
    if (word.part) return;
    const bool wants = wanted(word);
    for (; token < text.spans.size() && text.spans[token].begin < word.end; ++token) {
      if (!wants || text.spans[token].end <= word.begin) continue;
      any = true;
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += text.token(token)[i];
    }
  });
  if (!any) return text.pooled;
  float squares = 0;
  for (const float value : sum) squares += value * value;
  for (float& value : sum) value /= std::sqrt(squares);
  return sum;
}

// The topic's vector without the names of those who speak: a name draws the vectors of the messages in which it is
// called out, and those are by the others.
std::vector<float> said_vector(const ProfileIndex& index, const AnalysedQuery& query) {
  if (query.overview || !query.vectors || query.vectors->query.pooled.empty()) return topic_vector(query);
  bool any = false;
  std::vector<float> vector = pooled_over(query.vectors->query, [&](const language::Word& word) {
    const bool name = names_speaker(index, word.text);
    any = any || name;
    return !name;
  });
  return any ? vector : topic_vector(query);
}

// The best row of each document; the mean where there is none.
std::vector<float> by_document(const search::VectorTable& table, std::span<const float> query, std::size_t documents) {
  constexpr float kNone = -std::numeric_limits<float>::infinity();
  if (table.dimensions() != query.size() || table.size() == 0) return {};
  thread_local std::vector<float> rows;
  rows.resize(table.scales().size());
  search::scan(query, table.values(), table.scales(), rows);
  std::vector<float> best(documents, kNone);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const search::DocId doc = table.docs()[row];
    if (doc < documents) best[doc] = std::max(best[doc], rows[row]);
  }
  double sum = 0;
  std::size_t count = 0;
  for (const float value : best) {
    if (value == kNone) continue;
    sum += static_cast<double>(value);
    ++count;
  }
  const float mean = count == 0 ? 0 : static_cast<float>(sum / static_cast<double>(count));
  for (float& value : best)
    if (value == kNone) value = mean;
  return best;
}

}  // namespace

std::vector<float> topic_vector(const AnalysedQuery& query) {
  if (!query.vectors || query.vectors->query.pooled.empty()) return {};
  const EncodedText& text = query.vectors->query;
  if (!query.overview) return text.pooled;
  return pooled_over(text, [](const language::Word& word) {
    bool means = false;
    language::terms_of_word(word.text, word.compound, [&](std::string_view) { means = true; });
    return means && !is_overview_wording(word.text);
  });
}

TopicMeaning topic_meaning_of(const ProfileIndex& index, const AnalysedQuery& query) {
  if (!query.vectors || query.vectors->topic.pooled.empty()) return {};
  const EncodedText& topic = query.vectors->topic;
  return {.cosine = by_document(tables_for(index, query).message_pieces(), topic.pooled, index.messages().end_doc()),
          .late = late_query(index, query, topic)};
}

Meaning meaning_of(const ProfileIndex& index, const AnalysedQuery& query) {
  const std::vector<float> topic = said_vector(index, query);
  const search::ConversationIndex& messages = index.messages();
  const VectorTables& tables = tables_for(index, query);
  Meaning meaning;
  if (topic.empty()) return meaning;
  meaning.own = by_document(tables.message_pieces(), topic, messages.end_doc());
  if (meaning.own.empty()) return meaning;
  meaning.context = by_document(tables.message_contexts(), topic, messages.end_doc());
  const float worst = std::ranges::min(meaning.own);
  meaning.previous.assign(meaning.own.size(), worst);
  meaning.next.assign(meaning.own.size(), worst);
  for (std::uint32_t session = 0; session < index.sessions(); ++session) {
    const std::span<const search::DocId> docs = messages.session_messages(session);
    for (std::size_t at = 0; at + 1 < docs.size(); ++at) {
      meaning.previous[docs[at + 1]] = meaning.own[docs[at]];
      meaning.next[docs[at]] = meaning.own[docs[at + 1]];
    }
  }
  meaning.late = late_query(index, query, query.vectors->query);
  return meaning;
}

}  // namespace holdfast::memory
