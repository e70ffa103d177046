// What is known of single English words: which carry no meaning of their own, which mean the same, months, weekdays.
//
// All tables are compiled in and immutable; all calls may be made from any thread. Words are given folded (lower case,
// without accents), as for_each_word gives them.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace holdfast::language {

// Articles, pronouns, auxiliaries, prepositions, with and without their apostrophes ("don't", "dont", "we've").
[[nodiscard]] bool is_stop_word(std::string_view word);

// The other terms of the group `stemmed_term` is in, stemmed as well; empty when it is in none. The relation is
// symmetric, and no term is in two groups.
[[nodiscard]] std::span<const std::string_view> synonyms(std::string_view stemmed_term);

// 1–12 for a month's name or its usual short form ("sept"), or else 0. No trailing full stop.
[[nodiscard]] int month_number(std::string_view word);
// "January" for 1; `month` must be 1–12.
[[nodiscard]] std::string_view month_name(int month);

// 1 (Monday) to 7 (Sunday) for a weekday's name or its usual short form, or else 0.
[[nodiscard]] int weekday_number(std::string_view word);
// "Monday" for 1; `weekday` must be 1–7.
[[nodiscard]] std::string_view weekday_name(int weekday);

// 0–12 for a number's word up to twelve, 13–19, 20, 30 … 90; -1 for any other word.
[[nodiscard]] int number_word(std::string_view word);

// A word that is capitalised only because a sentence begins with it: a stop word, or a common verb, adverb or noun.
[[nodiscard]] bool is_common_word(std::string_view word);

// A form of a common verb, or by its ending probably one ("deployed", "formatting").
[[nodiscard]] bool is_verb(std::string_view word);

}  // namespace holdfast::language
