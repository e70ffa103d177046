// Figures: how long a cold profile takes to open: its log is read and its index built. The files are in the system's
// page cache.
#include <fmt/format.h>

#include "base/pool.h"
#include "dev/ground.h"
#include "memory/profile/profile.h"
#include "memory/profile/sqlite_profile_store.h"

namespace holdfast::dev {

Result<> measure_opening(Ground& ground) {
  Pool pool("storage", 2, 1000);
  for (const std::size_t size : ground.sizes()) {
    HOLDFAST_TRY(const std::string data, ground.corpus(size));
    HOLDFAST_TRY(const Id id, ground.profile_id(size));
    memory::SqliteProfileStores stores(data + "/profiles");
    const std::optional<Aim> aim = size == 1'000     ? std::optional(at_most(10))
                                   : size == 100'000 ? std::optional(at_most(1000))
                                                     : std::nullopt;
    Figure time{"opening", fmt::format("a cold profile of {}", size_name(size)), "ms", {}, aim};
    Figure memory{"opening", fmt::format("its memory, by its own count, of {}", size_name(size)), "MB", {}, {}};
    for (std::size_t run = 0; run < (size < 100'000 ? 9 : 5); ++run) {
      ground.say(fmt::format("opening a profile of {}, run {}", size, run + 1));
      const Stopwatch watch;
      HOLDFAST_TRY(auto store, stores.open(id));
      HOLDFAST_TRY(const auto profile, memory::Profile::open(id, std::move(store), pool));
      time.runs.push_back(watch.ms());
      memory.runs.push_back(static_cast<double>(profile->bytes()) / 1e6);
    }
    ground.add(std::move(time));
    ground.add(std::move(memory));
  }
  return {};
}

}  // namespace holdfast::dev
