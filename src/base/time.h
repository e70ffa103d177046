// Instants and calendar days, without zones: everything Holdfast stores is UTC.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace holdfast {

using TimeMs = std::int64_t;  // milliseconds since 1970-01-01T00:00:00Z; may be negative

inline constexpr TimeMs kDayMs = 86'400'000;

// "2026-04-21T00:00:00.000Z", always 24 characters. Years outside 0000–9999 are clamped.
[[nodiscard]] std::string format_iso(TimeMs time);

// "2026-04-21": the UTC day `time` falls in.
[[nodiscard]] std::string format_day(TimeMs time);

// Reads ISO 8601: a date alone (midnight UTC), or date and time with optional seconds, fraction (cut to ms) and an
// offset ("Z", "+02:00", "+0200"; none means UTC). Anything else is kInvalid.
[[nodiscard]] Result<TimeMs> parse_iso(std::string_view text);

// Day arithmetic in the proleptic Gregorian calendar.
[[nodiscard]] std::chrono::year_month_day day_of(TimeMs time);
[[nodiscard]] TimeMs midnight(std::chrono::year_month_day day);

}  // namespace holdfast
