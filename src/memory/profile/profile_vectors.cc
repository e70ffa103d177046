#include "memory/profile/profile_vectors.h"

#include <utility>

namespace holdfast::memory {

const VectorTables* ProfileVectors::of(std::string_view model) const {
  if (model.empty()) return nullptr;
  if (model == wanted_.model) return &current_;
  return model == wanted_.before ? &before_ : nullptr;
}

bool ProfileVectors::made_before(const VectorRow& row) const {
  return !wanted_.before.empty() && row.model == wanted_.before && row.model != wanted_.model;
}

void ProfileVectors::let_go_of_before() {
  if (waiting() == 0 && before_.documents() > 0) before_ = {};
}

void ProfileVectors::add_message(search::DocId doc) {
  if (!wanted_.model.empty() && wanted_.messages) waiting_messages_.insert(doc);
}

void ProfileVectors::move_message(search::DocId from, search::DocId to) {
  current_.move_message(from, to);
  before_.move_message(from, to);
  if (waiting_messages_.erase(from) > 0) waiting_messages_.insert(to);
}

void ProfileVectors::remove_message(search::DocId doc) {
  current_.remove_message(doc);
  before_.remove_message(doc);
  waiting_messages_.erase(doc);
  let_go_of_before();
}

void ProfileVectors::drop_message(search::DocId doc) {
  before_.remove_message(doc);
  lack_message(doc);
}

void ProfileVectors::lack_message(search::DocId doc) {
  current_.remove_message(doc);
  add_message(doc);
}

void ProfileVectors::set_message(search::DocId doc, const VectorRow& row) {
  if (wanted_.model.empty()) return;
  lack_message(doc);
  if (made_before(row)) {
    if (const auto vectors = unpack_message(row.data, wanted_.dimensions_before)) before_.set_message(doc, *vectors);
    return;
  }
  if (row.model != wanted_.model) return;
  const auto vectors = unpack_message(row.data, wanted_.dimensions);
  if (!vectors) return;
  current_.set_message(doc, *vectors);
  waiting_messages_.erase(doc);
  let_go_of_before();
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
  current_.move_memory(from, to);
  before_.move_memory(from, to);
  waiting_memories_.erase(from);
  judge_memory(to);
}

void ProfileVectors::remove_memory(search::DocId doc) {
  current_.remove_memory(doc);
  before_.remove_memory(doc);
  waiting_memories_.erase(doc);
  let_go_of_before();
}

void ProfileVectors::drop_memory(search::DocId doc) {
  before_.remove_memory(doc);
  lack_memory(doc);
}

void ProfileVectors::lack_memory(search::DocId doc) {
  current_.remove_memory(doc);
  memory_states_[doc].complete = false;
  judge_memory(doc);
}

void ProfileVectors::set_memory(search::DocId doc, const VectorRow& row) {
  if (wanted_.model.empty()) return;
  lack_memory(doc);
  if (made_before(row)) {
    if (const auto vectors = unpack_memory(row.data, wanted_.dimensions_before)) before_.set_memory(doc, *vectors);
    return;
  }
  if (row.model != wanted_.model) return;
  const auto vectors = unpack_memory(row.data, wanted_.dimensions);
  if (!vectors) return;
  current_.set_memory(doc, *vectors);
  memory_states_[doc].made_from = vectors->texts;
  memory_states_[doc].complete = vectors->complete;
  judge_memory(doc);
  let_go_of_before();
}

std::optional<MemoryVectors> ProfileVectors::content_of(search::DocId doc) const {
  const MemoryState& state = memory_states_[doc];
  const search::VectorTable::Rows rows = current_.memory_contents().rows_of(doc);
  if (rows.scales.empty() || state.made_from != state.texts) return std::nullopt;
  const std::span<const std::uint8_t> codes = current_.memory_codes().codes(doc);
  return MemoryVectors{.content = {.scale = rows.scales.front(), .values = {rows.values.begin(), rows.values.end()}},
                       .queries = {},
                       .codes = {.bytes_per_token = codes.empty() ? 0 : current_.memory_codes().bytes_per_token(),
                                 .bits = {codes.begin(), codes.end()}},
                       .texts = state.texts,
                       .complete = false};
}

std::size_t ProfileVectors::bytes() const {
  constexpr std::size_t kNode = 48;  // of a set
  return current_.bytes() + before_.bytes() + memory_states_.capacity() * sizeof(MemoryState) + waiting() * kNode;
}

void ProfileVectors::shrink_to_fit() {
  current_.shrink_to_fit();
  before_.shrink_to_fit();
  memory_states_.shrink_to_fit();
}

}  // namespace holdfast::memory
