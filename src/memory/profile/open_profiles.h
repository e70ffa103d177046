// The open profiles of a server: an LRU bounded by bytes of memory and by file descriptors.
//
// Thread-safe. Opening blocks (a disk is read): call it on the storage pool. Two callers that ask for the same closed
// profile wait for one opening.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "base/pool.h"
#include "base/result.h"
#include "memory/profile/profile.h"

namespace holdfast::memory {

struct OpenLimits {
  std::size_t bytes = std::size_t{512} << 20;  // of memory, over all open profiles, about
  std::size_t files = 4096;                    // descriptors
};

class OpenProfiles {
 public:
  OpenProfiles(ProfileStores& stores, Pool& storage_pool, OpenLimits limits, WantedVectors wanted = {});

  // Opens the profile, or gives the one that is open. Profiles nobody uses are closed, least recently used first, when
  // a bound is passed; those in use stay, so the bounds may be passed by what is in use at once.
  [[nodiscard]] Result<std::shared_ptr<Profile>> open(const Id& id);

  // The profile if it is open now; null otherwise.
  [[nodiscard]] std::shared_ptr<Profile> find(const Id& id);

  // Forgets a profile that was deleted. False while somebody still uses it: ask again later.
  [[nodiscard]] bool close(const Id& id);

  struct Counts {
    std::size_t profiles = 0, bytes = 0, files = 0;
    std::uint64_t opened = 0, evicted = 0;
  };
  [[nodiscard]] Counts counts() const;

 private:
  struct Entry {
    std::shared_ptr<Profile> profile;  // null while it is being opened
    std::size_t bytes = 0, files = 0;  // as last seen
    std::list<Id>::iterator used;
  };

  void touch(Entry& entry);
  // Takes what must go out of the map; the caller lets it die outside the lock, since closing touches the disk.
  [[nodiscard]] std::vector<std::shared_ptr<Profile>> evict();

  ProfileStores& stores_;
  Pool& storage_pool_;
  const OpenLimits limits_;
  const WantedVectors wanted_;
  mutable std::mutex mutex_;
  std::condition_variable opened_;
  std::list<Id> recent_;  // most recently used first
  std::unordered_map<Id, Entry> entries_;
  std::size_t bytes_ = 0, files_ = 0;
  std::uint64_t opened_count_ = 0, evicted_count_ = 0;
};

}  // namespace holdfast::memory
