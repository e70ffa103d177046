#include "search/inverted_index.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace holdfast::search {
namespace {

std::uint16_t counted(std::size_t number) {
  return static_cast<std::uint16_t>(std::min<std::size_t>(number, std::numeric_limits<std::uint16_t>::max()));
}

}  // namespace

float inverse_document_frequency(std::size_t documents, std::size_t with_term) {
  const auto all = static_cast<double>(documents);
  const auto with = static_cast<double>(with_term);
  return static_cast<float>(std::log(1 + (all - with + .5) / (with + .5)));
}

DocId InvertedIndex::add(std::span<const FieldTerms> fields) {
  const auto doc = static_cast<DocId>(documents_.size());
  std::vector<std::uint64_t> keys;  // term, then field: the order of the postings
  std::array<std::size_t, kMaxFields> lengths = {};
  for (const FieldTerms& field : fields) {
    if (field.field >= kMaxFields) continue;
    lengths[field.field] += field.terms.size();
    for (const TermId term : field.terms) keys.push_back(std::uint64_t{term} << 8 | field.field);
  }
  std::sort(keys.begin(), keys.end());
  if (!keys.empty() && (keys.back() >> 8) >= terms_.size()) terms_.resize((keys.back() >> 8) + 1);
  for (std::size_t begin = 0, end = 0; begin < keys.size(); begin = end) {
    while (end < keys.size() && keys[end] == keys[begin]) ++end;
    terms_[keys[begin] >> 8].push_back({doc, counted(end - begin), static_cast<std::uint16_t>(keys[begin] & 0xFF)});
  }

  Document& document = documents_.emplace_back();
  for (std::size_t field = 0; field < kMaxFields; ++field) {
    document.lengths[field] = counted(lengths[field]);
    total_lengths_[field] += document.lengths[field];
  }
  ++live_;
  return doc;
}

bool InvertedIndex::remove(DocId doc) {
  if (!contains(doc)) return false;
  Document& document = documents_[doc];
  document.live = false;
  for (std::size_t field = 0; field < kMaxFields; ++field) total_lengths_[field] -= document.lengths[field];
  --live_;
  ++dead_;
  if (dead_ > live_) compact();
  return true;
}

std::size_t InvertedIndex::document_frequency(TermId term) const {
  if (term >= terms_.size()) return 0;
  std::size_t count = 0;
  auto last = std::numeric_limits<DocId>::max();
  for (const Posting& posting : terms_[term].view()) {
    if (posting.doc == last) continue;
    last = posting.doc;
    if (documents_[last].live) ++count;
  }
  return count;
}

void InvertedIndex::bm25(std::span<const QueryTerm> terms, const Bm25Options& options, Scores& out) const {
  out.start(documents_.size());
  std::array<float, kMaxFields> per_term_of_length = {};
  for (std::size_t field = 0; field < kMaxFields; ++field) {
    if (total_lengths_[field] == 0) continue;
    per_term_of_length[field] = options.b * static_cast<float>(live_) / static_cast<float>(total_lengths_[field]);
  }
  for (const QueryTerm& query : terms.first(std::min(terms.size(), kMaxQueryTerms))) {
    const std::size_t frequency = document_frequency(query.term);
    if (frequency == 0 || !(query.weight > 0)) continue;
    const float factor = query.weight * inverse_document_frequency(live_, frequency) * (options.k1 + 1);
    const std::span<const Posting> postings = terms_[query.term].view();
    for (std::size_t at = 0; at < postings.size();) {
      const DocId doc = postings[at].doc;
      const Document& document = documents_[doc];
      float weighted = 0;
      for (; at < postings.size() && postings[at].doc == doc; ++at) {
        const std::size_t field = postings[at].field;
        const float norm = 1 - options.b + per_term_of_length[field] * static_cast<float>(document.lengths[field]);
        weighted += options.field_weights[field] * static_cast<float>(postings[at].frequency) / norm;
      }
      if (document.live && weighted > 0) out.add(doc, factor * weighted / (options.k1 + weighted));
    }
  }
}

std::size_t InvertedIndex::bytes() const {
  std::size_t bytes = sizeof(*this) + terms_.capacity() * sizeof(terms_[0]) + documents_.capacity() * sizeof(Document);
  for (const auto& postings : terms_) bytes += postings.heap_bytes();
  return bytes;
}

void InvertedIndex::shrink_to_fit() {
  terms_.shrink_to_fit();
  documents_.shrink_to_fit();
  for (auto& postings : terms_) postings.shrink_to_fit();
}

void InvertedIndex::compact() {
  for (auto& postings : terms_) {
    std::size_t kept = 0;
    const std::span<Posting> all = postings.mutable_view();
    for (const Posting& posting : all)
      if (documents_[posting.doc].live) all[kept++] = posting;
    if (kept == all.size()) continue;
    postings.truncate(kept);
    postings.shrink_to_fit();
  }
  dead_ = 0;
}

}  // namespace holdfast::search
