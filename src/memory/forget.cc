#include "memory/forget.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "memory/ingest/place.h"

namespace holdfast::memory {
namespace {

void bury(Batch& batch, const Id& hash) { batch.tombstones.push_back(Tombstone{hash}); }

// Memories that lose some sources: kept with what is left (in `changed`), or doomed when nothing is. Given by
// `remember`, without any source, they do not depend on messages.
struct Loss {
  std::map<Id, Memory> changed;
  std::vector<Id> doomed;
};

// A memory is of the session of its first source.
void move_home(const Fold& fold, Memory& memory) {
  const MessageEntry* first = fold.find_message(memory.sources.front().message);
  memory.session_id = first == nullptr ? std::string() : fold.session_by_number(first->session);
}

Loss without_messages(const Fold& fold, const std::set<Id>& messages) {
  std::set<Id> touched;
  for (const Id& message : messages)
    for (const Id& memory : fold.memories_from(message)) touched.insert(memory);
  Loss loss;
  for (const Id& id : touched) {
    Memory memory = *fold.find_memory(id);
    const Id first = memory.sources.front().message;
    std::erase_if(memory.sources, [&](const Source& source) { return messages.contains(source.message); });
    if (memory.sources.empty()) {
      loss.doomed.push_back(id);
      continue;
    }
    if (memory.sources.front().message != first) move_home(fold, memory);
    loss.changed.emplace(id, std::move(memory));
  }
  return loss;
}

void commit_loss(const Fold& fold, Loss loss, Batch& batch) {
  batch.deleted_memories.insert(batch.deleted_memories.end(), loss.doomed.begin(), loss.doomed.end());
  // A memory may lose a source and what superseded it at once: that is one row.
  Batch links;
  relink(fold, batch.deleted_memories, links);
  for (Memory& linked : links.memories) {
    const std::optional<Id> next = linked.superseded_by;
    loss.changed.try_emplace(linked.id, std::move(linked)).first->second.superseded_by = next;
  }
  for (auto& [_, memory] : loss.changed) batch.memories.push_back(std::move(memory));
}

}  // namespace

Batch forget_memory(const Fold& fold, const Id& id) {
  Batch batch;
  const Id statement = statement_hash(fold.find_memory(id)->content);
  batch.deleted_memories = fold.statements(statement);
  bury(batch, statement);
  const auto goes = [&](const Id& memory) { return std::ranges::binary_search(batch.deleted_memories, memory); };
  std::set<Id> messages;
  for (const Id& memory : batch.deleted_memories)
    for (const Source& source : fold.find_memory(memory)->sources) messages.insert(source.message);
  for (const Id& message : messages) {
    if (fold.find_message(message) == nullptr || !std::ranges::all_of(fold.memories_from(message), goes)) continue;
    batch.deleted_messages.push_back(message);
    bury(batch, message);
  }
  relink(fold, batch.deleted_memories, batch);
  return batch;
}

Batch forget_statement(const Fold& fold, const Id& statement) {
  Batch batch;
  batch.deleted_memories = fold.statements(statement);
  relink(fold, batch.deleted_memories, batch);
  return batch;
}

Batch forget_message(const Fold& fold, const Id& id) {
  Batch batch;
  batch.deleted_messages.push_back(id);
  bury(batch, id);
  Loss loss = without_messages(fold, {id});
  const auto goes = [&](const Id& memory) { return std::ranges::find(loss.doomed, memory) != loss.doomed.end(); };
  for (const Id& doomed : loss.doomed) {
    const Id statement = statement_hash(fold.find_memory(doomed)->content);
    if (std::ranges::all_of(fold.statements(statement), goes)) bury(batch, statement);
  }
  commit_loss(fold, std::move(loss), batch);
  return batch;
}

Batch forget_session(const Fold& fold, std::string_view session_id) {
  Batch batch;
  const SessionEntry* session = fold.find_session(session_id);
  if (session == nullptr) return batch;
  std::set<Id> messages;
  for (const auto& [_, id] : session->messages) {
    messages.insert(id);
    batch.deleted_messages.push_back(id);
    bury(batch, id);
  }
  Loss loss = without_messages(fold, messages);
  for (const Id& id : session->memories) {
    if (loss.changed.contains(id) || std::ranges::find(loss.doomed, id) != loss.doomed.end()) continue;
    // Given by `remember` in this session; messages of others may have stated it since.
    Memory memory = *fold.find_memory(id);
    if (memory.sources.empty()) {
      loss.doomed.push_back(id);
    } else {
      move_home(fold, memory);
      loss.changed.emplace(id, std::move(memory));
    }
  }
  std::ranges::sort(loss.doomed);
  commit_loss(fold, std::move(loss), batch);
  return batch;
}

}  // namespace holdfast::memory
