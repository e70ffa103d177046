#include "memory/profile/open_profiles.h"

#include <utility>
#include <vector>

namespace holdfast::memory {

OpenProfiles::OpenProfiles(ProfileStores& stores, Pool& storage_pool, OpenLimits limits, WantedVectors wanted)
    : stores_(stores), storage_pool_(storage_pool), limits_(limits), wanted_(std::move(wanted)) {}

void OpenProfiles::touch(Entry& entry) {
  recent_.splice(recent_.begin(), recent_, entry.used);
  const std::size_t bytes = entry.profile->bytes();
  const auto files = static_cast<std::size_t>(entry.profile->stored().open_files);  // more once it is written to
  bytes_ += bytes - entry.bytes;  // wraps around rightly when it shrank
  files_ += files - entry.files;
  entry.bytes = bytes;
  entry.files = files;
}

Result<std::shared_ptr<Profile>> OpenProfiles::open(const Id& id) {
  std::vector<std::shared_ptr<Profile>> closing;
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto it = entries_.find(id);
    if (it == entries_.end()) break;
    if (it->second.profile != nullptr) {
      std::shared_ptr<Profile> profile = it->second.profile;
      touch(it->second);
      closing = evict();
      lock.unlock();
      return profile;
    }
    opened_.wait(lock);
  }
  recent_.push_front(id);
  entries_[id].used = recent_.begin();
  lock.unlock();

  auto store = stores_.open(id);
  Result<std::shared_ptr<Profile>> profile =
      store ? Profile::open(id, std::move(*store), storage_pool_, wanted_) : std::unexpected(store.error());

  lock.lock();
  const auto it = entries_.find(id);
  if (!profile) {
    recent_.erase(it->second.used);
    entries_.erase(it);
  } else {
    Entry& entry = it->second;
    entry.profile = *profile;
    ++opened_count_;
    touch(entry);
    closing = evict();
  }
  lock.unlock();
  opened_.notify_all();
  return profile;
}

std::vector<std::shared_ptr<Profile>> OpenProfiles::evict() {
  std::vector<std::shared_ptr<Profile>> closing;
  for (auto it = recent_.end(); it != recent_.begin() && (bytes_ > limits_.bytes || files_ > limits_.files);) {
    --it;
    const auto found = entries_.find(*it);
    Entry& entry = found->second;
    // Under the lock nobody can gain a reference, so a count of one is ours alone.
    if (entry.profile == nullptr || entry.profile.use_count() > 1) continue;
    bytes_ -= entry.bytes;
    files_ -= entry.files;
    ++evicted_count_;
    closing.push_back(std::move(entry.profile));
    entries_.erase(found);
    it = recent_.erase(it);
  }
  return closing;
}

std::shared_ptr<Profile> OpenProfiles::find(const Id& id) {
  const std::lock_guard lock(mutex_);
  const auto it = entries_.find(id);
  return it == entries_.end() ? nullptr : it->second.profile;
}

bool OpenProfiles::close(const Id& id) {
  std::shared_ptr<Profile> closing;
  const std::lock_guard lock(mutex_);
  const auto it = entries_.find(id);
  if (it == entries_.end()) return true;
  if (it->second.profile == nullptr || it->second.profile.use_count() > 1) return false;
  bytes_ -= it->second.bytes;
  files_ -= it->second.files;
  closing = std::move(it->second.profile);
  recent_.erase(it->second.used);
  entries_.erase(it);
  return true;
}

OpenProfiles::Counts OpenProfiles::counts() const {
  const std::lock_guard lock(mutex_);
  return Counts{entries_.size(), bytes_, files_, opened_count_, evicted_count_};
}

}  // namespace holdfast::memory
