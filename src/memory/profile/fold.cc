#include "memory/profile/fold.h"

#include <algorithm>
#include <tuple>

namespace holdfast::memory {
namespace {

// Rough costs of a row in the containers above, in bytes; measured once with malloc statistics, rounded up.
constexpr std::size_t kMessageBytes = 240;
constexpr std::size_t kMemoryBytes = 640;
constexpr std::size_t kTombstoneBytes = 64;
constexpr std::size_t kJobBytes = 256;

std::size_t text_bytes(const Memory& memory) {
  std::size_t bytes =
      memory.content.size() + memory.summary.size() + memory.topic_key.size() + memory.session_id.size();
  for (const std::string& keyword : memory.keywords) bytes += keyword.size() + sizeof(std::string);
  for (const std::string& query : memory.queries) bytes += query.size() + sizeof(std::string);
  return bytes + memory.sources.size() * sizeof(Source);
}

bool older(const Memory& a, const Memory& b) {
  return std::tie(a.created_at, a.position, a.id) < std::tie(b.created_at, b.position, b.id);
}

// The words of a topic key: runs of ASCII letters and digits, and of anything beyond ASCII.
std::vector<std::string_view> words_of(std::string_view key) {
  const auto in_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
  };
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < key.size();) {
    std::size_t end = at;
    while (end < key.size() && in_word(key[end])) ++end;
    if (end > at) words.push_back(key.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

template <typename Map, typename Key, typename Value>
void erase_from(Map& map, const Key& key, const Value& value) {
  const auto it = map.find(key);
  if (it == map.end()) return;
  it->second.erase(value);
  if (it->second.empty()) map.erase(it);
}

}  // namespace

SessionEntry& Fold::session(const std::string& id) {
  const auto [it, made] = sessions_.try_emplace(id);
  if (made) {
    it->second.id = id;
    if (!session_numbers_.contains(id)) {
      const auto [name, _] = session_numbers_.emplace(id, static_cast<std::uint32_t>(session_names_.size()));
      session_names_.push_back(&name->first);
    }
  }
  return it->second;
}

void Fold::drop_session_if_empty(const std::string& id) {
  const auto it = sessions_.find(id);
  if (it != sessions_.end() && it->second.empty()) sessions_.erase(it);
}

void Fold::message(const Message& message) {
  deleted_message(message.id);
  SessionEntry& in = session(message.session_id);
  in.messages.emplace(std::pair(message.position, message.id), message.id);
  ++in.times[message.timestamp];
  messages_.emplace(message.id,
                    MessageEntry{session_numbers_.find(message.session_id)->second, message.role, message.timestamp,
                                 message.position, static_cast<std::uint32_t>(message.content.size())});
  bytes_ += kMessageBytes;
}

void Fold::deleted_message(const Id& id) {
  const auto it = messages_.find(id);
  if (it == messages_.end()) return;
  const std::string& name = session_by_number(it->second.session);
  SessionEntry& in = sessions_.find(name)->second;
  in.messages.erase(std::pair(it->second.position, id));
  if (const auto time = in.times.find(it->second.timestamp); --time->second == 0) in.times.erase(time);
  messages_.erase(it);
  bytes_ -= kMessageBytes;
  drop_session_if_empty(name);
}

void Fold::memory(const Memory& memory) {
  deleted_memory(memory.id);
  const Memory& kept = memories_.emplace(memory.id, memory).first->second;
  if (!kept.session_id.empty()) session(kept.session_id).memories.insert(kept.id);
  if (!kept.topic_key.empty() && by_topic_[kept.topic_key].insert(kept.id).second)
    for (const std::string_view word : words_of(kept.topic_key))
      keys_by_word_[std::string(word)].insert(kept.topic_key);
  by_statement_[statement_hash(kept.content)].insert(kept.id);
  for (const Source& source : kept.sources) by_source_[source.message].insert(kept.id);
  if (kept.superseded_by) by_successor_[*kept.superseded_by].insert(kept.id);
  bytes_ += kMemoryBytes + text_bytes(kept);
}

void Fold::unlink(const Memory& memory) {
  if (!memory.session_id.empty()) {
    sessions_.find(memory.session_id)->second.memories.erase(memory.id);
    drop_session_if_empty(memory.session_id);
  }
  if (!memory.topic_key.empty()) {
    erase_from(by_topic_, memory.topic_key, memory.id);
    if (!by_topic_.contains(memory.topic_key))
      for (const std::string_view word : words_of(memory.topic_key)) erase_from(keys_by_word_, word, memory.topic_key);
  }
  erase_from(by_statement_, statement_hash(memory.content), memory.id);
  for (const Source& source : memory.sources) erase_from(by_source_, source.message, memory.id);
  if (memory.superseded_by) erase_from(by_successor_, *memory.superseded_by, memory.id);
}

void Fold::deleted_memory(const Id& id) {
  const auto it = memories_.find(id);
  if (it == memories_.end()) return;
  unlink(it->second);
  bytes_ -= kMemoryBytes + text_bytes(it->second);
  memories_.erase(it);
}

void Fold::tombstone(const Tombstone& tombstone) {
  if (tombstones_.insert(tombstone.hash).second) bytes_ += kTombstoneBytes;
}

void Fold::deleted_tombstone(const Id& hash) {
  if (tombstones_.erase(hash) > 0) bytes_ -= kTombstoneBytes;
}

void Fold::job(const Job& job) {
  deleted_job(job.id);
  const Job& kept = jobs_.emplace(job.id, job).first->second;
  if (kept.state == Job::State::kPending) {
    ++pending_jobs_;
    for (const Id& message : kept.messages) ++waiting_[message];
  }
  bytes_ += kJobBytes + kept.messages.size() * 2 * sizeof(Id) + kept.detail.size();
}

void Fold::deleted_job(const Id& id) {
  const auto it = jobs_.find(id);
  if (it == jobs_.end()) return;
  const Job& job = it->second;
  if (job.state == Job::State::kPending) {
    --pending_jobs_;
    for (const Id& message : job.messages)
      if (const auto waiting = waiting_.find(message); --waiting->second == 0) waiting_.erase(waiting);
  }
  bytes_ -= kJobBytes + job.messages.size() * 2 * sizeof(Id) + job.detail.size();
  jobs_.erase(it);
}

const MessageEntry* Fold::find_message(const Id& id) const {
  const auto it = messages_.find(id);
  return it == messages_.end() ? nullptr : &it->second;
}

const Memory* Fold::find_memory(const Id& id) const {
  const auto it = memories_.find(id);
  return it == memories_.end() ? nullptr : &it->second;
}

const Job* Fold::find_job(const Id& id) const {
  const auto it = jobs_.find(id);
  return it == jobs_.end() ? nullptr : &it->second;
}

const SessionEntry* Fold::find_session(std::string_view session_id) const {
  const auto it = sessions_.find(session_id);
  return it == sessions_.end() ? nullptr : &it->second;
}

std::vector<const Memory*> Fold::versions(std::string_view topic_key) const {
  std::vector<const Memory*> found;
  if (const auto it = by_topic_.find(topic_key); it != by_topic_.end())
    for (const Id& id : it->second) found.push_back(find_memory(id));
  std::ranges::sort(found, [](const Memory* a, const Memory* b) { return older(*a, *b); });
  return found;
}

std::vector<std::string> Fold::topic_keys_with(std::string_view word) const {
  const auto it = keys_by_word_.find(word);
  return it == keys_by_word_.end() ? std::vector<std::string>{}
                                   : std::vector<std::string>(it->second.begin(), it->second.end());
}

const Memory* Fold::find_statement(const Id& hash) const {
  const auto it = by_statement_.find(hash);
  if (it == by_statement_.end()) return nullptr;
  for (const Id& id : it->second)  // a current one before its superseded namesakes
    if (const Memory* memory = find_memory(id); memory->current()) return memory;
  return find_memory(*it->second.begin());
}

std::vector<Id> Fold::statements(const Id& hash) const {
  const auto it = by_statement_.find(hash);
  return it == by_statement_.end() ? std::vector<Id>{} : std::vector<Id>(it->second.begin(), it->second.end());
}

std::vector<Id> Fold::memories_from(const Id& message) const {
  const auto it = by_source_.find(message);
  return it == by_source_.end() ? std::vector<Id>{} : std::vector<Id>(it->second.begin(), it->second.end());
}

std::vector<Id> Fold::predecessors(const Id& memory) const {
  const auto it = by_successor_.find(memory);
  if (it == by_successor_.end()) return {};
  std::vector<Id> found(it->second.begin(), it->second.end());
  std::ranges::sort(found, [this](const Id& a, const Id& b) { return older(*find_memory(a), *find_memory(b)); });
  return found;
}

Digest Fold::digest() const {
  Sha256 hash;
  const auto number = [&](std::int64_t value) { hash.add_field(std::to_string(value)); };
  for (const auto& [name, entry] : sessions_) {
    hash.add_field(name);
    for (const auto& [_, id] : entry.messages) {
      const MessageEntry& message = messages_.find(id)->second;
      hash.add(id.bytes);
      number(static_cast<std::int64_t>(message.role));
      number(message.timestamp);
      number(message.position);
      number(message.bytes);
    }
  }
  for (const auto& [id, memory] : memories_) {
    hash.add(id.bytes).add_field(to_string(memory.type)).add_field(memory.content).add_field(memory.summary);
    hash.add_field(memory.session_id).add_field(memory.name).add_field(memory.topic_key);
    number(memory.created_at);
    number(memory.updated_at);
    number(memory.position);
    for (const auto* texts : {&memory.keywords, &memory.queries, &memory.derivations}) {
      number(static_cast<std::int64_t>(texts->size()));
      for (const std::string& text : *texts) hash.add_field(text);
    }
    number(static_cast<std::int64_t>(memory.sources.size()));
    for (const Source& source : memory.sources) {
      hash.add(source.message.bytes);
      number(source.line_from);
      number(source.line_to);
    }
    hash.add_field(memory.superseded_by ? memory.superseded_by->to_string() : std::string());
  }
  for (const Id& tombstone : tombstones_) hash.add(tombstone.bytes);
  for (const auto& [id, job] : jobs_) {
    hash.add(id.bytes).add_field(to_string(job.state)).add_field(job.session_id).add_field(job.detail);
    number(static_cast<std::int64_t>(job.messages.size()));
    for (const Id& message : job.messages) hash.add(message.bytes);
    number(job.attempts);
    number(job.created_at);
    number(job.finished_at);
  }
  return hash.finish();
}

}  // namespace holdfast::memory
