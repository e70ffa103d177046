// Pooled vectors by document, in the shape that `scan` (vector_scan.h) reads: rows of 8 bits, one after the other.
//
// A document has any number of rows (the pieces of a message, the queries of a memory). What is removed leaves rows of
// scale 0 and document kNoRowDoc, which score 0; they are taken out once they are a third of all.
//
// Thread-safety: const calls may run at the same time; the others need the caller to exclude all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "search/inverted_index.h"
#include "search/vectors.h"

namespace holdfast::search {

inline constexpr DocId kNoRowDoc = std::numeric_limits<DocId>::max();

class VectorTable {
 public:
  // The rows of one document, as they lie in the table.
  struct Rows {
    std::span<const std::int8_t> values;  // [scales.size() · dimensions]
    std::span<const float> scales;
  };

  // Takes the place of what the document had; no vectors: as remove(). All vectors of a table have the size of the
  // first one ever set.
  void set(DocId doc, std::span<const QuantisedVector> vectors);
  void remove(DocId doc);
  // What `from` has is `to`'s from now on, which must have none.
  void move(DocId from, DocId to);

  // All rows, parallel: row i is values()[i · dimensions(), …) · scales()[i] of document docs()[i].
  [[nodiscard]] std::span<const std::int8_t> values() const { return values_; }
  [[nodiscard]] std::span<const float> scales() const { return scales_; }
  [[nodiscard]] std::span<const DocId> docs() const { return docs_; }
  [[nodiscard]] std::size_t dimensions() const { return dimensions_; }  // 0 before the first vector

  // Empty for a document without vectors.
  [[nodiscard]] Rows rows_of(DocId doc) const;
  [[nodiscard]] bool contains(DocId doc) const { return doc < ranges_.size() && ranges_[doc].count > 0; }
  [[nodiscard]] std::size_t size() const { return docs_.size() - dead_; }  // rows of documents

  // Memory held, in bytes, the object included.
  [[nodiscard]] std::size_t bytes() const;
  // Gives back room kept for growth; worth calling after a bulk load.
  void shrink_to_fit();

 private:
  struct Range {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };

  void compact();

  std::size_t dimensions_ = 0;
  std::vector<std::int8_t> values_;
  std::vector<float> scales_;
  std::vector<DocId> docs_;
  std::vector<Range> ranges_;  // by document
  std::size_t dead_ = 0;       // rows without a document
};

}  // namespace holdfast::search
