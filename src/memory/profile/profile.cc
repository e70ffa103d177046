#include "memory/profile/profile.h"

#include <algorithm>
#include <mutex>
#include <utility>

namespace holdfast::memory {
namespace {

// Feeds two views of one log at once.
class Both final : public ChangeVisitor {
 public:
  Both(ChangeVisitor& a, ChangeVisitor& b) : a_(a), b_(b) {}
  void message(const Message& m) override { a_.message(m), b_.message(m); }
  void memory(const Memory& m) override { a_.memory(m), b_.memory(m); }
  void tombstone(const Tombstone& t) override { a_.tombstone(t), b_.tombstone(t); }
  void job(const Job& j) override { a_.job(j), b_.job(j); }
  void deleted_message(const Id& id) override { a_.deleted_message(id), b_.deleted_message(id); }
  void deleted_memory(const Id& id) override { a_.deleted_memory(id), b_.deleted_memory(id); }
  void deleted_tombstone(const Id& id) override { a_.deleted_tombstone(id), b_.deleted_tombstone(id); }
  void deleted_job(const Id& id) override { a_.deleted_job(id), b_.deleted_job(id); }
  void vectors(const VectorRow& row) override { a_.vectors(row), b_.vectors(row); }
  void deleted_vectors(const VectorKey& key) override { a_.deleted_vectors(key), b_.deleted_vectors(key); }

 private:
  ChangeVisitor& a_;
  ChangeVisitor& b_;
};

void feed(const Batch& batch, ChangeVisitor& visitor) {
  for (const Id& id : batch.deleted_messages) visitor.deleted_message(id);
  for (const Id& id : batch.deleted_memories) visitor.deleted_memory(id);
  for (const Id& id : batch.deleted_tombstones) visitor.deleted_tombstone(id);
  for (const Id& id : batch.deleted_jobs) visitor.deleted_job(id);
  for (const VectorKey& key : batch.deleted_vectors) visitor.deleted_vectors(key);
  for (const Message& message : batch.messages) visitor.message(message);
  for (const Memory& memory : batch.memories) visitor.memory(memory);
  for (const Tombstone& tombstone : batch.tombstones) visitor.tombstone(tombstone);
  for (const Job& job : batch.jobs) visitor.job(job);
  for (const VectorRow& row : batch.vectors) visitor.vectors(row);
}

}  // namespace

Profile::Profile(const Id& id, std::unique_ptr<ProfileStore> store, Pool& storage_pool)
    : id_(id), store_(std::move(store)), pool_(storage_pool), writes_(storage_pool) {}

Profile::~Profile() = default;

Result<std::shared_ptr<Profile>> Profile::open(const Id& id, std::unique_ptr<ProfileStore> store, Pool& storage_pool,
                                               const WantedVectors& wanted) {
  std::shared_ptr<Profile> profile(new Profile(id, std::move(store), storage_pool));
  profile->index_.want_vectors(wanted);
  Both views(profile->fold_, profile->index_);
  HOLDFAST_TRY(profile->head_, profile->store_->read(0, views));
  profile->index_.shrink_to_fit();
  profile->count_bytes();
  return profile;
}

Result<std::vector<Message>> Profile::messages(std::span<const Id> ids) const { return store_->messages(ids); }

std::size_t Profile::bytes() const { return sizeof(Profile) + store_->size().memory_bytes + bytes_.load(); }

void Profile::count_bytes() { bytes_ = fold_.bytes() + index_.bytes(); }

void Profile::write(const std::shared_ptr<Profile>& self, std::function<void(Turn&)> work) {
  self->writes_.post([self, work = std::move(work)] {
    Turn turn(*self);
    work(turn);
  });
}

Result<> Profile::Turn::commit(const Batch& rows) {
  if (rows.empty()) return {};
  const auto superseded = [](const Memory& memory) { return !memory.current(); };
  if (std::ranges::none_of(rows.memories, superseded)) return append(rows);
  Batch batch = rows;
  for (const Memory& memory : rows.memories)
    if (superseded(memory)) batch.deleted_vectors.push_back({OwnerKind::kMemory, memory.id});
  return append(batch);
}

Result<> Profile::Turn::append(const Batch& batch) {
  HOLDFAST_TRY(const Commit head, profile_.store_->append(batch, profile_.head_));
  const std::lock_guard in_gate(profile_.gate_);
  const std::unique_lock lock(profile_.mutex_);
  profile_.head_ = head;
  Both views(profile_.fold_, profile_.index_);
  feed(batch, views);
  profile_.count_bytes();
  return {};
}

Result<std::int64_t> Profile::Turn::purge() { return profile_.store_->purge(); }

}  // namespace holdfast::memory
