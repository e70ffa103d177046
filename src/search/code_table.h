// Token codes (vectors.h) by document, in one arena, as late interaction (late_interaction.h) reads them.
//
// What is removed leaves a gap, which is taken out once gaps are a third of the arena.
//
// Thread-safety: const calls may run at the same time; the others need the caller to exclude all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "search/inverted_index.h"
#include "search/vectors.h"

namespace holdfast::search {

class CodeTable {
 public:
  // Takes the place of what the document had; no codes: as remove(). All codes of a table have the same bytes a token.
  void set(DocId doc, const TokenCodes& codes);
  void remove(DocId doc);
  // What `from` has is `to`'s from now on, which must have none.
  void move(DocId from, DocId to);

  // The document's tokens, one after the other; empty for one without. Valid until the next change.
  [[nodiscard]] std::span<const std::uint8_t> codes(DocId doc) const;
  [[nodiscard]] bool contains(DocId doc) const { return doc < ranges_.size() && ranges_[doc].tokens > 0; }
  [[nodiscard]] std::uint32_t bytes_per_token() const { return bytes_per_token_; }  // 0 before the first codes
  [[nodiscard]] std::size_t tokens() const { return tokens_in_arena() - dead_; }    // of all documents

  // Memory held, in bytes, the object included.
  [[nodiscard]] std::size_t bytes() const;
  // Gives back room kept for growth; worth calling after a bulk load.
  void shrink_to_fit();

 private:
  struct Range {
    std::uint32_t first = 0;  // in tokens
    std::uint32_t tokens = 0;
  };

  [[nodiscard]] std::size_t tokens_in_arena() const {
    return bytes_per_token_ == 0 ? 0 : arena_.size() / bytes_per_token_;
  }
  void compact();

  std::uint32_t bytes_per_token_ = 0;
  std::vector<std::uint8_t> arena_;
  std::vector<Range> ranges_;  // by document
  std::size_t dead_ = 0;       // tokens in gaps
};

}  // namespace holdfast::search
