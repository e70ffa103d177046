#include "memory/housekeeping.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/log.h"

namespace holdfast::memory {
namespace {

constexpr std::chrono::milliseconds kTick{250};
constexpr TimeMs kSweepEveryMs = 5'000;
constexpr TimeMs kFirstRetryMs = 1'000;
constexpr TimeMs kLastRetryMs = 300'000;
constexpr std::size_t kCondemnedAtOnce = 100;

}  // namespace

Housekeeping::Housekeeping(Catalogue& catalogue, ProfileStores& stores, OpenProfiles& open, Scheduler& scheduler,
                           const Clock& clock, RunJob run_job, SeeTo see_to, LetGo let_go, ForgetText forget_text)
    : catalogue_(catalogue),
      stores_(stores),
      open_(open),
      scheduler_(scheduler),
      clock_(clock),
      run_job_(std::move(run_job)),
      see_to_(std::move(see_to)),
      let_go_(std::move(let_go)),
      forget_text_(std::move(forget_text)) {}

Housekeeping::~Housekeeping() { stop(); }

void Housekeeping::start() {
  auto dirty = catalogue_.dirty_profiles();
  if (!dirty) {
    log::error("cannot list the profiles that have work left; it waits for the next start",
               {{"error", dirty.error().message}, {"cause", dirty.error().cause}});
  }
  const std::lock_guard lock(mutex_);
  if (dirty)
    for (const ProfileRecord& profile : *dirty) marks_.try_emplace(profile.id);
  woken_ = true;
  ticking_ = true;
  scheduler_.spawn([this] { tick(); });
}

void Housekeeping::stop() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  idle_.wait(lock, [&] { return running_ == 0 && !ticking_ && claimed_.empty(); });
}

Result<Housekeeping::Work> Housekeeping::begin(const Id& profile) {
  const std::lock_guard lock(mutex_);
  if (!marks_.contains(profile)) HOLDFAST_CHECK(catalogue_.mark_dirty(profile));
  Mark& mark = marks_[profile];
  ++mark.working;
  ++mark.begun;
  return Work(this, profile);
}

void Housekeeping::end(const Id& profile) {
  const std::lock_guard lock(mutex_);
  --marks_[profile].working;
}

void Housekeeping::wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
}

std::optional<Housekeeping::Claim> Housekeeping::claim(const Id& profile, const Id& job) {
  const std::lock_guard lock(mutex_);
  const std::pair key(profile, job);
  if (!claimed_.try_emplace(key, clock_.now()).second) return std::nullopt;
  return Claim(this, key);
}

Task<Housekeeping::Claim> Housekeeping::wait_for_claim(Id profile, Id job) {
  struct InTurn {
    Housekeeping& owner;
    std::pair<Id, Id> key;
    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> handle) {
      const std::lock_guard lock(owner.mutex_);
      if (owner.claimed_.try_emplace(key, owner.clock_.now()).second) return false;
      owner.waiting_[key].push_back(handle);
      return true;
    }
    void await_resume() const noexcept {}
  };
  co_await InTurn{*this, std::pair(profile, job)};
  co_return Claim(this, std::pair(profile, job));
}

void Housekeeping::release(const std::pair<Id, Id>& job) {
  const std::lock_guard lock(mutex_);
  const auto waiting = waiting_.find(job);
  if (waiting == waiting_.end()) {
    claimed_.erase(job);
    idle_.notify_all();
    return;
  }
  // The claim is handed on, so that nobody comes in between.
  const std::coroutine_handle<> next = waiting->second.front();
  waiting->second.pop_front();
  if (waiting->second.empty()) waiting_.erase(waiting);
  scheduler_.spawn([next] { next.resume(); });
}

Housekeeping::Counts Housekeeping::counts() const {
  const std::lock_guard lock(mutex_);
  TimeMs oldest = 0;
  for (const auto& [_, since] : claimed_) oldest = std::max(oldest, clock_.now() - since);
  return Counts{marks_.size(), claimed_.size(), oldest};
}

void Housekeeping::tick() {
  bool due = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) {
      ticking_ = false;
      idle_.notify_all();
      return;
    }
    due = running_ == 0 && (woken_ || clock_.now() - last_sweep_ >= kSweepEveryMs);
    if (due) {
      woken_ = false;
      last_sweep_ = clock_.now();
      ++running_;
    }
  }
  if (due) {
    sweep();
    const std::lock_guard lock(mutex_);
    --running_;
    idle_.notify_all();
  }
  scheduler_.after(kTick, [this] { tick(); });
}

void Housekeeping::sweep() {
  std::vector<Id> dirty;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [profile, mark] : marks_)
      if (mark.working == 0) dirty.push_back(profile);
  }
  for (const Id& profile : dirty) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
    drain(profile);
  }
  destroy_condemned();
}

void Housekeeping::drain(const Id& id) {
  std::uint64_t begun = 0;
  {
    const std::lock_guard lock(mutex_);
    begun = marks_[id].begun;
  }
  auto profile = open_.open(id);
  if (!profile) {
    // It stays dirty; every sweep would say so again, so only the log's debug level hears of it.
    log::debug("a profile with work left cannot be opened",
               {{"profile", id.to_string()}, {"error", profile.error().message}});
    return;
  }
  std::vector<Id> jobs;
  {
    const Profile::View view = (*profile)->view();
    for (const auto& [job, row] : view.fold().jobs())
      if (row.state == Job::State::kPending) jobs.push_back(job);
  }
  for (const Id& job : jobs) take_up(*profile, job);

  const Result<bool> purge = (*profile)->needs_purge();
  if (purge && *purge) {
    {
      const std::lock_guard lock(mutex_);
      ++running_;
    }
    Profile::write(*profile, [this, id](Profile::Turn& turn) {
      const Result<> purged = [&]() -> Result<> {
        if (forget_text_) HOLDFAST_CHECK(forget_text_(id, false));
        HOLDFAST_CHECK(turn.purge());
        return {};
      }();
      if (!purged)
        log::warning("purge failed; it is tried again",
                     {{"profile", id.to_string()}, {"error", purged.error().message}, {"cause", purged.error().cause}});
      const std::lock_guard lock(mutex_);
      --running_;
      if (purged) woken_ = true;  // to find it done, and the profile clean
      idle_.notify_all();
    });
  }
  const bool more = see_to_ && see_to_(*profile);
  if (!jobs.empty() || !purge || *purge || more) return;

  const std::lock_guard lock(mutex_);
  const Mark& mark = marks_[id];
  if (mark.working > 0 || mark.begun != begun) return;
  if (catalogue_.mark_clean(id)) marks_.erase(id);
}

void Housekeeping::take_up(const std::shared_ptr<Profile>& profile, const Id& job) {
  const std::pair key(profile->id(), job);
  auto claim = this->claim(profile->id(), job);
  if (!claim) return;
  {
    const std::lock_guard lock(mutex_);
    if (const auto retry = retries_.find(key); retry != retries_.end() && clock_.now() < retry->second.not_before)
      return;
  }
  holdfast::start(run_job_(profile, job),
                  [this, key, held = std::make_shared<Claim>(std::move(*claim))](Result<> result) {
                    const std::lock_guard lock(mutex_);
                    woken_ = true;
                    if (result) {
                      retries_.erase(key);
                      return;
                    }
                    Retry& retry = retries_[key];
                    const TimeMs wait = std::min(kFirstRetryMs << std::min(retry.failures, 16), kLastRetryMs);
                    ++retry.failures;
                    retry.not_before = clock_.now() + wait;
                    log::warning("a job failed; it is tried again", {{"profile", key.first.to_string()},
                                                                     {"job", key.second.to_string()},
                                                                     {"error", result.error().message},
                                                                     {"cause", result.error().cause}});
                  });
}

void Housekeeping::destroy_condemned() {
  const auto condemned = catalogue_.condemned(kCondemnedAtOnce);
  if (!condemned) return;
  for (const Id& id : *condemned) {
    if (let_go_) let_go_(id);
    if (!open_.close(id)) continue;
    if (const auto destroyed = stores_.destroy(id); !destroyed) {
      log::warning("the files of a deleted profile cannot be removed; it is tried again",
                   {{"profile", id.to_string()}, {"error", destroyed.error().message}});
      continue;
    }
    if (const auto forgotten = forget_text_ ? forget_text_(id, true) : Result<>{}; !forgotten) {
      log::warning("what models answered for a deleted profile cannot be removed; it is tried again",
                   {{"profile", id.to_string()}, {"error", forgotten.error().message}});
      continue;
    }
    if (!catalogue_.release(id)) continue;
    const std::lock_guard lock(mutex_);
    marks_.erase(id);
    std::erase_if(retries_, [&](const auto& entry) { return entry.first.first == id; });
  }
}

}  // namespace holdfast::memory
