#include "models/openai/backoff.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace holdfast::models {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kYear = std::chrono::hours(24 * 366);
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::optional<unsigned> month(std::string_view text) {
  const auto found = std::ranges::find(kMonths, text);
  if (found == kMonths.end()) return std::nullopt;
  return static_cast<unsigned>(found - kMonths.begin()) + 1;
}

// Without the day's name: "06 Nov 1994 08:49:37 GMT", "06-Nov-94 08:49:37 GMT", "Nov  6 08:49:37 1994".
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t from = text.find_first_not_of(" ,-", at);
    if (from == std::string_view::npos) break;
    const std::size_t end = std::min(text.find_first_of(" ,-", from), text.size());
    words.push_back(text.substr(from, end - from));
    at = end;
  }
  if (!words.empty()) words.erase(words.begin());
  return words;
}

std::optional<TimeMs> time_of_day(std::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const auto hours = number(text.substr(0, 2)), minutes = number(text.substr(3, 2)), seconds = number(text.substr(6));
  if (!hours || !minutes || !seconds || *hours > 23 || *minutes > 59 || *seconds > 60) return std::nullopt;
  return ((*hours * TimeMs{60} + *minutes) * 60 + *seconds) * 1000;
}

// A year of two digits is the one that is not over 50 years ahead.
int whole_year(int year, TimeMs now) {
  const int this_year = static_cast<int>(day_of(now).year());
  const int century = this_year - this_year % 100;
  return century + year > this_year + 50 ? century - 100 + year : century + year;
}

std::optional<milliseconds> seconds_of(std::string_view text) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(seconds) || seconds < 0)
    return std::nullopt;
  const double most = std::chrono::duration<double>(kYear).count();
  return milliseconds(static_cast<std::int64_t>(std::ceil(std::min(seconds, most) * 1000)));
}

}  // namespace

milliseconds backoff(std::size_t retry, milliseconds first, Random& random) {
  milliseconds whole = std::clamp(first, milliseconds(1), kLongestBackoff);
  for (std::size_t i = 0; i < retry && whole < kLongestBackoff; ++i) whole *= 2;
  whole = std::min(whole, kLongestBackoff);
  const milliseconds half = whole / 2;
  const auto span = static_cast<std::uint64_t>((whole - half).count());
  return half + milliseconds(static_cast<std::int64_t>(random.below(span + 1)));
}

std::optional<TimeMs> parse_http_date(std::string_view text, TimeMs now) {
  const std::vector<std::string_view> words = words_of(text);
  if (words.size() < 4) return std::nullopt;
  const bool month_first = month(words[0]).has_value();
  const auto day_number = number(words[month_first ? 1 : 0]);
  const auto month_number = month(words[month_first ? 0 : 1]);
  const std::string_view year_word = words[month_first ? 3 : 2];
  const auto year_number = number(year_word);
  const auto time = time_of_day(words[month_first ? 2 : 3]);
  if (!day_number || !month_number || !year_number || !time || *day_number > 31 || *year_number > 9999)
    return std::nullopt;
  const int year = year_word.size() == 2 ? whole_year(*year_number, now) : *year_number;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{*month_number},
                                         std::chrono::day{static_cast<unsigned>(*day_number)}};
  if (!date.ok()) return std::nullopt;
  return midnight(date) + *time;
}

std::optional<milliseconds> retry_after(const std::vector<net::Header>& headers, TimeMs now) {
  const std::string_view exact = net::find_header(headers, "retry-after-ms");
  if (const auto ms = seconds_of(exact)) return ceil<milliseconds>(*ms / 1000.0);
  const std::string_view text = net::find_header(headers, "Retry-After");
  if (const auto seconds = seconds_of(text)) return seconds;
  const auto date = parse_http_date(text, now);
  if (!date) return std::nullopt;
  const TimeMs their_now = parse_http_date(net::find_header(headers, "Date"), now).value_or(now);
  return std::clamp(milliseconds(*date - their_now), milliseconds(0), kYear);
}

}  // namespace holdfast::models
