// What stays true of a statement when a part of it is replaced.
#pragma once

#include <string>
#include <string_view>

#include "memory/ingest/replaces.h"

namespace holdfast::memory {

// The sentences and clauses of `content` that `newer` does not speak of, or "" when nothing is left that says
// something. `topic_key` is that of the content: a part about it goes.
[[nodiscard]] std::string rest_of(std::string_view content, const Comparable& newer, std::string_view topic_key);

// A memory for that rest, described anew; everything else (sources, time, who said it) is that of `whole`. No id yet.
[[nodiscard]] Memory describe_part(const Memory& whole, std::string rest);

}  // namespace holdfast::memory
