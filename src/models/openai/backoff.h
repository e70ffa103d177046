// How long to wait before a call is tried again.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "net/http.h"

namespace holdfast::models {

inline constexpr std::chrono::milliseconds kLongestBackoff{30'000};

// Before the retry of that number (the first is 0): `first` doubled so many times, kLongestBackoff at most, and of that
// between half and the whole, by chance, so that callers who failed together do not come back together.
[[nodiscard]] std::chrono::milliseconds backoff(std::size_t retry, std::chrono::milliseconds first, Random& random);

// What the server asks for: `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3), or `retry-after-ms`. A
// date is taken against the answer's own `Date` where there is one, so that clocks may differ. nullopt: nothing that
// could be read. Never negative, a year at most.
[[nodiscard]] std::optional<std::chrono::milliseconds> retry_after(const std::vector<net::Header>& headers, TimeMs now);

// An HTTP date in any of its three formats (RFC 9110, section 5.6.7).
[[nodiscard]] std::optional<TimeMs> parse_http_date(std::string_view text, TimeMs now);

}  // namespace holdfast::models
