#include "memory/recall/closeness.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "memory/recall/query_vectors.h"
#include "search/late_interaction.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kBefore = 2;  // messages

// The tokens of a question that say something, as the codes have them: with the mean taken off.
struct AskedTokens {
  explicit AskedTokens(const AnalysedQuery& query) {
    if (!query.vectors) return;
    const EncodedText& asked = query.vectors->query;
    const std::vector<float>& mean = query.vectors->token_mean;
    dimensions = asked.pooled.size();
    for (const WeightedTerm& term : query.terms)
      if (term.word >= words.size()) words.resize(term.word + 1);
    for (std::size_t token = 0; token < asked.spans.size(); ++token) {
      const models::TokenSpan span = asked.spans[token];
      std::optional<std::size_t> word;
      for (const WeightedTerm& term : query.terms)
        if (term.begin < span.end && span.begin < term.end) word = term.word;
      if (!word && !asked.content[token]) continue;
      if (word) words[*word].push_back(content.size());
      content.push_back(asked.content[token]);
      const std::span<const float> vector = asked.token(token);
      for (std::size_t i = 0; i < dimensions; ++i) vectors.push_back(mean.empty() ? vector[i] : vector[i] - mean[i]);
    }
  }

  std::size_t dimensions = 0;
  std::vector<float> vectors;
  std::vector<bool> content;                    // of each token
  std::vector<std::vector<std::size_t>> words;  // by WeightedTerm::word: its tokens
};

// The texts that are to be compared, each once.
class Texts {
 public:
  Texts(const ProfileIndex& index, const VectorTables& tables) : index_(index), tables_(tables) {}

  // Their numbers; nothing for a text without codes.
  std::optional<std::size_t> memory(const Id& id) {
    const auto doc = index_.find_memory(id);
    return doc ? add(tables_.memory_codes().codes(*doc)) : std::nullopt;
  }
  std::optional<std::size_t> message(search::DocId doc) {
    const auto [place, fresh] = messages_.try_emplace(doc);
    if (fresh) place->second = add(tables_.message_codes().codes(doc));
    return place->second;
  }

  void compare(const AskedTokens& asked) {
    count_ = asked.content.size();
    products_.resize(codes_.size() * count_);
    search::max_products(asked.vectors, asked.dimensions, codes_, products_);
  }
  // Of the question's tokens, against the closest token of any of these texts; empty for none.
  [[nodiscard]] std::vector<float> nearest(const std::vector<std::size_t>& texts) const {
    std::vector<float> nearest(texts.empty() ? 0 : count_, search::kNoProduct);
    for (const std::size_t text : texts) {
      for (std::size_t token = 0; token < count_; ++token)
        nearest[token] = std::max(nearest[token], products_[text * count_ + token]);
    }
    return nearest;
  }

 private:
  std::optional<std::size_t> add(std::span<const std::uint8_t> codes) {
    if (codes.empty()) return std::nullopt;
    codes_.push_back(codes);
    return codes_.size() - 1;
  }

  const ProfileIndex& index_;
  const VectorTables& tables_;
  std::vector<std::span<const std::uint8_t>> codes_;
  std::unordered_map<search::DocId, std::optional<std::size_t>> messages_;
  std::vector<float> products_;  // [text][token]
  std::size_t count_ = 0;
};

struct Surroundings {
  std::vector<std::size_t> own, before, after;  // texts
};

Surroundings around(const ProfileIndex& index, const Measured& candidate, Texts& texts) {
  Surroundings all;
  const auto note = [](std::vector<std::size_t>& list, std::optional<std::size_t> text) {
    if (text) list.push_back(*text);
  };
  const search::ConversationIndex& messages = index.messages();
  const auto add_message = [&](const Id& message) {
    const auto doc = index.find_message(message);
    if (!doc) return;
    note(all.own, texts.message(*doc));
    search::DocId other = messages.previous(*doc);
    for (std::size_t i = 0; i < kBefore && other != search::kNoDoc; ++i, other = messages.previous(other))
      note(all.before, texts.message(other));
    if (const search::DocId next = messages.next(*doc); next != search::kNoDoc) note(all.after, texts.message(next));
  };
  if (candidate.kind == RecallCandidate::Kind::kMessage) {
    add_message(candidate.id);
  } else {
    note(all.own, texts.memory(candidate.id));
    for (const Source& source : candidate.sources) add_message(source.message);
  }
  return all;
}

double average(std::span<const float> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::vector<float> by_word(const AskedTokens& asked, const std::vector<float>& nearest) {
  if (nearest.empty()) return {};
  std::vector<float> words(asked.words.size());
  for (std::size_t word = 0; word < words.size(); ++word) {
    const std::vector<std::size_t>& tokens = asked.words[word];
    for (const std::size_t token : tokens) words[word] += nearest[token] / static_cast<float>(tokens.size());
  }
  return words;
}

std::optional<Closeness> closeness(const AskedTokens& asked, const Texts& texts, const Surroundings& candidate) {
  const std::vector<float> own = texts.nearest(candidate.own);
  std::vector<float> content;
  for (std::size_t token = 0; token < own.size(); ++token)
    if (asked.content[token]) content.push_back(own[token]);
  if (content.empty()) return std::nullopt;
  std::ranges::sort(content);
  return Closeness{.mean = average(content),
                   .lowest = average(std::span(content).first((content.size() + 2) / 3)),
                   .words = by_word(asked, own),
                   .before = by_word(asked, texts.nearest(candidate.before)),
                   .after = by_word(asked, texts.nearest(candidate.after))};
}

}  // namespace

std::vector<std::optional<Closeness>> closeness_of(const ProfileIndex& index, const AnalysedQuery& query,
                                                   std::span<const Measured> candidates) {
  std::vector<std::optional<Closeness>> all(candidates.size());
  const AskedTokens asked(query);
  if (asked.content.empty()) return all;
  Texts texts(index, tables_for(index, query));
  std::vector<Surroundings> surroundings;
  for (const Measured& candidate : candidates) surroundings.push_back(around(index, candidate, texts));
  texts.compare(asked);
  for (std::size_t i = 0; i < candidates.size(); ++i) all[i] = closeness(asked, texts, surroundings[i]);
  return all;
}

double met_of(const std::vector<float>& words, std::size_t word) {
  constexpr double kNothing = .1;  // what any two tokens have in common
  constexpr double kSame = .6;     // the same word in another sentence
  constexpr double kAtMost = .9;   // of what is not said
  if (word >= words.size()) return 0;
  return std::clamp((static_cast<double>(words[word]) - kNothing) / (kSame - kNothing), 0.0, kAtMost);
}

}  // namespace holdfast::memory
