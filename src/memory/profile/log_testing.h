// For the tests of profile stores: a plain model of what a log says, and batches made by chance.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "memory/profile/profile_store.h"

namespace holdfast::memory {

// A fold over a log that keeps everything.
class Model final : public ChangeVisitor {
 public:
  std::map<Id, Message> messages;
  std::map<Id, Memory> memories;
  std::map<Id, Tombstone> tombstones;
  std::map<Id, Job> jobs;
  std::map<VectorKey, VectorRow> vector_rows;

  bool operator==(const Model& other) const {
    return messages == other.messages && memories == other.memories && tombstones == other.tombstones &&
           jobs == other.jobs && vector_rows == other.vector_rows;
  }

  void message(const Message& row) override { messages[row.id] = row; }
  void memory(const Memory& row) override { memories[row.id] = row; }
  void tombstone(const Tombstone& row) override { tombstones[row.hash] = row; }
  void job(const Job& row) override { jobs[row.id] = row; }
  void deleted_message(const Id& id) override {
    messages.erase(id);
    vector_rows.erase({OwnerKind::kMessage, id});
  }
  void deleted_memory(const Id& id) override {
    memories.erase(id);
    vector_rows.erase({OwnerKind::kMemory, id});
  }
  void deleted_tombstone(const Id& id) override { tombstones.erase(id); }
  void deleted_job(const Id& id) override { jobs.erase(id); }
  void vectors(const VectorRow& row) override { vector_rows[row.key] = row; }
  void deleted_vectors(const VectorKey& key) override { vector_rows.erase(key); }

  // What a commit of the batch does: deletions first.
  void apply(const Batch& batch) {
    for (const Id& id : batch.deleted_messages) deleted_message(id);
    for (const Id& id : batch.deleted_memories) deleted_memory(id);
    for (const Id& id : batch.deleted_tombstones) deleted_tombstone(id);
    for (const Id& id : batch.deleted_jobs) deleted_job(id);
    for (const VectorKey& key : batch.deleted_vectors) deleted_vectors(key);
    for (const Message& row : batch.messages) message(row);
    for (const Memory& row : batch.memories) memory(row);
    for (const Tombstone& row : batch.tombstones) tombstone(row);
    for (const Job& row : batch.jobs) job(row);
    for (const VectorRow& row : batch.vectors) vectors(row);
  }
};

// Writes down what is visited, in order: "message ID", "deleted job ID".
class Recorder final : public ChangeVisitor {
 public:
  std::vector<std::string> seen;

  void message(const Message& row) override { note("message", row.id); }
  void memory(const Memory& row) override { note("memory", row.id); }
  void tombstone(const Tombstone& row) override { note("tombstone", row.hash); }
  void job(const Job& row) override { note("job", row.id); }
  void deleted_message(const Id& id) override { note("deleted message", id); }
  void deleted_memory(const Id& id) override { note("deleted memory", id); }
  void deleted_tombstone(const Id& id) override { note("deleted tombstone", id); }
  void deleted_job(const Id& id) override { note("deleted job", id); }
  void vectors(const VectorRow& row) override { note("vectors of " + name(row.key.kind), row.key.owner); }
  void deleted_vectors(const VectorKey& key) override { note("deleted vectors of " + name(key.kind), key.owner); }

 private:
  static std::string name(OwnerKind kind) { return kind == OwnerKind::kMessage ? "message" : "memory"; }
  void note(const std::string& what, const Id& id) { seen.push_back(what + " " + id.to_string()); }
};

// Ids are few, so that rows meet again; texts differ each time.
class BatchMaker {
 public:
  explicit BatchMaker(std::uint64_t seed) : random_(seed) {}

  static Id id(std::uint64_t number) { return Id::from_digest(sha256("id " + std::to_string(number))); }

  Batch next() {
    Batch batch;
    for (auto n = random_.below(6); n > 0; --n) batch.messages.push_back(message());
    for (auto n = random_.below(4); n > 0; --n) batch.memories.push_back(memory());
    for (auto n = random_.below(3); n > 0; --n) batch.tombstones.push_back({any_id()});
    for (auto n = random_.below(3); n > 0; --n) batch.jobs.push_back(job());
    for (auto* ids : {&batch.deleted_messages, &batch.deleted_memories, &batch.deleted_tombstones, &batch.deleted_jobs})
      for (auto n = random_.below(3); n > 0; --n) ids->push_back(any_id());
    for (auto n = random_.below(4); n > 0; --n) batch.vectors.push_back(vectors());
    for (auto n = random_.below(2); n > 0; --n) batch.deleted_vectors.push_back(any_key());
    if (batch.empty()) batch.messages.push_back(message());
    return batch;
  }

  Message message() {
    return {any_id(),
            "session " + std::to_string(random_.below(4)),
            static_cast<Role>(random_.below(3)),
            random_.below(2) == 0 ? "" : "Ada",
            text(),
            number(),
            number() % 5};
  }

  Memory memory() {
    Memory memory{.id = any_id(),
                  .type = static_cast<MemoryType>(random_.below(4)),
                  .content = text(),
                  .summary = text(),
                  .session_id = "s",
                  .name = "Ada",
                  .created_at = number(),
                  .updated_at = number(),
                  .position = number(),
                  .topic_key = text(),
                  .keywords = texts(),
                  .queries = texts(),
                  .sources = {},
                  .derivations = texts(),
                  .superseded_by = {}};
    for (auto n = random_.below(3); n > 0; --n) memory.sources.push_back({any_id(), 1, static_cast<int>(n)});
    if (random_.below(2) == 0) memory.superseded_by = any_id();
    return memory;
  }

  VectorRow vectors() {
    std::string data;
    for (auto n = random_.below(3'000); n > 0; --n) data += static_cast<char>(random_.below(256));
    return {any_key(), "model " + std::to_string(random_.below(2)), std::move(data)};
  }

  Job job() {
    Job job{.id = any_id(),
            .state = static_cast<Job::State>(random_.below(3)),
            .session_id = "s",
            .messages = {},
            .attempts = static_cast<std::uint32_t>(random_.below(5)),
            .created_at = number(),
            .finished_at = number(),
            .detail = text()};
    for (auto n = random_.below(3); n > 0; --n) job.messages.push_back(any_id());
    return job;
  }

  Random& random() { return random_; }

 private:
  Id any_id() { return id(random_.below(40)); }
  VectorKey any_key() { return {random_.below(2) == 0 ? OwnerKind::kMessage : OwnerKind::kMemory, any_id()}; }
  std::int64_t number() { return static_cast<std::int64_t>(random_.below(1'000)) - 500; }
  std::string text() {
    const auto length = random_.below(random_.below(10) == 0 ? 9'000 : 80);
    std::string text = "é \"quoted\"\n" + std::to_string(random_.below(1'000'000)) + " ";
    while (text.size() < length) text += static_cast<char>('a' + random_.below(26));
    return text;
  }
  std::vector<std::string> texts() {
    std::vector<std::string> list;
    for (auto n = random_.below(4); n > 0; --n) list.push_back(text());
    return list;
  }

  SeededRandom random_;
};

}  // namespace holdfast::memory
