#include "base/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace holdfast {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr TimeMs kFirst = -62'167'219'200'000;  // 0000-01-01T00:00:00.000Z
constexpr TimeMs kLast = 253'402'300'799'999;   // 9999-12-31T23:59:59.999Z

// Reads exactly `count` digits at `at` and moves past them.
std::optional<int> digits(std::string_view text, std::size_t& at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const char c = text[at + i];
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  at += count;
  return value;
}

bool eat(std::string_view text, std::size_t& at, char c) {
  if (at >= text.size() || text[at] != c) return false;
  ++at;
  return true;
}

std::optional<TimeMs> offset_ms(std::string_view text, std::size_t& at) {
  if (at == text.size()) return 0;
  if (eat(text, at, 'Z') || eat(text, at, 'z')) return 0;
  const bool negative = text[at] == '-';
  if (!negative && text[at] != '+') return std::nullopt;
  ++at;
  const auto hours = digits(text, at, 2);
  if (!hours || *hours > 23) return std::nullopt;
  int minutes = 0;
  if (at < text.size()) {
    eat(text, at, ':');
    const auto m = digits(text, at, 2);
    if (!m || *m > 59) return std::nullopt;
    minutes = *m;
  }
  const TimeMs ms = (*hours * 60 + minutes) * TimeMs{60'000};
  return negative ? -ms : ms;
}

std::optional<TimeMs> read_iso(std::string_view text) {
  std::size_t at = 0;
  const auto y = digits(text, at, 4);
  if (!y || !eat(text, at, '-')) return std::nullopt;
  const auto m = digits(text, at, 2);
  if (!m || !eat(text, at, '-')) return std::nullopt;
  const auto d = digits(text, at, 2);
  if (!d) return std::nullopt;
  const year_month_day ymd{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
  if (!ymd.ok()) return std::nullopt;
  TimeMs time = midnight(ymd);
  if (at == text.size()) return time;
  if (!eat(text, at, 'T') && !eat(text, at, 't') && !eat(text, at, ' ')) return std::nullopt;
  const auto hours = digits(text, at, 2);
  if (!hours || *hours > 23 || !eat(text, at, ':')) return std::nullopt;
  const auto minutes = digits(text, at, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  time += *hours * TimeMs{3'600'000} + *minutes * TimeMs{60'000};
  if (eat(text, at, ':')) {
    const auto seconds = digits(text, at, 2);
    if (!seconds || *seconds > 60) return std::nullopt;
    time += std::min(*seconds, 59) * TimeMs{1000};  // a leap second counts as the one before it
    if (eat(text, at, '.') || eat(text, at, ',')) {
      TimeMs fraction = 0;
      std::size_t places = 0;
      for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++places)
        if (places < 3) fraction = fraction * 10 + (text[at] - '0');
      if (places == 0) return std::nullopt;
      for (std::size_t i = places; i < 3; ++i) fraction *= 10;
      time += fraction;
    }
  }
  const auto offset = offset_ms(text, at);
  if (!offset || at != text.size()) return std::nullopt;
  time -= *offset;
  if (time < kFirst || time > kLast) return std::nullopt;
  return time;
}

}  // namespace

year_month_day day_of(TimeMs time) {
  return year_month_day{std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::milliseconds>{std::chrono::milliseconds{std::clamp(time, kFirst, kLast)}})};
}

TimeMs midnight(year_month_day ymd) { return sys_days{ymd}.time_since_epoch().count() * kDayMs; }

std::string format_day(TimeMs time) {
  const year_month_day ymd = day_of(time);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
                     static_cast<unsigned>(ymd.day()));
}

std::string format_iso(TimeMs time) {
  time = std::clamp(time, kFirst, kLast);
  const TimeMs in_day = time - midnight(day_of(time));
  return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z", format_day(time), in_day / 3'600'000, in_day / 60'000 % 60,
                     in_day / 1000 % 60, in_day % 1000);
}

Result<TimeMs> parse_iso(std::string_view text) {
  if (const auto time = read_iso(text)) return *time;
  return fail(Code::kInvalid, "not an ISO 8601 date or date-time, like 2026-04-21 or 2026-04-21T09:30:00.000Z");
}

}  // namespace holdfast
