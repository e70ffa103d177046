// What stays true of a memory when parts of it are replaced.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "memory/ingest/comparable.h"

namespace holdfast::memory {

// The parts of `older` that `newer`, a version of the same topic, speaks of.
[[nodiscard]] std::vector<std::size_t> parts_spoken_of(const Comparable& older, const Comparable& newer,
                                                       std::string_view topic_key);

// What `older` says without the parts that are `gone` (ascending), nor those that only carry on from one that is; ""
// when nothing is left that says something.
[[nodiscard]] std::string rest_of(const Comparable& older, std::span<const std::size_t> gone);

// A memory for that rest, described anew; everything else (sources, time, who said it) is that of `whole`. Its topic
// key stays when the rest still speaks of it. No id yet.
[[nodiscard]] Memory describe_part(const Memory& whole, std::string rest);

}  // namespace holdfast::memory
