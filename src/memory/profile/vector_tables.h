// The vectors that one model has made of a profile's messages and memories, by document, in the shape that search
// reads.
//
// Not thread-safe: const calls may run at the same time; the others need the caller to exclude all.
#pragma once

#include <cstddef>

#include "memory/vectors/packed.h"
#include "search/code_table.h"
#include "search/vector_table.h"

namespace holdfast::memory {

class VectorTables {
 public:
  // Take the place of what the document had.
  void set_message(search::DocId doc, const MessageVectors& vectors);
  void set_memory(search::DocId doc, const MemoryVectors& vectors);
  void remove_message(search::DocId doc);
  void remove_memory(search::DocId doc);
  // What `from` has is `to`'s from now on, which must have none.
  void move_message(search::DocId from, search::DocId to);
  void move_memory(search::DocId from, search::DocId to);

  // Messages: a row a piece; a row, in dialogues, of the message read with the turns before it; token codes.
  [[nodiscard]] const search::VectorTable& message_pieces() const { return message_pieces_; }
  [[nodiscard]] const search::VectorTable& message_contexts() const { return message_contexts_; }
  [[nodiscard]] const search::CodeTable& message_codes() const { return message_codes_; }
  // Memories: a row of the content; a row a query; token codes of the content.
  [[nodiscard]] const search::VectorTable& memory_contents() const { return memory_contents_; }
  [[nodiscard]] const search::VectorTable& memory_queries() const { return memory_queries_; }
  [[nodiscard]] const search::CodeTable& memory_codes() const { return memory_codes_; }

  [[nodiscard]] std::size_t documents() const { return messages_ + memories_; }  // that have vectors
  [[nodiscard]] std::size_t bytes() const;                                       // of memory, about
  void shrink_to_fit();

 private:
  search::VectorTable message_pieces_, message_contexts_, memory_contents_, memory_queries_;
  search::CodeTable message_codes_, memory_codes_;
  std::size_t messages_ = 0, memories_ = 0;
};

}  // namespace holdfast::memory
