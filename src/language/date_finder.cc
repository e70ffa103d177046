#include "language/date_finder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace holdfast::language {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr TimeMs kEarliest = -2'208'988'800'000;  // 1900: a clock that says less is wrong, and years must stay in range
constexpr TimeMs kLatest = 32'503'680'000'000;    // 3000

std::string iso_day(year_month_day day) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

std::string written(Grain grain, year_month_day first, year_month_day last) {
  switch (grain) {
    case Grain::day:
      return iso_day(first);
    case Grain::week:
      return "week of " + iso_day(first);
    case Grain::month:
      return iso_day(first).substr(0, 7);
    case Grain::year:
      return iso_day(first).substr(0, 4);
    case Grain::season:
    case Grain::range:
      break;
  }
  return iso_day(first) + " to " + iso_day(last);
}

}  // namespace

DateFinder::DateFinder(std::string_view text, TimeMs said_at)
    : text_(text),
      used_(text_.size(), 0),
      today_(day_of(std::clamp(said_at, kEarliest, kLatest))),
      monday_(today_ - (std::chrono::weekday(today_) - std::chrono::Monday)) {}

void DateFinder::apply(std::span<const DateRule> rules) {
  for (const DateRule& rule : rules) {
    if (!text_.has_any(rule.begins) || (!rule.needs.empty() && !text_.has_any(rule.needs))) continue;
    for (std::size_t i = 0; i < text_.size(); ++i)
      if ((used_[i] == 0 || rule.turn == Turn::kAround) && rule.begins.meets({text_.at(i).of}))
        rule.apply(*this, text_, i);
  }
}

std::vector<DateMention> DateFinder::take() {
  std::ranges::sort(found_, {}, &DateMention::begin);
  return std::move(found_);
}

int DateFinder::this_year() const { return static_cast<int>(year_month_day(today_).year()); }

int DateFinder::direction(std::size_t from, std::size_t to) const {
  const std::string_view before = text_.word_before(from);
  for (const std::string_view word :
       {"until", "till", "til", "by", "before", "due", "from", "starting", "start", "starts", "next"})
    if (before == word) return 1;
  for (const std::string_view word : {"since", "last", "ago"})
    if (before == word) return -1;
  // "we moved the call to Friday", "it was booked for Friday": done, but what it was done to lies ahead.
  if ((before == "to" || before == "for") &&
      text_.clause_has(from, to,
                       {"moved", "postponed", "pushed", "rescheduled", "scheduled", "delayed", "extended", "shifted",
                        "booked", "planned", "changed", "set", "invited", "bumped"}))
    return 1;
  return text_.tense(from, to).sign();
}

// Without a sign of either direction people speak rather of what is to come.
std::optional<sys_days> DateFinder::nearest(std::size_t from, std::size_t to, int month, int day) const {
  constexpr double kAgainstPast = 2;
  constexpr double kAgainstFuture = 2.5;
  constexpr double kUnsaid = 1.6;
  constexpr double kAgainstOver = 6;  // "until May 2" is hardly said of one that is over
  const int tense = direction(from, to);
  const bool past_only = text_.any(from - 1, {"since"});
  const bool until = text_.any(from - 1, {"until", "till", "til", "due"});
  std::optional<sys_days> best;
  double best_cost = 0;
  for (const int year : {this_year() - 1, this_year(), this_year() + 1}) {
    const auto candidate = valid(year, month, day);
    if (!candidate || (past_only && *candidate > today_)) continue;
    const auto away = static_cast<double>((*candidate - today_).count());
    const double cost = away >= 0 ? away * (tense < 0 ? kAgainstPast : 1)
                                  : -away * (tense < 0   ? 1
                                             : until     ? kAgainstOver
                                             : tense > 0 ? kAgainstFuture
                                                         : kUnsaid);
    if (!best || cost < best_cost) {
      best = candidate;
      best_cost = cost;
    }
  }
  return best;
}

DateMention* DateFinder::add(std::size_t from, std::size_t to, Said said, Grain grain, sys_days first, sys_days last,
                             std::string iso) {
  if (to > text_.size()) return nullptr;
  for (std::size_t k = from; k < to; ++k)
    if (used_[k] != 0) return nullptr;
  for (std::size_t k = from; k < to; ++k) used_[k] = found_.size() + 1;
  if (iso.empty()) iso = written(grain, first, last);
  return &found_.emplace_back(DateMention{.begin = text_.at(from).begin,
                                          .end = text_.at(to - 1).end,
                                          .first = first,
                                          .last = last,
                                          .grain = grain,
                                          .relative = said == Said::kRelative,
                                          .complete = said == Said::kComplete,
                                          .iso = std::move(iso)});
}

DateMention* DateFinder::add_day(std::size_t from, std::size_t to, Said said, std::optional<sys_days> day) {
  return day ? add(from, to, said, Grain::day, *day, *day) : nullptr;
}

DateMention* DateFinder::add_month(std::size_t from, std::size_t to, Said said, year_month_day day_in_it) {
  return add(from, to, said, Grain::month, first_of_month(day_in_it), last_of_month(day_in_it));
}

DateMention* DateFinder::add_year(std::size_t from, std::size_t to, Said said, int year) {
  return add(from, to, said, Grain::year, std::chrono::year(year) / 1 / 1, std::chrono::year(year) / 12 / 31);
}

DateMention* DateFinder::add_range(std::size_t from, std::size_t to, Said said, sys_days first, sys_days last) {
  return add(from, to, said, Grain::range, first, last);
}

void DateFinder::widen(std::size_t from, std::size_t at, Said said, Grain grain, sys_days first, sys_days last) {
  if (at >= used_.size() || used_[at] == 0) return;
  for (std::size_t k = from; k < at; ++k)
    if (used_[k] != 0) return;
  for (std::size_t k = from; k < at; ++k) used_[k] = used_[at];
  DateMention& date = found_[used_[at] - 1];
  if (from < at) date.begin = text_.at(from).begin;
  date.first = first;
  date.last = last;
  date.grain = grain;
  date.relative = said == Said::kRelative;
  date.complete = said == Said::kComplete;
  date.iso = written(grain, first, last);
}

const DateMention* DateFinder::found_at(std::size_t i) const {
  return i < used_.size() && used_[i] != 0 ? &found_[used_[i] - 1] : nullptr;
}

std::optional<sys_days> valid(int year, int month, int day) {
  const auto date = std::chrono::year(year) / month / day;
  if (!date.ok()) return std::nullopt;
  return sys_days(date);
}

year_month_day add_months(year_month_day day, int count) {
  const auto month = std::chrono::year_month(day.year(), day.month()) + std::chrono::months(count);
  const year_month_day same = month / day.day();
  return same.ok() ? same : year_month_day(month / std::chrono::last);
}

year_month_day first_of_month(year_month_day day) { return day.year() / day.month() / 1; }
year_month_day last_of_month(year_month_day day) { return day.year() / day.month() / std::chrono::last; }
int month_of(year_month_day day) { return static_cast<int>(static_cast<unsigned>(day.month())); }

}  // namespace holdfast::language
