// How a date rule is written, and in which turn it reads the text.
//
// A rule is a function that looks at the token it is called for and, when a date it knows begins there, adds that date
// to the finder. It lives in the file of its family and is known by its row in the table at the end of that file; a new
// rule needs nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "language/date_words.h"

namespace holdfast::language {

class DateFinder;

// The rules read the text one after another, each all of it, and no token belongs to two dates: an earlier rule wins
// over a later one anywhere in the text. So what a longer phrase may contain comes in a later turn than that phrase.
// Within a turn the families follow one another as they are declared below, and the rules of a family as in its table.
enum class Turn : std::uint8_t {
  kWhole,   // part of nothing longer: "April 14, 2026", "Friday in two weeks"
  kPhrase,  // may hold what comes below: "Friday next week"
  kPart,    // may stand in the above: "next week", "Easter Monday", "the 21st"
  kAlone,   // a single word, if nothing has taken it: "Friday", "April", "in 2026"
  kAround,  // counts from a date that has been found: "a week before" Easter
};

struct DateRule {
  Turn turn;
  void (*apply)(DateFinder& dates, const DateText& text, std::size_t i);
  DateWordSet begins;      // the tokens it is called for: its dates begin with one of these
  DateWordSet needs = {};  // it is not tried on a text that has none of these
};

// The families, each in date_rules_NAME.cc.
[[nodiscard]] std::span<const DateRule> written_date_rules();
[[nodiscard]] std::span<const DateRule> relative_date_rules();
[[nodiscard]] std::span<const DateRule> weekday_date_rules();
[[nodiscard]] std::span<const DateRule> holiday_date_rules();
[[nodiscard]] std::span<const DateRule> partial_date_rules();
[[nodiscard]] std::span<const DateRule> counted_date_rules();
[[nodiscard]] std::span<const DateRule> month_part_date_rules();

}  // namespace holdfast::language
