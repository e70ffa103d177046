// BM25 over documents with fields, in memory: the channel for things that stand alone, such as memories.
//
// A document is up to four fields of terms (say summary, content, keywords, queries); what a field is worth is said by
// the query. Scores go into a dense array, a term at a time. See conversation_index.h for messages, which need their
// neighbours.
//
//   Vocabulary words;  InvertedIndex index;
//   const DocId doc = index.add(std::array{FieldTerms{0, content_terms}, FieldTerms{1, keyword_terms}});
//   index.bm25(query, {.field_weights = {1.f, .5f}}, scores);
//   for (const ScoredDoc& hit : top(scores, 20)) …
//
// Thread-safety: const calls may run at the same time, each with Scores of its own; `add`, `remove` and `shrink_to_fit`
// need the caller to exclude all others.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "search/posting_list.h"
#include "search/scores.h"
#include "search/vocabulary.h"

namespace holdfast::search {

constexpr std::size_t kMaxFields = 4;

// A query's terms past this many are not looked at.
constexpr std::size_t kMaxQueryTerms = 256;

struct FieldTerms {
  std::uint8_t field = 0;         // < kMaxFields
  std::span<const TermId> terms;  // in any order, repeats count; a field may come in several parts
};

struct QueryTerm {
  TermId term = 0;
  float weight = 1;  // > 0; a term given twice counts with both weights
};

struct Bm25Options {
  float k1 = 1.2f;
  float b = .75f;
  std::array<float, kMaxFields> field_weights = {1, 1, 1, 1};  // ≥ 0; 0 leaves the field out
};

// ln(1 + (N − n + ½) / (n + ½)) for a term that is in n of N documents: never negative, unlike the original.
[[nodiscard]] float inverse_document_frequency(std::size_t documents, std::size_t with_term);

class InvertedIndex {
 public:
  // Terms are numbers of one Vocabulary: memory is kept for every number up to the largest.
  // DocIds count up from 0 and are never used again. Frequencies and lengths are counted up to 65,535.
  DocId add(std::span<const FieldTerms> fields);

  // From here on no query finds the document, and frequencies and average lengths are those of an index that never had
  // it. Takes constant time; its postings stay until more documents are removed than left, when all of the removed go
  // at once. Other DocIds stay as they are; the removed one keeps a few bytes until the index is built anew. False if
  // it was removed before or never was.
  bool remove(DocId doc);

  [[nodiscard]] bool contains(DocId doc) const { return doc < documents_.size() && documents_[doc].live; }

  // Documents that are not removed.
  [[nodiscard]] std::size_t size() const { return live_; }

  // One more than the largest DocId ever given: the shape of a dense array over documents.
  [[nodiscard]] std::size_t end_doc() const { return documents_.size(); }

  // In how many documents the term is, in whichever field.
  [[nodiscard]] std::size_t document_frequency(TermId term) const;

  // Fielded BM25 (Robertson, Zaragoza & Taylor 2004, with the lengths normalised by field): for each term
  //   t = Σ field_weight · tf / (1 − b + b · length / average length of the field),
  //   score += weight · idf · t · (k1 + 1) / (k1 + t).
  // With one field of weight 1 this is plain BM25. Terms that are in no document add nothing.
  void bm25(std::span<const QueryTerm> terms, const Bm25Options& options, Scores& out) const;

  // Memory held, in bytes, the object included.
  [[nodiscard]] std::size_t bytes() const;

  // Gives back room kept for growth; worth calling after a bulk load.
  void shrink_to_fit();

 private:
  struct Posting {
    DocId doc;
    std::uint16_t frequency;
    std::uint16_t field;
  };
  struct Document {
    std::array<std::uint16_t, kMaxFields> lengths = {};
    bool live = true;
  };

  void compact();

  std::vector<PostingList<Posting>> terms_;  // by document, then by field
  std::vector<Document> documents_;
  std::array<std::uint64_t, kMaxFields> total_lengths_ = {};  // of the live documents
  std::size_t live_ = 0;
  std::size_t dead_ = 0;  // removed documents whose postings are still there
};

}  // namespace holdfast::search
