#include "memory/transfer.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "memory/forget.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kRowsAtOnce = 256;

// Takes over what an imported version of a memory knows beyond the one that is here. False: nothing.
bool enrich(Memory& here, const Memory& incoming) {
  bool changed = false;
  for (const Source& source : incoming.sources) {
    const auto same = [&](const Source& s) { return s.message == source.message; };
    if (std::ranges::any_of(here.sources, same)) continue;
    here.sources.push_back(source);
    changed = true;
  }
  if (!here.superseded_by && incoming.superseded_by) {
    here.superseded_by = incoming.superseded_by;
    changed = true;
  }
  if (changed) here.updated_at = std::max(here.updated_at, incoming.updated_at);
  return changed;
}

// Facts and instructions of one key are versions of each other; events and tasks are not.
bool has_versions(const Memory& memory) {
  return !memory.topic_key.empty() && (memory.type == MemoryType::kFact || memory.type == MemoryType::kInstruction);
}

class Merge {
 public:
  Merge(const Fold& fold, ImportCounts& counts, std::set<std::string>& topics, std::set<Id>& to_bury)
      : fold_(fold), counts_(counts), topics_(topics), to_bury_(to_bury) {}

  Result<> add(TransferRow&& row) {
    return std::visit([this](auto&& value) { return add(std::move(value)); }, std::move(row));
  }

  Batch take() {
    Batch batch;
    for (auto& [_, message] : messages_) batch.messages.push_back(std::move(message));
    for (auto& [_, memory] : memories_) batch.memories.push_back(std::move(memory));
    for (const Id& hash : tombstones_) batch.tombstones.push_back(Tombstone{hash});
    return batch;
  }

 private:
  bool buried(const Id& hash) const { return fold_.buried(hash) || tombstones_.contains(hash); }

  Result<> add(Message&& message) {
    if (message.id != message_id(message.session_id, message.role, message.content, message.name))
      return fail(Code::kInvalid, "the id of a message does not follow from its content", "/id");
    if (buried(message.id) || fold_.find_message(message.id) != nullptr ||
        !messages_.try_emplace(message.id, message).second) {
      ++counts_.skipped;
    } else {
      ++counts_.messages;
    }
    return {};
  }

  Result<> add(ExportedMemory&& row) {
    Memory& memory = row.memory;
    const Memory* here = fold_.find_memory(memory.id);
    if (buried(statement_hash(memory.content))) {
      ++counts_.skipped;
      return {};
    }
    // Rows that are here already count, too: an import that broke off has settled nothing.
    if (has_versions(memory)) topics_.insert(memory.topic_key);
    for (const Source& source : memory.sources)
      if (buried(source.message)) to_bury_.insert(source.message);
    if (here != nullptr || memories_.contains(memory.id)) {
      ++counts_.skipped;
      const auto [it, _] = memories_.try_emplace(memory.id, here != nullptr ? *here : memory);
      if (!enrich(it->second, memory) && here != nullptr && it->second == *here) memories_.erase(it);
      return {};
    }
    ++counts_.memories;
    const Id id = memory.id;
    memories_.emplace(id, std::move(memory));
    return {};
  }

  Result<> add(Tombstone&& tombstone) {
    to_bury_.insert(tombstone.hash);
    if (!fold_.buried(tombstone.hash) && tombstones_.insert(tombstone.hash).second) {
      ++counts_.tombstones;
    } else {
      ++counts_.skipped;
    }
    return {};
  }

  const Fold& fold_;
  ImportCounts& counts_;
  std::set<std::string>& topics_;
  std::set<Id>& to_bury_;
  std::map<Id, Message> messages_;
  std::map<Id, Memory> memories_;
  std::set<Id> tombstones_;
};

}  // namespace

Exporter::Exporter(std::shared_ptr<Profile> profile) : profile_(std::move(profile)) {
  if (profile_ == nullptr) return;
  const Profile::View view = profile_->view();
  for (const auto& [id, _] : view.fold().memories()) memories_.push_back(id);
  for (const auto& [id, _] : view.fold().messages()) messages_.push_back(id);
  tombstones_.assign(view.fold().tombstones().begin(), view.fold().tombstones().end());
  std::ranges::sort(messages_);
}

Result<std::vector<TransferRow>> Exporter::next() {
  std::vector<TransferRow> rows;
  while (rows.empty() && at_memory_ < memories_.size()) {
    const Profile::View view = profile_->view();
    for (const std::size_t end = std::min(memories_.size(), at_memory_ + kRowsAtOnce); at_memory_ < end; ++at_memory_) {
      const Memory* memory = view.fold().find_memory(memories_[at_memory_]);
      if (memory == nullptr) continue;
      const std::vector<Id> before = view.fold().predecessors(memory->id);
      rows.emplace_back(ExportedMemory{*memory, before.empty() ? std::nullopt : std::optional(before.back())});
    }
  }
  while (rows.empty() && at_message_ < messages_.size()) {
    const std::size_t count = std::min(messages_.size() - at_message_, kRowsAtOnce);
    HOLDFAST_TRY(std::vector<Message> texts, profile_->messages(std::span(messages_).subspan(at_message_, count)));
    at_message_ += count;
    for (Message& message : texts) rows.emplace_back(std::move(message));
  }
  for (; rows.size() < kRowsAtOnce && at_message_ == messages_.size() && at_tombstone_ < tombstones_.size();
       ++at_tombstone_)
    rows.emplace_back(Tombstone{tombstones_[at_tombstone_]});
  return rows;
}

Importer::Importer(std::shared_ptr<Profile> profile) : profile_(std::move(profile)) {}

Task<Result<>> Importer::add(std::vector<TransferRow> rows) {
  auto added = co_await Profile::turn(profile_, [&](Profile::Turn& turn) -> Result<> {
    ImportCounts counts = counts_;
    std::set<std::string> topics;
    std::set<Id> to_bury;
    Merge merge(turn.fold(), counts, topics, to_bury);
    for (TransferRow& row : rows) HOLDFAST_CHECK(merge.add(std::move(row)));
    HOLDFAST_CHECK(turn.commit(merge.take()));
    counts_ = counts;
    topics_.merge(topics);
    buried_.merge(to_bury);
    return {};
  });
  co_return added;
}

namespace {

// What lies under a tombstone goes, whichever side it came from.
Result<> bury(Profile::Turn& turn, const std::set<Id>& hashes) {
  for (const Id& hash : hashes) {
    const Fold& fold = turn.fold();
    if (fold.find_message(hash) != nullptr || !fold.memories_from(hash).empty())
      HOLDFAST_CHECK(turn.commit(forget_message(fold, hash)));
    HOLDFAST_CHECK(turn.commit(forget_statement(fold, hash)));
  }
  return {};
}

// Both sides may have had a current version of a topic: the older ones now point to the next.
Batch settle(const Fold& fold, const std::set<std::string>& topics) {
  Batch batch;
  for (const std::string& topic : topics) {
    std::vector<const Memory*> versions = fold.versions(topic);
    std::erase_if(versions, [](const Memory* memory) { return !has_versions(*memory); });
    for (std::size_t i = 0; i + 1 < versions.size(); ++i) {
      if (!versions[i]->current()) continue;
      Memory older = *versions[i];
      older.superseded_by = versions[i + 1]->id;
      older.updated_at = std::max(older.updated_at, versions[i + 1]->created_at);
      batch.memories.push_back(std::move(older));
    }
  }
  return batch;
}

}  // namespace

Task<Result<ImportCounts>> Importer::finish() {
  auto settled = co_await Profile::turn(profile_, [&](Profile::Turn& turn) -> Result<> {
    HOLDFAST_CHECK(bury(turn, buried_));
    return turn.commit(settle(turn.fold(), topics_));
  });
  HOLDFAST_CO_CHECK(std::move(settled));
  co_return counts_;
}

}  // namespace holdfast::memory
