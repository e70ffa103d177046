// Terms as numbers.
//
// The indexes of this folder know terms only by number. A Vocabulary hands the numbers out: dense, from 0, in the order
// of first sight, so the same input gives the same numbers. Terms come in as strings already folded and stemmed.
// Folding and stemming cost far more than a look-up here: a caller that indexes much text keeps a cache from the raw
// word to its TermIds, which stay valid for the life of the Vocabulary, and stems each distinct word once.
//
// One vocabulary may serve several indexes (a profile's memories and its messages). Terms are never removed.
//
// Thread-safety: const calls may run at the same time; `intern` and `shrink_to_fit` need the caller to exclude all
// others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace holdfast::search {

using TermId = std::uint32_t;

class Vocabulary {
 public:
  // The term's number, a new one at first sight. Only the first 255 bytes of a term count: longer ones that begin alike
  // are the same term.
  TermId intern(std::string_view term);

  [[nodiscard]] std::optional<TermId> find(std::string_view term) const;

  // Valid until the next `intern` or `shrink_to_fit`. `id` must come from this vocabulary.
  [[nodiscard]] std::string_view text(TermId id) const;

  [[nodiscard]] std::size_t size() const { return ends_.size(); }

  // Memory held, in bytes, the object included.
  [[nodiscard]] std::size_t bytes() const;

  // Gives back room kept for growth; worth calling after a bulk load.
  void shrink_to_fit();

 private:
  // Open addressing, linear probing, at most three quarters full. The hash stays in the slot, so growing never reads
  // the texts and a probe compares them only where all 32 bits agree.
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t id_plus_one = 0;  // 0: free
  };

  [[nodiscard]] std::size_t probe(std::string_view term, std::uint32_t hash) const;
  void grow();

  std::vector<char> arena_;          // the texts, end to end
  std::vector<std::uint32_t> ends_;  // where each text ends
  std::vector<Slot> slots_;          // a power of two, or none
};

}  // namespace holdfast::search
