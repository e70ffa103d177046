#include "language/dates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <utility>

#include "language/date_words.h"
#include "language/lexicon.h"

namespace holdfast::language {
namespace {

using std::chrono::days;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr TimeMs kEarliest = -2'208'988'800'000;  // 1900: a clock that says less is wrong, and years must stay in range
constexpr TimeMs kLatest = 32'503'680'000'000;    // 3000
constexpr int kFarthest = 800;                    // of any unit, that "ago" and "in" reach

year_month_day add_months(year_month_day day, int count) {
  const auto month = std::chrono::year_month(day.year(), day.month()) + months(count);
  const year_month_day same = month / day.day();
  return same.ok() ? same : year_month_day(month / std::chrono::last);
}

year_month_day first_of_month(year_month_day day) { return day.year() / day.month() / 1; }
year_month_day last_of_month(year_month_day day) { return day.year() / day.month() / std::chrono::last; }

// "An algorithm for calculating the date of Easter" of the Gregorian calendar (Anonymous, Nature 13, 1876).
sys_days easter(int y) {
  const int a = y % 19;
  const int b = y / 100;
  const int c = y % 100;
  const int g = (b - (b + 8) / 25 + 1) / 3;
  const int h = (19 * a + b - b / 4 - g + 15) % 30;
  const int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int n = h + l - 7 * m + 114;
  return std::chrono::year(y) / (n / 31) / (n % 31 + 1);
}

std::optional<sys_days> valid(int year, int month, int day) {
  const auto date = std::chrono::year(year) / month / day;
  if (!date.ok()) return std::nullopt;
  return sys_days(date);
}

std::string iso_day(year_month_day day) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

enum class Kind : std::uint8_t { kRelative, kIncomplete, kComplete };

class Finder {
 public:
  Finder(std::string_view text, TimeMs said_at)
      : text_(text), used_(text_.size(), 0), today_(day_of(std::clamp(said_at, kEarliest, kLatest))) {
    monday_ = today_ - (std::chrono::weekday(today_) - std::chrono::Monday);
  }

  std::vector<DateMention> run() {
    const bool month = text_.has(DateWord::kMonth);
    if (text_.has_number()) each(&Finder::iso_date);
    if (month) {
      each(&Finder::month_day_year);
      each(&Finder::day_month_year);
      each(&Finder::month_year);
      each(&Finder::month_day_range);
      each(&Finder::day_range_month);
      each(&Finder::month_day);
      each(&Finder::day_month);
    }
    if (text_.has_number()) each(&Finder::dotted_date);
    if (text_.has(DateWord::kWeekday)) each(&Finder::weekday_after_next);
    if (text_.has(DateWord::kUnit)) {
      each(&Finder::ahead);
      each(&Finder::ago);
    }
    if (text_.has(DateWord::kNear) || text_.has(DateWord::kShift)) each(&Finder::near_day);
    if (text_.has(DateWord::kWeekday)) {
      each(&Finder::week_from_weekday);
      each(&Finder::shifted_weekday);
      each(&Finder::weekday_of_week);
      each(&Finder::weekday_ordinal);
    }
    if (text_.has(DateWord::kWeekend)) each(&Finder::weekend);
    if (text_.has(DateWord::kEnd)) each(&Finder::end_of);
    if (text_.has(DateWord::kShift)) each(&Finder::shifted_unit);
    if (text_.has(DateWord::kSeason)) each(&Finder::season_year);
    if (text_.has(DateWord::kHoliday)) {
      each(&Finder::fixed_holiday);
      each(&Finder::easter_holiday);
    }
    if (text_.has_ordinal()) each(&Finder::the_ordinal);
    if (text_.has(DateWord::kWeekday)) each(&Finder::bare_weekday);
    if (month) {
      each(&Finder::month_after_word);
      each(&Finder::bare_month);
    }
    if (text_.has_ordinal()) each(&Finder::bare_ordinal);
    if (text_.has_number()) each(&Finder::bare_year);
    std::ranges::sort(found_, {}, &DateMention::begin);
    return std::move(found_);
  }

 private:
  using Rule = void (Finder::*)(std::size_t);

  // The rules run one after another, not token by token: an earlier rule wins over a later one anywhere in the text.
  void each(Rule rule) {
    for (std::size_t i = 0; i < text_.size(); ++i)
      if (used_[i] == 0) (this->*rule)(i);
  }

  // ---- reading tokens

  [[nodiscard]] const DateToken& at(std::size_t i) const { return text_.at(i); }
  [[nodiscard]] bool is_month(std::size_t i) const { return at(i).of == DateWord::kMonth; }
  [[nodiscard]] bool is_weekday(std::size_t i) const { return at(i).of == DateWord::kWeekday; }
  [[nodiscard]] bool is_number(std::size_t i) const { return at(i).kind == DateToken::kNumber; }
  [[nodiscard]] bool is_ordinal(std::size_t i) const { return at(i).kind == DateToken::kOrdinal; }
  [[nodiscard]] bool is_day(std::size_t i) const {
    return (is_number(i) || is_ordinal(i)) && at(i).digits <= 2 && at(i).value >= 1 && at(i).value <= 31;
  }
  [[nodiscard]] bool is_year(std::size_t i) const {
    return is_number(i) && at(i).digits == 4 && at(i).value >= 2000 && at(i).value < 2100;
  }
  // Whether the number at `i` is only the last part of a longer one: "3.14".
  [[nodiscard]] bool number_goes_on_before(std::size_t i) const {
    return i >= 2 && text_.joined(i - 1) && text_.joined(i - 2) && (text_.mark(i - 1, '.') || text_.mark(i - 1, ',')) &&
           is_number(i - 2);
  }
  [[nodiscard]] std::size_t after_month(std::size_t i) const {
    return text_.mark(i + 1, '.') && text_.joined(i) && !at(i).full_name ? i + 2 : i + 1;
  }
  [[nodiscard]] std::size_t after_comma(std::size_t i) const { return text_.mark(i, ',') ? i + 1 : i; }
  // Past a full stop written after a day, as in "14. April".
  [[nodiscard]] std::size_t after_day(std::size_t i) const {
    return text_.mark(i + 1, '.') && text_.joined(i) && !text_.joined(i + 1) ? i + 2 : i + 1;
  }
  [[nodiscard]] std::size_t after_of(std::size_t i) const { return text_.is(i, "of") ? i + 1 : i; }

  [[nodiscard]] bool range_word(std::size_t i) const {
    return text_.any(i, {"-", "–", "—", "/", "to", "and", "&", "+", "until", "till"});
  }

  // Whether what follows makes the number before it a time, a share or an amount.
  [[nodiscard]] bool measured(std::size_t i) const {
    if (text_.any(i, {"%", "am", "pm", "gb", "mb"})) return true;
    const bool joint = text_.mark(i, ':') || text_.mark(i, '.') || text_.mark(i, ',');
    return joint && i > 0 && text_.joined(i - 1) && text_.joined(i) && is_number(i + 1);
  }

  // A count before a unit, beginning at `i`: how many, and how many tokens say so.
  struct Count {
    int value = 0;
    std::size_t tokens = 0;
  };
  [[nodiscard]] Count count(std::size_t i) const {
    if (is_number(i)) return at(i).value <= kFarthest && !number_goes_on_before(i) ? Count{at(i).value, 1} : Count{};
    if (text_.is(i, "a") && text_.is(i + 1, "couple") && text_.is(i + 2, "of")) return {2, 3};
    if (text_.is(i, "a") && text_.is(i + 1, "few")) return {3, 2};
    if (text_.any(i, {"a", "an"})) return {1, 1};
    if (at(i).kind != DateToken::kWord) return {};
    const int value = number_word(text_.word(i));
    return value > 0 ? Count{value, 1} : Count{};
  }

  // ---- adding findings

  void add(std::size_t from, std::size_t to, Kind kind, Grain grain, sys_days first, sys_days last,
           std::string iso = {}) {
    if (to > text_.size()) return;
    for (std::size_t k = from; k < to; ++k)
      if (used_[k] != 0) return;
    for (std::size_t k = from; k < to; ++k) used_[k] = found_.size() + 1;
    if (iso.empty()) iso = written(grain, first, last);
    found_.push_back({.begin = at(from).begin,
                      .end = at(to - 1).end,
                      .first = first,
                      .last = last,
                      .grain = grain,
                      .relative = kind == Kind::kRelative,
                      .complete = kind == Kind::kComplete,
                      .iso = std::move(iso)});
  }

  static std::string written(Grain grain, year_month_day first, year_month_day last) {
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

  void add_day(std::size_t from, std::size_t to, Kind kind, std::optional<sys_days> day) {
    if (day) add(from, to, kind, Grain::day, *day, *day);
  }
  void add_month(std::size_t from, std::size_t to, Kind kind, year_month_day day) {
    add(from, to, kind, Grain::month, first_of_month(day), last_of_month(day));
  }
  void add_year(std::size_t from, std::size_t to, Kind kind, int year) {
    add(from, to, kind, Grain::year, std::chrono::year(year) / 1 / 1, std::chrono::year(year) / 12 / 31);
  }
  void add_range(std::size_t from, std::size_t to, Kind kind, sys_days first, sys_days last) {
    add(from, to, kind, Grain::range, first, last);
  }
  void add_season(std::size_t from, std::size_t to, Kind kind, std::size_t word, int year) {
    const year_month_day first = std::chrono::year(year) / at(word).value / 1;
    add(from, to, kind, Grain::season, first, last_of_month(add_months(first, 2)),
        fmt::format("{} {}", text_.word(word), year));
  }

  // ---- choosing a year, month or week that is not said

  [[nodiscard]] int this_year() const { return static_cast<int>(year_month_day(today_).year()); }
  [[nodiscard]] sys_days next_weekday(int weekday) const {
    return today_ + days(ahead_to(weekday) == 0 ? 7 : ahead_to(weekday));
  }
  [[nodiscard]] int ahead_to(int weekday) const {
    return static_cast<int>(
        (std::chrono::weekday(static_cast<unsigned>(weekday)) - std::chrono::weekday(today_)).count());
  }
  [[nodiscard]] sys_days last_weekday(int weekday) const {
    return today_ - days(ahead_to(weekday) == 0 ? 7 : 7 - ahead_to(weekday));
  }

  // What the word before the tokens says of the direction, or else the tense around them.
  [[nodiscard]] int direction(std::size_t from, std::size_t to) const {
    const std::string_view before = text_.word_before(from);
    for (const std::string_view word :
         {"until", "till", "til", "by", "before", "due", "from", "starting", "start", "starts", "next"})
      if (before == word) return 1;
    for (const std::string_view word : {"since", "last", "ago"})
      if (before == word) return -1;
    return text_.tense(from, to).sign();
  }

  // The day of the year nearest to today, where a day in the unlikely direction counts as further away. Without a sign
  // of either direction people speak rather of what is to come.
  [[nodiscard]] std::optional<sys_days> nearest(std::size_t from, std::size_t to, int month, int day) const {
    constexpr double kAgainstPast = 2;
    constexpr double kAgainstFuture = 2.5;
    constexpr double kUnsaid = 1.6;
    const int tense = direction(from, to);
    const bool past_only = text_.any(from - 1, {"since"});
    std::optional<sys_days> best;
    double best_cost = 0;
    for (const int year : {this_year() - 1, this_year(), this_year() + 1}) {
      const auto candidate = valid(year, month, day);
      if (!candidate || (past_only && *candidate > today_)) continue;
      const auto away = static_cast<double>((*candidate - today_).count());
      const double cost = away >= 0 ? away * (tense < 0 ? kAgainstPast : 1)
                                    : -away * (tense < 0   ? 1
                                               : tense > 0 ? kAgainstFuture
                                                           : kUnsaid);
      if (!best || cost < best_cost) {
        best = candidate;
        best_cost = cost;
      }
    }
    return best;
  }

  // The day `day` of the nearest month before or after today, as the tense says.
  [[nodiscard]] std::optional<sys_days> day_of_month(int day, int tense) const {
    static constexpr std::array kForward = {-1, 0, 1, 2};
    static constexpr std::array kBackward = {2, 1, 0, -1};
    for (const int k : tense >= 0 ? kForward : kBackward) {
      const year_month_day month = add_months(first_of_month(today_), k);
      const auto found =
          valid(static_cast<int>(month.year()), static_cast<int>(static_cast<unsigned>(month.month())), day);
      if (found && (tense >= 0 ? *found >= today_ : *found <= today_)) return found;
    }
    return std::nullopt;
  }

  // ---- dates that are written as dates

  void iso_date(std::size_t i) {  // 2026-04-14, 2026/04/14
    if (!is_year(i) || !is_number(i + 2)) return;
    const bool dashes = text_.mark(i + 1, '-') && text_.mark(i + 3, '-');
    const bool slashes = text_.mark(i + 1, '/') && text_.mark(i + 3, '/');
    if (!dashes && !slashes) return;
    for (std::size_t k = i; k < i + 4; ++k)
      if (!text_.joined(k)) return;
    if (at(i + 2).digits != 2) return;
    // A time may follow without a blank, and makes one token with the day: "14t10".
    const std::string_view last = text_.word(i + 4);
    const bool day_only = is_number(i + 4) && at(i + 4).digits == 2;
    const bool with_time = last.size() >= 5 && last[2] == 't' && last[0] >= '0' && last[0] <= '3' && last[1] >= '0' &&
                           last[1] <= '9' && last[3] >= '0' && last[3] <= '9';
    if (!day_only && !with_time) return;
    const std::size_t before = found_.size();
    add_day(i, i + 5, Kind::kComplete, valid(at(i).value, at(i + 2).value, (last[0] - '0') * 10 + (last[1] - '0')));
    if (with_time && found_.size() > before) found_.back().end = at(i + 4).begin + 2;
  }

  void month_day_year(std::size_t i) {  // April 14(th)(,) 2026
    if (!is_month(i)) return;
    const std::size_t d = after_month(i);
    const std::size_t y = after_comma(d + 1);
    if (is_day(d) && is_year(y)) add_day(i, y + 1, Kind::kComplete, valid(at(y).value, at(i).value, at(d).value));
  }

  void day_month_year(std::size_t i) {  // 14(th)(.) (of) April(,) 2026
    if (!is_day(i) || number_goes_on_before(i)) return;
    const std::size_t m = after_of(after_day(i));
    if (!is_month(m)) return;
    const std::size_t y = after_comma(after_month(m));
    if (is_year(y)) add_day(i, y + 1, Kind::kComplete, valid(at(y).value, at(m).value, at(i).value));
  }

  void month_year(std::size_t i) {  // April (of) 2026
    if (!is_month(i)) return;
    const std::size_t y = after_of(after_comma(after_month(i)));
    if (is_year(y) && !measured(y + 1))
      add_month(i, y + 1, Kind::kComplete, std::chrono::year(at(y).value) / at(i).value / 1);
  }

  void month_day_range(std::size_t i) {  // April 14–16(, 2026)
    if (!is_month(i)) return;
    const std::size_t d = after_month(i);
    if (!is_day(d) || !range_word(d + 1) || !is_day(d + 2) || text_.any(d + 3, {":", "am", "pm"})) return;
    add_days(i, d + 3, at(i).value, at(d).value, at(d + 2).value);
  }

  void day_range_month(std::size_t i) {  // 14–16 (of) April( 2026)
    if (!is_day(i) || number_goes_on_before(i)) return;
    const std::size_t sign = after_day(i);
    if (!range_word(sign) || !is_day(sign + 1)) return;
    const std::size_t m = after_of(after_day(sign + 1));
    if (is_month(m)) add_days(i, after_month(m), at(m).value, at(i).value, at(sign + 1).value);
  }

  // A range within one month, that the tokens [from, to) say and a year may follow.
  void add_days(std::size_t from, std::size_t to, int month, int first_day, int last_day) {
    if (last_day <= first_day) return;
    const std::size_t y = after_comma(to);
    const bool said = is_year(y);
    const auto first = said ? valid(at(y).value, month, first_day) : nearest(from, to, month, first_day);
    if (!first) return;
    const auto last = valid(static_cast<int>(year_month_day(*first).year()), month, last_day);
    if (last) add_range(from, said ? y + 1 : to, said ? Kind::kComplete : Kind::kIncomplete, *first, *last);
  }

  void month_day(std::size_t i) {  // April (the) 14(th)
    if (!is_month(i)) return;
    std::size_t d = after_month(i);
    if (text_.is(d, "the")) ++d;
    if (is_day(d) && !measured(d + 1))
      add_day(i, d + 1, Kind::kIncomplete, nearest(i, d + 1, at(i).value, at(d).value));
  }

  void day_month(std::size_t i) {  // 14(th)(.) (of) April
    if (!is_day(i) || number_goes_on_before(i)) return;
    const std::size_t m = after_of(after_day(i));
    if (!is_month(m)) return;
    const bool verb = text_.is(m, "may") && m == i + 1 && is_number(i) &&
                      text_.any(m + 1, {"be", "not", "have", "go", "run", "use", "need"});  // "those 5 may go"
    if (!verb) add_day(i, m + 1, Kind::kIncomplete, nearest(i, m + 1, at(m).value, at(i).value));
  }

  void dotted_date(std::size_t i) {  // 14.04.2026, "on 14.04."
    if (!is_day(i) || !is_number(i) || number_goes_on_before(i)) return;
    if (!text_.mark(i + 1, '.') || !is_number(i + 2) || at(i + 2).digits > 2 || !text_.mark(i + 3, '.')) return;
    if (!text_.joined(i) || !text_.joined(i + 1) || !text_.joined(i + 2)) return;
    if (i > 0 && text_.joined(i - 1) && at(i - 1).kind != DateToken::kMark) return;
    const int month = at(i + 2).value;
    if (text_.joined(i + 3) && is_year(i + 4)) {
      add_day(i, i + 5, Kind::kComplete, valid(at(i + 4).value, month, at(i).value));
      return;
    }
    const bool announced =
        i > 0 && text_.any(i - 1, {"on", "by", "until", "till", "til", "from", "am", "bis", "the", "and", "to"});
    const bool goes_on = i + 4 < text_.size() && !is_number(i + 4);  // at the end "to 8.2." is rather a version
    if (announced && goes_on) add_day(i, i + 4, Kind::kIncomplete, nearest(i, i + 4, month, at(i).value));
  }

  // ---- days near today

  void near_day(std::size_t i) {
    const std::size_t the = i > 0 && text_.is(i - 1, "the") ? 1 : 0;
    if (text_.is(i, "day") && text_.is(i + 1, "after") && text_.is(i + 2, "tomorrow")) {
      add_day(i - the, i + 3, Kind::kRelative, today_ + days(2));
    } else if (text_.is(i, "day") && text_.is(i + 1, "before") && text_.is(i + 2, "yesterday")) {
      add_day(i - the, i + 3, Kind::kRelative, today_ - days(2));
    } else if (text_.is(i, "last") && text_.is(i + 1, "night")) {
      add_day(i, i + 2, Kind::kRelative, today_ - days(1));
    } else if (text_.is(i, "this") && text_.any(i + 1, {"morning", "afternoon", "evening"})) {
      add_day(i, i + 2, Kind::kRelative, today_);
    } else if (text_.is(i + 1, "now") && text_.any(i, {"just", "right"})) {
      add_day(i, i + 2, Kind::kRelative, today_);
    } else if (text_.is(i, "as") && text_.is(i + 1, "of") && text_.is(i + 2, "now")) {
      add_day(i, i + 3, Kind::kRelative, today_);
    } else if (at(i).of == DateWord::kNear && !text_.is(i, "now")) {
      add_day(i, i + 1, Kind::kRelative, today_ + days(at(i).value - 2));
    }
  }

  // ---- weekdays

  void weekday_after_next(std::size_t i) {  // "Friday after next", "Friday in two weeks"
    if (!is_weekday(i)) return;
    const bool after = text_.is(i + 1, "after") && text_.is(i + 2, "next");
    const bool weeks = text_.is(i + 1, "in") && text_.any(i + 2, {"two", "2"}) && text_.is(i + 3, "weeks");
    if (after || weeks) add_day(i, i + (after ? 3 : 4), Kind::kRelative, monday_ + days(14 + at(i).value - 1));
  }

  void week_from_weekday(std::size_t i) {  // "a week from Friday"
    if (!text_.any(i, {"a", "one"}) || !text_.is(i + 1, "week") || !text_.any(i + 2, {"from", "on"})) return;
    if (is_weekday(i + 3) && at(i + 3).full_name)
      add_day(i, i + 4, Kind::kRelative, next_weekday(at(i + 3).value) + days(7));
  }

  void shifted_weekday(std::size_t i) {  // "last Friday", "next Friday", "this Friday"
    if (at(i).of != DateWord::kShift || !is_weekday(i + 1)) return;
    const int weekday = at(i + 1).value;
    const bool the = i > 0 && text_.is(i - 1, "the") && at(i).value != kThis;
    const std::size_t from = the ? i - 1 : i;
    sys_days day;
    switch (at(i).value) {
      case kLast:
      case kPast:
        day = last_weekday(weekday);
        break;
      case kNext:
        day = next_weekday(weekday);
        // On Tuesday "next Friday" is hardly the Friday three days on, which would be "this Friday".
        if (day - monday_ < days(7) && day - today_ <= days(3)) day += days(7);
        break;
      default:
        day = today_ + days(ahead_to(weekday));
        if (at(i).value == kThis && text_.tense(i, i + 2).sign() < 0) day = monday_ + days(weekday - 1);
    }
    add_day(from, i + 2, Kind::kRelative, day);
  }

  void weekday_of_week(std::size_t i) {  // "Friday next week", "Friday of last week"
    if (!is_weekday(i)) return;
    const std::size_t shift = after_of(i + 1);
    if (!text_.is(shift + 1, "week") || !text_.any(shift, {"last", "next", "this"})) return;
    const int weeks = text_.is(shift, "next") ? 1 : text_.is(shift, "last") ? -1 : 0;
    add_day(i, shift + 2, Kind::kRelative, monday_ + days(at(i).value - 1 + 7 * weeks));
  }

  void weekday_ordinal(std::size_t i) {  // "Friday (the) 21st": the month in which it is one
    if (!is_weekday(i)) return;
    const std::size_t d = text_.is(i + 1, "the") ? i + 2 : i + 1;
    if (!is_ordinal(d)) return;
    std::optional<sys_days> best;
    const auto cost = [&](sys_days day) { return std::abs((day - today_).count() - 5); };
    for (int k = -2; k < 10; ++k) {
      const year_month_day month = add_months(first_of_month(today_), k);
      const auto day =
          valid(static_cast<int>(month.year()), static_cast<int>(static_cast<unsigned>(month.month())), at(d).value);
      if (!day || std::chrono::weekday(*day).iso_encoding() != static_cast<unsigned>(at(i).value)) continue;
      if (!best || cost(*day) < cost(*best)) best = day;
    }
    add_day(i, d + 1, Kind::kIncomplete, best);
  }

  void bare_weekday(std::size_t i) {
    if (!is_weekday(i)) return;
    // "sat", "sun", "mon" and "wed" are words of their own.
    const bool ambiguous = text_.any(i, {"sun", "sat", "mon", "wed"});
    if (ambiguous &&
        !(i > 0 && text_.any(i - 1, {"on", "by", "until", "till", "since", "from", "last", "next", "this"})))
      return;
    if (of_every_week(i) || beside_its_date(i)) return;
    const std::string_view before = text_.word_before(i);
    int tense = direction(i, i + 1);
    const Tense around = text_.tense(i, i + 1);
    if (tense == 0 && around.past && before != "starting" && before != "start" && before != "starts") tense = -1;
    add_day(i, i + 1, Kind::kRelative, tense < 0 ? last_weekday(at(i).value) : next_weekday(at(i).value));
  }

  // "Tuesday, June 9", "2026-06-09 (Tuesday)": the date has said it.
  [[nodiscard]] bool beside_its_date(std::size_t i) const {
    const auto is_date = [&](std::size_t k) {
      if (k >= used_.size() || used_[k] == 0) return false;
      const DateMention& date = found_[used_[k] - 1];
      return !date.relative && (date.grain == Grain::day || date.grain == Grain::range);
    };
    return is_date(i + 1) || (text_.mark(i + 1, ',') && is_date(i + 2)) || (i > 0 && is_date(i - 1)) ||
           (i > 1 && (text_.mark(i - 1, ',') || text_.mark(i - 1, '(')) && is_date(i - 2));
  }

  // "every Monday", "each Monday and Thursday", "a (rainy) Sunday", "the 2nd Friday", "mon-fri", "Monday of the month"
  [[nodiscard]] bool of_every_week(std::size_t i) const {
    if (i > 0 && (text_.any(i - 1, {"a", "first", "second", "third", "fourth"}) || is_ordinal(i - 1))) return true;
    if (i > 1 && text_.is(i - 2, "a")) return true;
    const bool span =
        (text_.mark(i + 1, '-') && text_.joined(i)) || (i > 0 && text_.mark(i - 1, '-') && text_.joined(i - 1));
    if (span || (text_.is(i + 1, "of") && text_.is(i + 3, "month"))) return true;
    for (std::size_t k = i; k > 0 && i - k < 8; --k) {
      if (text_.any(k - 1, {"every", "each"})) return true;
      if (!text_.any(k - 1, {"and", "or", "&", ",", "/", "other", "second"}) && !is_weekday(k - 1)) return false;
    }
    return false;
  }

  // ---- weekends, weeks, months, seasons, years

  void weekend(std::size_t i) {
    if (at(i).of != DateWord::kWeekend || i == 0) return;
    const sys_days saturday = monday_ + days(5);
    if (text_.is(i + 1, "after") && text_.is(i + 2, "next")) {
      const std::size_t from = text_.is(i - 1, "the") ? i - 1 : i;
      add_range(from, i + 3, Kind::kRelative, saturday + days(14), saturday + days(15));
      return;
    }
    if (!text_.any(i - 1, {"last", "next", "this", "coming", "the", "past"})) return;
    if (text_.is(i - 1, "the") && text_.recurs(i - 1, i + 1)) return;
    int weeks = 0;
    if (text_.any(i - 1, {"last", "past"})) {
      weeks = -1;
    } else if (text_.is(i - 1, "next")) {
      weeks = 1;
    } else if (today_ < saturday && text_.tense(i - 1, i + 1).sign() < 0) {
      weeks = -1;
    }
    const sys_days day = saturday + days(7 * weeks);
    const bool over = i > 1 && text_.is(i - 1, "the") && text_.any(i - 2, {"at", "over"});
    const bool the = i > 1 && !text_.is(i - 1, "the") && text_.is(i - 2, "the");
    add_range(i - (over || the ? 2 : 1), i + 1, Kind::kRelative, day, day + days(1));
  }

  void add_shifted(std::size_t from, std::size_t to, int unit, int n) {
    switch (unit) {
      case 1:
        add_day(from, to, Kind::kRelative, today_ + days(n));
        break;
      case 2:
        add_day(from, to, Kind::kRelative, today_ + days(7 * n));
        break;
      case 3:
        add_month(from, to, Kind::kRelative, add_months(today_, n));
        break;
      default:
        add_year(from, to, Kind::kRelative, this_year() + n);
    }
  }

  void ahead(std::size_t i) {  // "in two weeks", "two weeks from now"
    const bool in = text_.is(i, "in");
    const std::size_t c = in ? i + 1 : i;
    const Count n = count(c);
    const std::size_t unit = c + n.tokens;
    if (n.tokens == 0 || at(unit).of != DateWord::kUnit) return;
    const bool from_now = text_.is(unit + 1, "from") && text_.any(unit + 2, {"now", "today"});
    if (!in && !from_now) return;
    if (in && !from_now) {
      if (text_.mark(unit + 1, '\'') && text_.is(unit + 2, "s")) return;
      // "we did it in two weeks" is how long it took.
      if (text_.tense(i, unit + 1).sign() < 0 &&
          !text_.clause_has(i, unit + 1,
                            {"again*", "back*", "due*", "leave*", "arriv*", "start*", "move*", "end*", "next*"}))
        return;
    }
    add_shifted(i, from_now ? unit + 3 : unit + 1, at(unit).value, n.value);
  }

  void ago(std::size_t i) {  // "two weeks ago"
    const Count n = count(i);
    const std::size_t unit = i + n.tokens;
    if (n.tokens == 0 || at(unit).of != DateWord::kUnit || !text_.any(unit + 1, {"ago", "back"})) return;
    add_shifted(i, unit + 2, at(unit).value, -n.value);
  }

  void shifted_unit(std::size_t i) {  // "last week", "this month", "next summer", "next quarter"
    if (at(i).of != DateWord::kShift || !text_.any(i, {"last", "next", "this"})) return;
    const int k = at(i).value == kLast ? -1 : at(i).value == kNext ? 1 : 0;
    const year_month_day month = first_of_month(today_);
    const std::size_t u = i + 1;
    if (text_.is(u, "week")) {
      const sys_days monday = monday_ + days(7 * k);
      add(i, i + 2, Kind::kRelative, Grain::week, monday, monday + days(6));
    } else if (text_.is(u, "month")) {
      add_month(i, i + 2, Kind::kRelative, add_months(month, k));
    } else if (text_.is(u, "year")) {
      add_year(i, i + 2, Kind::kRelative, this_year() + k);
    } else if (text_.is(u, "quarter")) {
      const int into = static_cast<int>(static_cast<unsigned>(month.month()) - 1) % 3;
      const year_month_day first = add_months(month, 3 * k - into);
      add_range(i, i + 2, Kind::kRelative, first, sys_days(last_of_month(add_months(first, 2))));
    } else if (at(u).of == DateWord::kSeason) {
      const int now = static_cast<int>(static_cast<unsigned>(month.month()));
      const int begins = at(u).value;
      const int year = this_year() + (k > 0 && now >= begins ? 1 : k < 0 && now <= begins + 2 ? -1 : 0);
      add_season(i, i + 2, Kind::kRelative, u, year);
    }
  }

  void season_year(std::size_t i) {  // "summer (of) 2026"
    const std::size_t y = after_of(i + 1);
    if (at(i).of == DateWord::kSeason && is_year(y)) add_season(i, y + 1, Kind::kComplete, i, at(y).value);
  }

  void end_of(std::size_t i) {  // "end of (the) month", "end of next week", "end of April"
    if (at(i).of != DateWord::kEnd) return;
    std::size_t u = after_of(i + 1);
    int k = 0;
    if (text_.any(u, {"the", "this", "next", "last"})) {
      k = text_.is(u, "next") ? 1 : text_.is(u, "last") ? -1 : 0;
      ++u;
    }
    const std::size_t from = i > 0 && text_.is(i - 1, "the") ? i - 1 : i;
    if (text_.is(u, "month")) {
      add_day(from, u + 1, Kind::kRelative, sys_days(last_of_month(add_months(first_of_month(today_), k))));
    } else if (text_.is(u, "year")) {
      add_day(from, u + 1, Kind::kRelative, valid(this_year() + k, 12, 31));
    } else if (text_.is(u, "week")) {
      add_day(from, u + 1, Kind::kRelative, monday_ + days(4 + 7 * k));
    } else if (is_month(u) && at(u).full_name && k == 0) {
      const auto first = nearest(i, u + 1, at(u).value, 1);
      if (first) add_day(i, u + 1, Kind::kIncomplete, sys_days(last_of_month(*first)));
    }
  }

  // ---- holidays

  void fixed_holiday(std::size_t i) {
    if (at(i).of != DateWord::kHoliday) return;
    const std::size_t s = text_.mark(i + 1, '\'') && text_.is(i + 2, "s") ? i + 3 : i + 1;  // past a possessive
    if (text_.any(i, {"christmas", "xmas"})) {
      if (text_.is(i + 1, "eve")) return add_holiday(i, i + 2, 12, 24);
      return add_holiday(i, text_.is(i + 1, "day") ? i + 2 : i + 1, 12, 25);
    }
    if (text_.is(i, "halloween")) return add_holiday(i, i + 1, 10, 31);
    if (text_.any(i, {"valentine", "valentines"}) && (s == i + 3 || text_.is(i, "valentines")))
      return add_holiday(i, text_.is(s, "day") ? s + 1 : s, 2, 14);
    if (!text_.is(i, "new") || !text_.any(i + 1, {"year", "years"})) return;
    const std::size_t after = text_.mark(i + 2, '\'') && text_.is(i + 3, "s") ? i + 4 : i + 2;
    if (text_.is(after, "eve")) return add_holiday(i, after + 1, 12, 31);
    if (text_.is(after, "day")) return add_holiday(i, after + 1, 1, 1);
    if (text_.is(i + 1, "year") && after == i + 2) add_holiday(i, i + 2, 1, 1);
  }

  void add_holiday(std::size_t from, std::size_t to, int month, int day) {
    if (text_.mark(to, '-') && text_.joined(to - 1)) return;  // "xmas-banner"
    if (!text_.any(to, {"rules", "party"})) add_day(from, to, Kind::kIncomplete, nearest(from, to, month, day));
  }

  void easter_holiday(std::size_t i) {
    if (at(i).of != DateWord::kHoliday) return;
    struct Feast {
      std::string_view first;
      std::string_view second;  // "" for none
      int after_easter;
    };
    static constexpr std::array<Feast, 9> kFeasts = {{{"good", "friday", -2},
                                                      {"easter", "sunday", 0},
                                                      {"easter", "monday", 1},
                                                      {"ash", "wednesday", -46},
                                                      {"ascension", "day", 39},
                                                      {"ascension", "", 39},
                                                      {"whit", "monday", 50},
                                                      {"pentecost", "", 49},
                                                      {"easter", "", 0}}};
    for (const Feast& feast : kFeasts) {
      if (!text_.is(i, feast.first) || (!feast.second.empty() && !text_.is(i + 1, feast.second))) continue;
      const std::size_t to = feast.second.empty() ? i + 1 : i + 2;
      const int tense = text_.tense(i, to).sign();
      std::optional<sys_days> best;
      for (int year = this_year() - 1; year <= this_year() + 1; ++year) {
        const sys_days day = easter(year) + days(feast.after_easter);
        if (tense >= 0 ? day >= today_ && !best : day <= today_) best = day;
      }
      add_day(i, to, Kind::kIncomplete, best);
      return;
    }
  }

  // ---- days and months alone

  // "the 21st floor" and "every 21st" are not days; neither is "21st percentile".
  [[nodiscard]] bool counts_something(std::size_t i) const {
    if (text_.any(i, {"time",    "floor", "street", "grade",   "century",    "birthday", "movement", "anniversary",
                      "version", "row",   "line",   "place",   "percentile", "year",     "grader",   "edition",
                      "week",    "month", "day",    "attempt", "try",        "person",   "item",     "avenue"}))
      return true;
    return text_.is(i, "of") && text_.any(i + 1, {"every", "each"});
  }

  void the_ordinal(std::size_t i) {  // "on the 21st"
    if (!is_ordinal(i) || i == 0) return;
    if (!text_.any(i - 1, {"on", "by", "until", "till", "til", "before", "from", "since", "for", "after", "the", "is",
                           "=", "and", ",", "starting"}))
      return;
    add_ordinal(i, text_.is(i - 1, "the") ? i - 1 : i);
  }

  void bare_ordinal(std::size_t i) {
    if (is_ordinal(i)) add_ordinal(i, i);
  }

  void add_ordinal(std::size_t i, std::size_t from) {
    if (counts_something(i + 1) || text_.recurs(i, i + 1)) return;
    add_day(from, i + 1, Kind::kIncomplete, day_of_month(at(i).value, text_.tense(i, i + 1).sign()));
  }

  void month_after_word(std::size_t i) {  // "in April", "last May", "mid-June"
    if (!is_month(i) || i == 0 || is_number(after_month(i)) || is_ordinal(after_month(i))) return;
    const std::size_t before = text_.mark(i - 1, '-') && i > 1 ? i - 2 : i - 1;
    const bool certain = text_.any(before, {"in", "since", "until", "till", "by", "from", "early", "mid", "late"});
    const bool likely = text_.any(before, {"til", "of", "for", "last", "next", "this", "to", "end"});
    // "may" and "mar" are words of their own.
    if (!certain && (!likely || (text_.any(i, {"may", "mar"}) && !text_.any(before, {"last", "next"})))) return;
    if (text_.is(before, "of") && !text_.any(before - 1, {"start", "beginning", "middle", "end"})) return;
    const bool shifted = text_.any(before, {"last", "next", "this"});
    add_named_month(shifted ? before : i, i, shifted ? Kind::kRelative : Kind::kIncomplete);
  }

  void bare_month(std::size_t i) {
    if (is_month(i) && at(i).full_name && !text_.is(i, "may")) add_named_month(i, i, Kind::kIncomplete);
  }

  void add_named_month(std::size_t from, std::size_t i, Kind kind) {
    const int month = at(i).value;
    const year_month_day now = today_;
    const int ahead = month - static_cast<int>(static_cast<unsigned>(now.month()));
    const auto of_year = [&](int year) { add_month(from, i + 1, kind, std::chrono::year(year) / month / 1); };
    if (kind == Kind::kRelative) {
      if (text_.is(from, "last")) return of_year(this_year() - (ahead >= 0 ? 1 : 0));
      if (text_.is(from, "next")) return of_year(this_year() + (ahead <= 0 ? 1 : 0));
      return of_year(this_year());
    }
    const auto first = nearest(i, i + 1, month, 1);
    if (!first) return;
    // In the middle of April "April" is this one, though the first is past.
    const bool current = ahead == 0 && direction(i, i + 1) == 0;
    add_month(from, i + 1, kind, current ? now : year_month_day(*first));
  }

  void bare_year(std::size_t i) {
    if (is_year(i) && i > 0 && !measured(i + 1) &&
        text_.any(i - 1,
                  {"in", "since", "by", "until", "till", "from", "during", "early", "late", "mid", "before", "after"}))
      add_year(i, i + 1, Kind::kComplete, at(i).value);
  }

  DateText text_;
  std::vector<std::size_t> used_;  // by token: 1 + the index of the mention it belongs to, or 0
  sys_days today_;
  sys_days monday_;
  std::vector<DateMention> found_;
};

}  // namespace

std::vector<DateMention> find_dates(std::string_view text, TimeMs said_at) { return Finder(text, said_at).run(); }

}  // namespace holdfast::language
