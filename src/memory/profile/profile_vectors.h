// The vectors of an open profile, for search, and what lacks them: the outbox.
//
// A row counts when it was made by the model in use and can be read. Everything else (no row, another model's, a
// damaged one, one of a memory whose queries have changed since) is missing, and that is all there is of an outbox: it
// follows from the log, so a restart or another model needs nothing more.
//
// While a profile is read anew by another model, what an earlier one has made is kept beside it, if that one is named
// as `before`: its rows in the log are replaced one by one, but what was read of them stays until nothing waits any
// more. So questions can be asked with the earlier model until the new one knows most; the vectors of the two never
// meet. After a restart half-way each has what the log holds of it.
//
// Not thread-safe: the profile's index owns it, Profile guards it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "memory/profile/profile_store.h"
#include "memory/profile/vector_tables.h"
#include "memory/vectors/packed.h"

namespace holdfast::memory {

// Whose vectors are wanted. No model: none are, and rows that are there are left alone.
struct WantedVectors {
  std::string model;
  std::size_t dimensions = 0;
  bool messages = true;     // of messages, too; those that are there count all the same
  std::string before = {};  // an earlier model that questions can still be asked with; "" for none
  std::size_t dimensions_before = 0;
};

class ProfileVectors {
 public:
  // Before the first document.
  void want(WantedVectors wanted) { wanted_ = std::move(wanted); }
  [[nodiscard]] const WantedVectors& wanted() const { return wanted_; }

  // Documents come and go; a row replaced by its like moves to the new document with the vectors it has.
  void add_message(search::DocId doc);
  void move_message(search::DocId from, search::DocId to);
  void remove_message(search::DocId doc);
  void set_message(search::DocId doc, const VectorRow& row);
  void drop_message(search::DocId doc);  // its vectors alone

  // `texts`: hash_of_texts(). Superseded memories have no vectors and lack none.
  void add_memory(search::DocId doc, bool current, std::uint64_t texts);
  void move_memory(search::DocId from, search::DocId to, bool current, std::uint64_t texts);
  void remove_memory(search::DocId doc);
  void set_memory(search::DocId doc, const VectorRow& row);
  void drop_memory(search::DocId doc);

  // Of the model in use, and of the one before it; the latter is empty once nothing waits.
  [[nodiscard]] const VectorTables& current() const { return current_; }
  [[nodiscard]] const VectorTables& before() const { return before_; }
  // By the name of a model; none for any other than those two.
  [[nodiscard]] const VectorTables* of(std::string_view model) const;

  // What is there of a memory whose queries' vectors are still to come; nothing when its content's are missing, too.
  [[nodiscard]] std::optional<MemoryVectors> content_of(search::DocId doc) const;

  // What waits, in the order it came.
  [[nodiscard]] const std::set<search::DocId>& waiting_memories() const { return waiting_memories_; }
  [[nodiscard]] const std::set<search::DocId>& waiting_messages() const { return waiting_messages_; }
  [[nodiscard]] std::size_t waiting() const { return waiting_memories_.size() + waiting_messages_.size(); }

  [[nodiscard]] std::size_t bytes() const;  // of memory, about
  void shrink_to_fit();

 private:
  struct MemoryState {
    std::uint64_t texts = 0;
    std::uint64_t made_from = 0;
    bool current = false;
    bool complete = false;  // of texts `made_from`
  };

  [[nodiscard]] bool made_before(const VectorRow& row) const;
  void lack_message(search::DocId doc);
  void lack_memory(search::DocId doc);
  void judge_memory(search::DocId doc);
  void let_go_of_before();  // once nothing waits

  WantedVectors wanted_;
  VectorTables current_, before_;
  std::vector<MemoryState> memory_states_;  // by document
  std::set<search::DocId> waiting_memories_, waiting_messages_;
};

}  // namespace holdfast::memory
