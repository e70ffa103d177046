// What day is meant: date expressions in English text, resolved against the moment the text was said.
//
// Years are 2000–2099. Days are those of UTC, as everywhere in Holdfast. Linear in the text; any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace holdfast::language {

enum class Grain : std::uint8_t { day, week, month, season, year, range };

struct DateMention {
  std::size_t begin =
      0;  // in bytes; a preposition before the date is not part of it, except the "in" of "in two weeks"
  std::size_t end = 0;
  std::chrono::year_month_day first;  // both ends belong to it; equal for a day
  std::chrono::year_month_day last;
  Grain grain = Grain::day;
  bool relative = false;  // means nothing without knowing when it was said: "yesterday", "Friday", "next month"
  bool complete =
      false;        // says all of itself: "April 14, 2026"; neither means partly: "March 21", "Christmas", "the 21st"
  std::string iso;  // "2026-04-14", "2026-04", "2026", "2026-04-14 to 2026-04-16", "week of 2026-04-13", "summer 2026"
};

// The dates of `text`, in order, not overlapping. Where the year or the direction is not said, the tense of the clause
// decides: "we met on Friday" is the last one, "we meet on Friday" the next. Winter runs December to February and is
// named by the year it begins in; weeks begin on Monday.
[[nodiscard]] std::vector<DateMention> find_dates(std::string_view text, TimeMs said_at);

// `text`, readable without knowing when it was said: relative dates are replaced ("we met yesterday" → "we met on
// 2026-04-14", "by Friday" → "by 2026-04-17", "since last May" → "since 2025-05"), incomplete ones followed by the
// whole ("March 21" → "March 21 (2026-03-21)"). A preposition is added only where the sentence asks for one, not in
// "Deadline: Friday" or "our Friday call". `used`, if given, receives the mentions that changed the text.
[[nodiscard]] std::string with_absolute_dates(std::string_view text, TimeMs said_at,
                                              std::vector<DateMention>* used = nullptr);

}  // namespace holdfast::language
