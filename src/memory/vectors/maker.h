// Makes the vectors that are missing, in the background: of memories first, then of messages.
//
// What is missing follows from each profile's log (profile/profile_vectors.h), so this holds no work that a crash could
// lose: whoever opens a profile says so (`wake`), and it is drained some dozens of rows a commit, profiles in turn.
// Encoding runs on the compute pool as background work, few sentences a call where this processor does it, so that a
// query waits for one call at most. Where an encoder fails, what waits stays and is tried again later; where it takes a
// certain text not at all, the others are made without that one. Thread-safe.
#pragma once

#include <atomic>
#include <condition_variable>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "base/clock.h"
#include "base/pool.h"
#include "base/result.h"
#include "base/scheduler.h"
#include "base/task.h"
#include "memory/profile/profile.h"
#include "models/encoder.h"

namespace holdfast::memory {

struct VectorOptions {
  bool messages = true;         // vectors of messages, too
  std::size_t backlog = 4'000;  // texts that may wait before ingest's answer waits
  std::size_t lanes = 1;  // encode calls at a time; one fewer than the compute pool's threads leaves one to queries
};

class VectorMaker {
 public:
  // `drained`: told when a profile has nothing left, so that it can be marked clean; not called under any lock.
  VectorMaker(const models::Encoder& encoder, Pool& storage, Pool& compute, Scheduler& scheduler, const Clock& clock,
              VectorOptions options, std::function<void()> drained);
  ~VectorMaker();

  // A profile that may lack vectors; true when it does. Cheap, so it may be called again and again.
  bool wake(const std::shared_ptr<Profile>& profile);

  // The profile was deleted: nothing more is made for it.
  void forget(const Id& profile);

  // Suspends while more than the backlog waits, half a minute at most; goes on on the storage pool. What waits because
  // the encoder fails, as a server that is down does, is not waited for: that makes no room.
  [[nodiscard]] Task<bool> wait_for_room();

  // From now on nobody waits for room: the server is about to stop and wants its answers out.
  void let_all_in();

  // Begins nothing more, commits what is encoded, and waits for that.
  void stop();

  struct Counts {
    std::size_t waiting = 0;      // texts, over the profiles known to lack vectors
    TimeMs oldest_ms = 0;         // how long the profile that waits longest has lacked some
    std::uint64_t made = 0;       // rows committed
    std::uint64_t sentences = 0;  // encoded
    std::uint64_t encode_us = 0;  // spent encoding them
    std::uint64_t failures = 0;   // batches given up for now
  };
  [[nodiscard]] Counts counts() const;

 private:
  struct Entry {
    std::shared_ptr<Profile> profile;
    std::size_t waiting = 0;
    TimeMs since = 0;
    int failures = 0;
    TimeMs not_before = 0;
    bool in_turn = false;       // in turns_, or being worked on
    std::set<VectorKey> aside;  // what the encoder did not take; tried again when nothing else is left
  };
  struct Waiter {
    std::atomic<bool> resumed = false;
    std::coroutine_handle<> handle;
  };
  struct Owner;  // a row to be made
  struct Encoded {
    std::vector<models::Encoding> encodings;
    std::size_t whole = 0;       // owners of which all are there
    std::optional<Error> error;  // why there are no more
  };

  Task<bool> run();
  std::shared_ptr<Profile> next();
  void finish(const std::shared_ptr<Profile>& profile, const Result<>& made);
  Task<Result<>> make_some(std::shared_ptr<Profile> profile);
  Task<Result<>> make_one_by_one(std::shared_ptr<Profile> profile, std::vector<Owner> owners);
  Result<std::vector<Owner>> owners_of(const Profile& profile, const std::set<VectorKey>& aside) const;
  [[nodiscard]] std::set<VectorKey> set_aside(const Id& profile) const;
  void set_aside(const Id& profile, std::span<const VectorKey> more);  // none: takes them all back
  Task<Encoded> encode_all(std::span<const Owner> owners);
  Task<Result<>> commit(std::shared_ptr<Profile> profile, std::span<const Owner> owners,
                        std::span<const models::Encoding> encodings);
  Task<Result<std::vector<models::Encoding>>> encode(std::vector<models::EncoderInput> inputs);
  [[nodiscard]] std::size_t waiting() const;  // under the lock
  [[nodiscard]] bool has_room() const;        // under the lock
  void let_in();                              // under the lock
  void resume(const std::shared_ptr<Waiter>& waiter) const;

  const models::Encoder& encoder_;
  Pool& storage_;
  Pool& compute_;
  Scheduler& scheduler_;
  const Clock& clock_;
  const VectorOptions options_;
  const std::function<void()> drained_;

  mutable std::mutex mutex_;
  std::condition_variable idle_;
  std::atomic<bool> stopping_ = false;
  bool running_ = false;
  bool open_ = false;  // to all who wait for room
  std::map<Id, Entry> known_;
  std::deque<Id> turns_;
  std::vector<std::shared_ptr<Waiter>> waiters_;
  std::uint64_t made_ = 0, failures_ = 0;
  std::atomic<std::uint64_t> sentences_ = 0, encode_us_ = 0;
};

}  // namespace holdfast::memory
