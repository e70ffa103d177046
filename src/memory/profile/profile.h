// One open profile: its store, its fold and its search index, with one writer at a time.
//
// Reads take a shared lock and see one commit. Writes run in turns, one after the other, on the storage pool: inside a
// turn the fold is stable, a batch is appended to the store (durable), and only then applied to the fold and the index,
// under the exclusive lock and for microseconds. No lock is held while a model, or a disk, is waited for.
#pragma once

#include <atomic>
#include <coroutine>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <vector>

#include "base/pool.h"
#include "base/result.h"
#include "memory/profile/fold.h"
#include "memory/profile/profile_index.h"
#include "memory/profile/profile_store.h"

namespace holdfast::memory {

class Profile {
 public:
  // Reads the whole log into a new fold and index. kCorrupt, kNewerSchema, kIo.
  [[nodiscard]] static Result<std::shared_ptr<Profile>> open(const Id& id, std::unique_ptr<ProfileStore> store,
                                                             Pool& storage_pool, const WantedVectors& wanted = {});
  ~Profile();

  [[nodiscard]] const Id& id() const { return id_; }

  // What a reader sees, for as long as it holds it: keep it short, never wait for anything meanwhile, and hold one at a
  // time: a commit that waits lets no further reader in.
  class View {
   public:
    [[nodiscard]] const Fold& fold() const { return fold_; }
    [[nodiscard]] const ProfileIndex& index() const { return index_; }

   private:
    friend class Profile;
    View(std::shared_mutex& mutex, const Fold& fold, const ProfileIndex& index)
        : lock_(mutex), fold_(fold), index_(index) {}
    std::shared_lock<std::shared_mutex> lock_;
    const Fold& fold_;
    const ProfileIndex& index_;
  };
  [[nodiscard]] View view() const {
    {
      const std::lock_guard in_turn(gate_);
    }
    return View(mutex_, fold_, index_);
  }

  // Whole messages by id, from the store, without any lock; missing ones are left out.
  [[nodiscard]] Result<std::vector<Message>> messages(std::span<const Id> ids) const;

  // Inside a write turn: the fold does not change but by commit().
  class Turn {
   public:
    [[nodiscard]] const Fold& fold() const { return profile_.fold_; }
    [[nodiscard]] const ProfileIndex& index() const { return profile_.index_; }
    // Durable, then visible. An empty batch is no commit. Memories that the batch leaves superseded lose their vectors
    // with it.
    [[nodiscard]] Result<> commit(const Batch& batch);
    [[nodiscard]] Result<std::int64_t> purge();

   private:
    friend class Profile;
    explicit Turn(Profile& profile) : profile_(profile) {}
    Result<> append(const Batch& batch);
    Profile& profile_;
  };

  // Runs `work` in its turn on the storage pool. `self` keeps the profile open until then.
  static void write(const std::shared_ptr<Profile>& self, std::function<void(Turn&)> work);

  // co_await Profile::turn(self, fn): the same, giving what `fn(Turn&)` returns; goes on on the storage pool.
  template <typename Work>
  static auto turn(std::shared_ptr<Profile> self, Work work);

  [[nodiscard]] std::size_t queued_writes() const { return writes_.queued(); }
  [[nodiscard]] std::size_t bytes() const;  // of memory, about; takes no lock
  [[nodiscard]] StoreSize stored() const { return store_->size(); }
  [[nodiscard]] Result<bool> needs_purge() const { return store_->needs_purge(); }

 private:
  Profile(const Id& id, std::unique_ptr<ProfileStore> store, Pool& storage_pool);

  const Id id_;
  std::unique_ptr<ProfileStore> store_;
  void count_bytes();

  // Readers pass the gate, a writer stands in it while it waits for those inside: a shared mutex alone lets readers who
  // always overlap keep the writer out for ever.
  mutable std::mutex gate_;
  mutable std::shared_mutex mutex_;
  Fold fold_;
  ProfileIndex index_;
  std::atomic<std::size_t> bytes_ = 0;  // of the two
  Commit head_ = 0;                     // written under the exclusive lock, by the write turn alone
  Pool& pool_;
  SerialQueue writes_;
};

template <typename Work>
auto Profile::turn(std::shared_ptr<Profile> self, Work work) {
  using Value = std::invoke_result_t<Work&, Turn&>;
  struct Awaiter {
    std::shared_ptr<Profile> self;
    Work work;
    std::optional<Value> value;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      // The awaiter lives in the suspended coroutine's frame until it is resumed.
      write(self, [this, handle](Turn& t) {
        value.emplace(work(t));
        // Back through the pool: what follows (extraction, an answer) must not hold up the next write.
        self->pool_.post([handle] { handle.resume(); });
      });
    }
    Value await_resume() { return std::move(*value); }
  };
  return Awaiter{std::move(self), std::move(work), std::nullopt};
}

}  // namespace holdfast::memory
