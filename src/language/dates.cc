#include "language/dates.h"

#include <algorithm>
#include <iterator>

#include "language/date_finder.h"
#include "language/date_rules.h"

namespace holdfast::language {
namespace {

std::vector<DateRule> rules_in_turn() {
  std::vector<DateRule> rules;
  for (const Turn turn : {Turn::kWhole, Turn::kPhrase, Turn::kPart, Turn::kAlone, Turn::kAround})
    for (const auto family : {written_date_rules, relative_date_rules, weekday_date_rules, holiday_date_rules,
                              month_part_date_rules, partial_date_rules, counted_date_rules})
      std::ranges::copy_if(family(), std::back_inserter(rules),
                           [&](const DateRule& rule) { return rule.turn == turn; });
  return rules;
}

}  // namespace

std::vector<DateMention> find_dates(std::string_view text, TimeMs said_at) {
  static const std::vector<DateRule> rules = rules_in_turn();
  DateFinder dates(text, said_at);
  dates.apply(rules);
  return dates.take();
}

}  // namespace holdfast::language
