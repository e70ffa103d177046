#include "memory/forget.h"

#include <algorithm>
#include <map>
#include <set>
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

Loss without_messages(const Fold& fold, const std::set<Id>& messages) {
  std::set<Id> touched;
  for (const Id& message : messages)
    for (const Id& memory : fold.memories_from(message)) touched.insert(memory);
  Loss loss;
  for (const Id& id : touched) {
    Memory memory = *fold.find_memory(id);
    std::erase_if(memory.sources, [&](const Source& source) { return messages.contains(source.message); });
    if (memory.sources.empty()) {
      loss.doomed.push_back(id);
    } else {
      loss.changed.emplace(id, std::move(memory));
    }
  }
  return loss;
}

void commit_loss(const Fold& fold, Loss loss, Batch& batch) {
  batch.deleted_memories.insert(batch.deleted_memories.end(), loss.doomed.begin(), loss.doomed.end());
  for (auto& [_, memory] : loss.changed) batch.memories.push_back(std::move(memory));
  relink(fold, batch.deleted_memories, batch);
}

}  // namespace

Batch forget_memory(const Fold& fold, const Id& id) {
  Batch batch;
  const Memory& memory = *fold.find_memory(id);
  batch.deleted_memories.push_back(id);
  bury(batch, statement_hash(memory.content));
  for (const Source& source : memory.sources) {
    const std::vector<Id> states = fold.memories_from(source.message);
    const bool needed = std::ranges::any_of(states, [&](const Id& other) { return other != id; });
    if (needed || fold.find_message(source.message) == nullptr) continue;
    batch.deleted_messages.push_back(source.message);
    bury(batch, source.message);
  }
  relink(fold, batch.deleted_memories, batch);
  return batch;
}

Batch forget_message(const Fold& fold, const Id& id) {
  Batch batch;
  batch.deleted_messages.push_back(id);
  bury(batch, id);
  Loss loss = without_messages(fold, {id});
  for (const Id& doomed : loss.doomed) bury(batch, statement_hash(fold.find_memory(doomed)->content));
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
    if (const auto kept = loss.changed.find(id); kept != loss.changed.end()) {
      const MessageEntry* first = fold.find_message(kept->second.sources.front().message);
      kept->second.session_id = first == nullptr ? std::string() : fold.session_by_number(first->session);
    } else if (std::ranges::find(loss.doomed, id) == loss.doomed.end()) {
      loss.doomed.push_back(id);  // given by `remember` in this session
    }
  }
  std::ranges::sort(loss.doomed);
  commit_loss(fold, std::move(loss), batch);
  return batch;
}

}  // namespace holdfast::memory
