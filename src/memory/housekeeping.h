// Work in the background: jobs left by an earlier run, purges, vectors to make, deleted profiles, and the marks in the
// catalogue that tell a restart which profiles have any of it.
//
// A profile is marked dirty before the commit that leaves work and clean once it has none left. A sweep over the dirty
// and the condemned ones runs every few seconds, and soon after wake(). Thread-safe.
#pragma once

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
#include <utility>

#include "base/clock.h"
#include "base/id.h"
#include "base/scheduler.h"
#include "base/task.h"
#include "memory/profile/catalogue.h"
#include "memory/profile/open_profiles.h"

namespace holdfast::memory {

class Housekeeping {
 public:
  // Takes up one pending job of a profile and runs it to its end.
  using RunJob = std::function<Task<Result<>>(std::shared_ptr<Profile>, Id job)>;
  // Sees to whatever else a profile has left, and says whether there is any: the profile then stays dirty.
  using SeeTo = std::function<bool(const std::shared_ptr<Profile>&)>;
  // Told of a deleted profile, which must not be held any longer.
  using LetGo = std::function<void(const Id& profile)>;
  // Lets go of text of a profile that is kept elsewhere: of a deleted one (`whole`), or, before a purge, of what was
  // deleted in it. Where it fails, the purge is tried again later.
  using ForgetText = std::function<Result<>(const Id& profile, bool whole)>;

  Housekeeping(Catalogue& catalogue, ProfileStores& stores, OpenProfiles& open, Scheduler& scheduler,
               const Clock& clock, RunJob run_job, SeeTo see_to = {}, LetGo let_go = {}, ForgetText forget_text = {});
  ~Housekeeping();

  void start();
  void stop();  // begins nothing more and waits for what runs

  // Held while a request may leave work: the profile is marked dirty first, durably, if it is not yet.
  class Work {
   public:
    Work(Work&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)), profile_(other.profile_) {}
    Work& operator=(Work&&) = delete;
    ~Work() {
      if (owner_ != nullptr) owner_->end(profile_);
    }

   private:
    friend class Housekeeping;
    Work(Housekeeping* owner, const Id& profile) : owner_(owner), profile_(profile) {}
    Housekeeping* owner_;
    Id profile_;
  };
  [[nodiscard]] Result<Work> begin(const Id& profile);

  // Something was deleted: text has to leave the files, or a whole profile has to go.
  void wake();

  // Held while a job runs, so that it is run by one at a time; none when somebody runs it already.
  class Claim {
   public:
    Claim(Claim&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)), job_(other.job_) {}
    Claim& operator=(Claim&&) = delete;
    ~Claim() {
      if (owner_ != nullptr) owner_->release(job_);
    }

   private:
    friend class Housekeeping;
    Claim(Housekeeping* owner, const std::pair<Id, Id>& job) : owner_(owner), job_(job) {}
    Housekeeping* owner_;
    std::pair<Id, Id> job_;
  };
  [[nodiscard]] std::optional<Claim> claim(const Id& profile, const Id& job);
  // The same, waiting for whoever runs it to end.
  [[nodiscard]] Task<Claim> wait_for_claim(Id profile, Id job);

  struct Counts {
    std::size_t dirty = 0, running = 0;
    TimeMs oldest_ms = 0;  // age of the oldest job under way
  };
  [[nodiscard]] Counts counts() const;

 private:
  struct Mark {
    int working = 0;          // requests under way that may leave work
    std::uint64_t begun = 0;  // how many ever: tells whether one came in while the profile was looked at
  };
  struct Retry {
    int failures = 0;
    TimeMs not_before = 0;
  };

  void end(const Id& profile);
  void release(const std::pair<Id, Id>& job);
  void tick();
  void sweep();
  void drain(const Id& profile);
  void destroy_condemned();
  void take_up(const std::shared_ptr<Profile>& profile, const Id& job);

  Catalogue& catalogue_;
  ProfileStores& stores_;
  OpenProfiles& open_;
  Scheduler& scheduler_;
  const Clock& clock_;
  const RunJob run_job_;
  const SeeTo see_to_;
  const LetGo let_go_;
  const ForgetText forget_text_;

  mutable std::mutex mutex_;
  std::condition_variable idle_;
  bool stopping_ = false, woken_ = false, ticking_ = false;
  TimeMs last_sweep_ = 0;
  std::map<Id, Mark> marks_;                     // one for each profile that is dirty, as the catalogue has it
  std::map<std::pair<Id, Id>, TimeMs> claimed_;  // (profile, job) → since when
  std::map<std::pair<Id, Id>, std::deque<std::coroutine_handle<>>> waiting_;  // for a claim, in turn
  std::map<std::pair<Id, Id>, Retry> retries_;
  std::size_t running_ = 0;  // sweeps, purges and jobs begun here
};

}  // namespace holdfast::memory
