// Clients that ingest: the load of several measurements.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "dev/ground.h"

namespace holdfast::dev {

// One client's calls, made before the clock starts.
struct Load {
  std::string profile;
  std::vector<std::string> bodies;  // one session each
};

[[nodiscard]] Load make_load(std::string profile, const Dialogue& dialogue, std::size_t first_session,
                             std::size_t sessions, std::size_t messages, bool async);

struct LoadTimes {
  double answered = 0;   // seconds until every call was answered
  double extracted = 0;  // seconds until no job was pending; only told apart from `answered` for async loads
};

// Sends every load from a client of its own, all at once, each call after the answer to the one before it.
[[nodiscard]] Result<LoadTimes> send(const std::string& url, const std::vector<Load>& loads, bool async);

}  // namespace holdfast::dev
