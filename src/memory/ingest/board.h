// What a profile remembers, with the changes of one call to place() on top of its fold.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "memory/ingest/comparable.h"
#include "memory/profile/fold.h"
#include "memory/profile/profile_store.h"

namespace holdfast::memory {

// The order of versions; ids make it total.
[[nodiscard]] inline auto order_of(const Memory& memory) {
  return std::tie(memory.created_at, memory.position, memory.id);
}

// Facts and instructions have versions; events and tasks do not.
[[nodiscard]] inline bool is_keyed_type(const Memory& memory) {
  return memory.type == MemoryType::kFact || memory.type == MemoryType::kInstruction;
}

// Not thread-safe; the fold must not change while it lives.
class Board {
 public:
  // How many of the newest memories are looked through where no index leads to the one meant.
  static constexpr std::size_t kLookThrough = 2'000;

  // How many of those are compared in full: the ones that share most, and the rarest, words.
  static constexpr std::size_t kBeside = 24;

  explicit Board(const Fold& fold) : fold_(fold) {}

  // Null when there is none.
  [[nodiscard]] const Memory* find(const Id& id) const;
  // To change a memory there is. It is written only if it comes to differ.
  Memory& edit(const Id& id);
  void add(const Memory& memory);

  [[nodiscard]] const Memory* find_statement(const Id& statement_hash) const;
  // The current memory of the same type and speaker that says the same in the same words, whatever their order, or
  // null.
  [[nodiscard]] const Memory* find_same_words(const Memory& memory);
  // Versions of a topic, oldest first.
  [[nodiscard]] std::vector<Id> versions(std::string_view topic_key) const;

  // Ids of the memories, of the newest kLookThrough, for which `wanted` holds and which share words with `memory`: the
  // kBeside that share most, by id.
  template <typename Wanted>
  [[nodiscard]] std::vector<Id> beside(const Memory& memory, Wanted wanted) const {
    std::vector<const Memory*> others;
    for (const Memory* now : newest())
      if (now->id != memory.id && wanted(*now)) others.push_back(now);
    return closest(memory, others);
  }
  template <typename Wanted>
  [[nodiscard]] std::vector<Id> current_beside(const Memory& memory, Wanted wanted) const {
    return beside(memory, [&](const Memory& other) { return other.current() && wanted(other); });
  }

  // The ids of the newest kLookThrough for which `wanted` holds.
  template <typename Wanted>
  [[nodiscard]] std::vector<Id> among(Wanted wanted) const {
    std::vector<Id> ids;
    for (const Memory* now : newest())
      if (wanted(*now)) ids.push_back(now->id);
    return ids;
  }

  // Made once for each memory.
  [[nodiscard]] const Comparable& comparable(const Id& id);

  // Adds what is not as it was.
  void write(Batch& batch) const;

  [[nodiscard]] const Fold& fold() const { return fold_; }

 private:
  [[nodiscard]] std::vector<const Memory*> newest() const;
  [[nodiscard]] static std::vector<Id> closest(const Memory& memory, const std::vector<const Memory*>& others);

  const Fold& fold_;
  std::map<Id, Memory> changed_;
  std::vector<Id> added_;
  std::map<Id, Id> by_statement_;
  std::optional<std::unordered_multimap<std::uint64_t, Id>> fingerprints_;
  std::unordered_map<Id, Comparable> comparables_;
};

}  // namespace holdfast::memory
