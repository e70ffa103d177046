#include "memory/profile/vector_tables.h"

#include <span>

namespace holdfast::memory {

void VectorTables::set_message(search::DocId doc, const MessageVectors& vectors) {
  remove_message(doc);
  message_pieces_.set(doc, vectors.pieces);
  if (vectors.contextual) message_contexts_.set(doc, std::span(&*vectors.contextual, 1));
  message_codes_.set(doc, vectors.codes);
  if (message_pieces_.contains(doc)) ++messages_;
}

void VectorTables::set_memory(search::DocId doc, const MemoryVectors& vectors) {
  remove_memory(doc);
  memory_contents_.set(doc, std::span(&vectors.content, 1));
  memory_queries_.set(doc, vectors.queries);
  memory_codes_.set(doc, vectors.codes);
  if (memory_contents_.contains(doc)) ++memories_;
}

void VectorTables::remove_message(search::DocId doc) {
  if (message_pieces_.contains(doc)) --messages_;
  message_pieces_.remove(doc);
  message_contexts_.remove(doc);
  message_codes_.remove(doc);
}

void VectorTables::remove_memory(search::DocId doc) {
  if (memory_contents_.contains(doc)) --memories_;
  memory_contents_.remove(doc);
  memory_queries_.remove(doc);
  memory_codes_.remove(doc);
}

void VectorTables::move_message(search::DocId from, search::DocId to) {
  message_pieces_.move(from, to);
  message_contexts_.move(from, to);
  message_codes_.move(from, to);
}

void VectorTables::move_memory(search::DocId from, search::DocId to) {
  memory_contents_.move(from, to);
  memory_queries_.move(from, to);
  memory_codes_.move(from, to);
}

std::size_t VectorTables::bytes() const {
  return message_pieces_.bytes() + message_contexts_.bytes() + message_codes_.bytes() + memory_contents_.bytes() +
         memory_queries_.bytes() + memory_codes_.bytes();
}

void VectorTables::shrink_to_fit() {
  message_pieces_.shrink_to_fit();
  message_contexts_.shrink_to_fit();
  message_codes_.shrink_to_fit();
  memory_contents_.shrink_to_fit();
  memory_queries_.shrink_to_fit();
  memory_codes_.shrink_to_fit();
}

}  // namespace holdfast::memory
