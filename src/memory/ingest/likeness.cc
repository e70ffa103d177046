#include "memory/ingest/likeness.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "search/late_interaction.h"

namespace holdfast::memory {
namespace {

// The codes of the tokens that say something.
search::TokenCodes codes_of(const EncodedText& text, std::span<const float> mean) {
  search::TokenCodes codes;
  for (std::size_t token = 0; token < text.content.size(); ++token)
    if (text.content[token]) search::append_codes(text.token(token), mean, {}, codes);
  return codes;
}

double cosine(std::span<const float> vector, std::span<const std::int8_t> values, float scale) {
  if (vector.size() != values.size()) return 0;
  float sum = 0;
  for (std::size_t i = 0; i < vector.size(); ++i) sum += vector[i] * static_cast<float>(values[i]);
  return static_cast<double>(sum * scale);
}

// Into `likeness`: of each part's tokens, the mean of the values, and the lowest.
void add_parts(const EncodedText& encoded, const Comparable& newer, std::span<const float> values, Likeness& likeness) {
  likeness.parts.assign(newer.parts.size(), 0.0);
  likeness.lowest.assign(newer.parts.size(), 0.0);
  std::size_t from = 0;
  for (std::size_t at = 0; at < newer.parts.size(); ++at) {
    // Where the part stands in the content: parts are in its order.
    const std::size_t begin = std::string_view(encoded.text).find(newer.parts[at].text, from);
    if (begin == std::string_view::npos) continue;
    const std::size_t end = begin + newer.parts[at].text.size();
    from = end;
    double sum = 0;
    double lowest = 1;
    std::size_t tokens = 0;
    for (std::size_t token = 0; token < encoded.spans.size(); ++token) {
      const models::TokenSpan& span = encoded.spans[token];
      if (span.begin < begin || span.end > end || !encoded.content[token]) continue;
      const auto value = static_cast<double>(values[token]);
      sum += value;
      lowest = std::min(lowest, value);
      ++tokens;
    }
    if (tokens == 0) continue;
    likeness.parts[at] = sum / static_cast<double>(tokens);
    likeness.lowest[at] = lowest;
  }
}

}  // namespace

void Likenesses::add(const Id& memory, std::shared_ptr<const EncodedText> vectors) {
  if (vectors == nullptr || vectors->pooled.empty()) return;
  if (mean_.size() != vectors->pooled.size()) mean_.assign(vectors->pooled.size(), 0.0F);
  Kept kept{search::quantise(vectors->pooled), codes_of(*vectors, mean_), std::move(vectors)};
  added_.insert_or_assign(memory, std::move(kept));
}

std::vector<float> Likenesses::centred(const EncodedText& text) const {
  std::vector<float> tokens = text.tokens;
  for (std::size_t i = 0; i < tokens.size() && !mean_.empty(); ++i) tokens[i] -= mean_[i % mean_.size()];
  return tokens;
}

const EncodedText* Likenesses::find(const Id& memory) const {
  const auto found = added_.find(memory);
  return found == added_.end() ? nullptr : found->second.encoded.get();
}

Likenesses::Row Likenesses::find_row(const Id& memory, bool with_codes) const {
  if (const auto found = added_.find(memory); found != added_.end())
    return {found->second.content.values, found->second.content.scale, found->second.codes.bits};
  if (index_ == nullptr) return {};
  const auto first_row = [](const search::VectorTable::Rows& rows) {
    return rows.scales.empty() ? Row{}
                               : Row{rows.values.first(rows.values.size() / rows.scales.size()), rows.scales[0], {}};
  };
  Row row;
  if (const auto doc = index_->find_memory(memory)) {
    row = first_row(index_->embeddings().current().memory_contents().rows_of(*doc));
    if (with_codes && !row.values.empty()) row.codes = index_->embeddings().current().memory_codes().codes(*doc);
  }
  const auto message = stand_ins_.find(memory);
  if (!row.values.empty() || message == stand_ins_.end()) return row;
  if (const auto doc = index_->find_message(message->second)) {
    row = first_row(index_->embeddings().current().message_pieces().rows_of(*doc));
    if (with_codes && !row.values.empty()) row.codes = index_->embeddings().current().message_codes().codes(*doc);
  }
  return row;
}

std::vector<double> Likenesses::cosines(const EncodedText* encoded, std::span<const Id> older) const {
  std::vector<double> cosines(older.size(), 0.0);
  if (encoded == nullptr || encoded->pooled.empty()) return cosines;
  for (std::size_t i = 0; i < older.size(); ++i)
    if (const Row row = find_row(older[i], false); !row.values.empty())
      cosines[i] = cosine(encoded->pooled, row.values, row.scale);
  return cosines;
}

std::vector<Id> Likenesses::nearest(const EncodedText* encoded, std::span<const Id> among, std::size_t count) const {
  if (encoded == nullptr || encoded->pooled.empty()) return {};
  std::vector<std::pair<double, Id>> ranked;
  for (const Id& id : among) {
    const Row row = find_row(id, false);
    if (!row.values.empty()) ranked.emplace_back(-cosine(encoded->pooled, row.values, row.scale), id);
  }
  const std::size_t wanted = std::min(count, ranked.size());
  std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(wanted), ranked.end());
  std::vector<Id> ids;
  for (std::size_t i = 0; i < wanted; ++i) ids.push_back(ranked[i].second);
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::vector<Likeness> Likenesses::of(const EncodedText* encoded, const Comparable& newer,
                                     std::span<const Id> older) const {
  std::vector<Likeness> likenesses(older.size());
  if (encoded == nullptr || encoded->pooled.empty()) return likenesses;
  std::vector<std::span<const std::uint8_t>> codes(older.size());
  for (std::size_t i = 0; i < older.size(); ++i) {
    const Row row = find_row(older[i], true);
    if (row.values.empty()) continue;
    likenesses[i].known = true;
    likenesses[i].message = cosine(encoded->pooled, row.values, row.scale);
    codes[i] = row.codes;
  }
  const std::size_t tokens = encoded->spans.size();
  const std::vector<float> asked = centred(*encoded);
  if (asked.empty()) return likenesses;
  std::vector<float> best(tokens * older.size());
  search::max_products(asked, encoded->pooled.size(), codes, best);
  for (std::size_t i = 0; i < older.size(); ++i)
    if (!codes[i].empty()) add_parts(*encoded, newer, std::span(best).subspan(i * tokens, tokens), likenesses[i]);
  return likenesses;
}

}  // namespace holdfast::memory
