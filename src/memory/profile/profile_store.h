// The log of one profile: a sequence of commits, numbered from 1. Everything else about a profile is a fold over it.
//
// Rows are messages, memories (with their sources), tombstones, jobs and vectors; each carries the commit that last
// touched it. A store keeps rows and numbers, and knows nothing of what they mean. There is one contract test suite for
// every implementation: profile_store_contract_test.cc.
//
// Thread-safety: `append` and `purge` are called by one thread at a time (the profile's write turn); everything else
// may be called at any time from any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "memory/types.h"

namespace holdfast::memory {

using Commit = std::int64_t;  // 0: before the first commit

// Whose vectors a row holds: those of one message or of one memory.
enum class OwnerKind : std::uint8_t { kMessage, kMemory };
struct VectorKey {
  OwnerKind kind = OwnerKind::kMessage;
  Id owner;

  auto operator<=>(const VectorKey&) const = default;
};

// Vectors are derived: whoever has the texts can make them again, so they are never exported, and nobody asks for a
// purge on their account.
struct VectorRow {
  VectorKey key;
  std::string model;  // models::Encoder::model() of who made them
  std::string data;   // vectors/packed.h; to the store just bytes

  bool operator==(const VectorRow&) const = default;
};

// What one commit changes. A row that is there already (by id) is replaced whole. A deleted id that is not there is
// ignored. A message's or memory's vectors go with it, before the vectors of the batch come. Deleting marks: the row
// leaves every read of texts at once, and its text leaves the files with `purge`.
struct Batch {
  std::vector<Message> messages;
  std::vector<Memory> memories;
  std::vector<Tombstone> tombstones;
  std::vector<Job> jobs;
  std::vector<Id> deleted_messages;
  std::vector<Id> deleted_memories;
  std::vector<Id> deleted_tombstones;
  std::vector<Id> deleted_jobs;
  std::vector<VectorRow> vectors;
  std::vector<VectorKey> deleted_vectors;

  [[nodiscard]] bool empty() const;
};

// Receives rows as they are now. References are valid during the call only.
class ChangeVisitor {
 public:
  virtual ~ChangeVisitor() = default;
  virtual void message(const Message& message) = 0;
  virtual void memory(const Memory& memory) = 0;
  virtual void tombstone(const Tombstone& tombstone) = 0;
  virtual void job(const Job& job) = 0;
  virtual void deleted_message(const Id& id) = 0;
  virtual void deleted_memory(const Id& id) = 0;
  virtual void deleted_tombstone(const Id& id) = 0;
  virtual void deleted_job(const Id& id) = 0;
  virtual void vectors(const VectorRow& row) = 0;
  virtual void deleted_vectors(const VectorKey& key) = 0;
};

struct StoreSize {
  std::int64_t bytes_on_disk = 0;
  int open_files = 0;            // descriptors held by this store
  std::size_t memory_bytes = 0;  // that its connections hold, about
};

class ProfileStore {
 public:
  virtual ~ProfileStore() = default;

  // The newest commit.
  [[nodiscard]] virtual Commit head() const = 0;

  // Visits every row that a commit after `since` touched, each once, in its present state, of one consistent snapshot;
  // order: messages by (session id, position, id), then memories, tombstones, jobs, each by id; after each kind's rows
  // the deleted ids of that kind, by id. At the end vectors, in the order of their commits, and the keys of deleted
  // ones, those that went with their owner included. With since = 0 the deleted ids are left out. Returns the
  // snapshot's head.
  [[nodiscard]] virtual Result<Commit> read(Commit since, ChangeVisitor& visitor) const = 0;

  // Commits a batch, durable when it returns. kConflict when the head is no longer `expected_head`; nothing is changed
  // then, nor after any other error (kDiskFull, kIo, kCorrupt). Returns the new head. An empty batch is no commit.
  [[nodiscard]] virtual Result<Commit> append(const Batch& batch, Commit expected_head) = 0;

  // Whole messages by id, in the order asked for; ids that are not there, or deleted, are left out.
  [[nodiscard]] virtual Result<std::vector<Message>> messages(std::span<const Id> ids) const = 0;

  // Removes the text of everything marked deleted from the files (secure delete, then a truncating checkpoint), leaving
  // of each row its id, and compacts. Not a commit: no reader sees a difference. Returns the number of rows purged.
  [[nodiscard]] virtual Result<std::int64_t> purge() = 0;

  // Whether the text of deleted messages or memories waits for `purge`; tombstones and jobs hold none.
  [[nodiscard]] virtual Result<bool> needs_purge() const = 0;

  [[nodiscard]] virtual StoreSize size() const = 0;
};

// Opens (or creates) the stores of a data directory. Thread-safe.
class ProfileStores {
 public:
  virtual ~ProfileStores() = default;
  // kCorrupt, kNewerSchema, kIo, kDiskFull. Schema migrations run here.
  [[nodiscard]] virtual Result<std::unique_ptr<ProfileStore>> open(const Id& profile) = 0;
  // Deletes a profile's files, after overwriting; ok when there are none. The store must be closed.
  [[nodiscard]] virtual Result<> destroy(const Id& profile) = 0;
};

}  // namespace holdfast::memory
