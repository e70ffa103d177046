#include "memory/profile/profile_vectors.h"

#include <span>
#include <utility>

namespace holdfast::memory {

void ProfileVectors::add_message(search::DocId doc) {
  if (!wanted_.model.empty() && wanted_.messages) waiting_messages_.insert(doc);
}

void ProfileVectors::move_message(search::DocId from, search::DocId to) {
  message_pieces_.move(from, to);
  message_contexts_.move(from, to);
  message_codes_.move(from, to);
  if (waiting_messages_.erase(from) > 0) waiting_messages_.insert(to);
}

void ProfileVectors::remove_message(search::DocId doc) {
  message_pieces_.remove(doc);
  message_contexts_.remove(doc);
  message_codes_.remove(doc);
  waiting_messages_.erase(doc);
}

void ProfileVectors::drop_message(search::DocId doc) {
  remove_message(doc);
  add_message(doc);
}

void ProfileVectors::set_message(search::DocId doc, const VectorRow& row) {
  if (wanted_.model.empty()) return;
  drop_message(doc);
  if (row.model != wanted_.model) return;
  const auto vectors = unpack_message(row.data, wanted_.dimensions);
  if (!vectors) return;
  message_pieces_.set(doc, vectors->pieces);
  if (vectors->contextual) message_contexts_.set(doc, std::span(&*vectors->contextual, 1));
  message_codes_.set(doc, vectors->codes);
  waiting_messages_.erase(doc);
}

void ProfileVectors::judge_memory(search::DocId doc) {
  const MemoryState& state = memory_states_[doc];
  if (!wanted_.model.empty() && state.current && !(state.complete && state.made_from == state.texts))
    waiting_memories_.insert(doc);
  else
    waiting_memories_.erase(doc);
}

void ProfileVectors::add_memory(search::DocId doc, bool current, std::uint64_t texts) {
  if (doc >= memory_states_.size()) memory_states_.resize(doc + std::size_t{1});
  memory_states_[doc] = {.texts = texts, .made_from = 0, .current = current, .complete = false};
  judge_memory(doc);
}

void ProfileVectors::move_memory(search::DocId from, search::DocId to, bool current, std::uint64_t texts) {
  const MemoryState before = memory_states_[from];
  add_memory(to, current, texts);
  memory_states_[to].made_from = before.made_from;
  memory_states_[to].complete = before.complete;
  memory_contents_.move(from, to);
  memory_queries_.move(from, to);
  memory_codes_.move(from, to);
  waiting_memories_.erase(from);
  judge_memory(to);
}

void ProfileVectors::remove_memory(search::DocId doc) {
  memory_contents_.remove(doc);
  memory_queries_.remove(doc);
  memory_codes_.remove(doc);
  waiting_memories_.erase(doc);
}

void ProfileVectors::drop_memory(search::DocId doc) {
  remove_memory(doc);
  memory_states_[doc].complete = false;
  judge_memory(doc);
}

void ProfileVectors::set_memory(search::DocId doc, const VectorRow& row) {
  if (wanted_.model.empty()) return;
  drop_memory(doc);
  if (row.model != wanted_.model) return;
  const auto vectors = unpack_memory(row.data, wanted_.dimensions);
  if (!vectors) return;
  memory_contents_.set(doc, std::span(&vectors->content, 1));
  memory_queries_.set(doc, vectors->queries);
  memory_codes_.set(doc, vectors->codes);
  memory_states_[doc].made_from = vectors->texts;
  memory_states_[doc].complete = vectors->complete;
  judge_memory(doc);
}

std::optional<MemoryVectors> ProfileVectors::content_of(search::DocId doc) const {
  const MemoryState& state = memory_states_[doc];
  const search::VectorTable::Rows rows = memory_contents_.rows_of(doc);
  if (rows.scales.empty() || state.made_from != state.texts) return std::nullopt;
  const std::span<const std::uint8_t> codes = memory_codes_.codes(doc);
  return MemoryVectors{.content = {.scale = rows.scales.front(), .values = {rows.values.begin(), rows.values.end()}},
                       .queries = {},
                       .codes = {.bytes_per_token = codes.empty() ? 0 : memory_codes_.bytes_per_token(),
                                 .bits = {codes.begin(), codes.end()}},
                       .texts = state.texts,
                       .complete = false};
}

std::size_t ProfileVectors::bytes() const {
  constexpr std::size_t kNode = 48;  // of a set
  return message_pieces_.bytes() + message_contexts_.bytes() + message_codes_.bytes() + memory_contents_.bytes() +
         memory_queries_.bytes() + memory_codes_.bytes() + memory_states_.capacity() * sizeof(MemoryState) +
         waiting() * kNode;
}

void ProfileVectors::shrink_to_fit() {
  message_pieces_.shrink_to_fit();
  message_contexts_.shrink_to_fit();
  message_codes_.shrink_to_fit();
  memory_contents_.shrink_to_fit();
  memory_queries_.shrink_to_fit();
  memory_codes_.shrink_to_fit();
  memory_states_.shrink_to_fit();
}

}  // namespace holdfast::memory
