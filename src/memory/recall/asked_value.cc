#include "memory/recall/asked_value.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <utility>

#include "language/dates.h"
#include "language/lexicon.h"
#include "language/names.h"
#include "language/numbers.h"
#include "language/words.h"

namespace holdfast::memory {
namespace {

using Words = std::initializer_list<std::string_view>;

bool is_one_of(std::string_view word, Words words) { return std::ranges::find(words, word) != words.end(); }

bool asks_for_money(const Question& q) {
  const bool much = q.says("how much");
  if (q.says_any({"cost", "costs", "price", "fee", "rent", "salary", "budget", "deposit", "refund", "paid for"}) &&
      (much || q.begins_with_any({"what"}) || q.says("how high")))
    return true;
  return much && q.says_any({"pay",     "pays",    "paid",   "spend", "spent", "charge", "charged",
                             "charges", "earn",    "earns",  "owe",   "owes",  "money",  "granted",
                             "worth",   "donated", "raised", "saved", "save",  "euros",  "dollars"});
}

bool asks_for_number(const Question& q) {
  return q.says_any({"number", "port", "pin", "plate", "account id", "id", "code", "extension", "room"}) &&
         (q.begins_with_any({"what", "what's", "which", "under which", "on which", "to which"}) || q.says("number of"));
}

bool has_digit(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// A range of bytes that dates cover.
class Dates {
 public:
  Dates(std::string_view text, TimeMs said_at) : dates_(language::find_dates(text, said_at)) {}
  [[nodiscard]] bool cover(std::size_t at) const {
    return std::ranges::any_of(dates_, [at](const language::DateMention& d) { return d.begin <= at && at < d.end; });
  }
  [[nodiscard]] const std::vector<language::DateMention>& all() const { return dates_; }

 private:
  std::vector<language::DateMention> dates_;
};

constexpr Words kTimeUnits = {"ms", "second", "minute", "hour", "day", "night", "week", "month", "year",
                              "s",  "min",    "h",      "sec",  "d",   "hr",    "wk",   "yr"};
constexpr Words kCurrencies = {"eur", "usd", "gbp", "chf", "jpy", "sek", "nok", "dkk",
                               "pln", "czk", "huf", "inr", "$",   "€",   "£",   "cent"};

// Whether a number is a length of time: by its unit or by the word behind it.
bool is_duration(std::string_view text, const language::NumberMention& number) {
  if (is_one_of(number.unit, kTimeUnits)) return true;
  std::string_view rest = text.substr(number.end);
  while (!rest.empty() && (rest.front() == ' ' || rest.front() == '-')) rest.remove_prefix(1);
  return std::ranges::any_of(Words{"second", "minute", "min", "hour", "day", "night", "week", "month", "year"},
                             [&](std::string_view unit) { return rest.starts_with(unit); });
}

// Whether a number is somebody's age: by its unit, or as "he's 7", "turned 30", "Ines (14)".
bool is_age(std::string_view text, const language::NumberMention& number) {
  if (is_one_of(number.unit, {"year", "yr", "y", "month"})) return true;
  std::string_view rest = text.substr(number.end);
  while (!rest.empty() && (rest.front() == ' ' || rest.front() == '-')) rest.remove_prefix(1);
  if (std::ranges::any_of(Words{"year", "yr", "yo", "y/o", "month"},
                          [&](std::string_view unit) { return rest.starts_with(unit); }))
    return true;
  if (!number.unit.empty() || number.canonical.size() > 3 || number.canonical.contains('.')) return false;
  const bool enclosed = number.begin > 0 && text[number.begin - 1] == '(' && rest.starts_with(')');
  std::string before;
  language::for_each_word(text.substr(0, number.begin), [&](const language::Word& word) {
    if (!word.part) before = word.text;
  });
  return enclosed || before.ends_with("'s") ||
         is_one_of(before, {"is", "am", "i'm", "im", "was", "turned", "turns", "turning", "aged", "age", "be", "hes",
                            "shes", "now", "just", "already", "almost"});
}

bool is_frequency(std::string_view word) {
  return is_one_of(word, {"every",    "each",      "daily",   "weekly",   "monthly",  "yearly",     "quarterly",
                          "hourly",   "nightly",   "per",     "once",     "twice",    "annually",   "fortnightly",
                          "biweekly", "bi-weekly", "always",  "mondays",  "tuesdays", "wednesdays", "thursdays",
                          "fridays",  "saturdays", "sundays", "weekdays", "weekends"});
}

bool is_time_of_day(std::string_view word) {
  if (is_one_of(word, {"noon", "midnight", "am", "pm", "o'clock", "morning", "evening", "afternoon"})) return true;
  const std::size_t colon = word.find(':');
  return (colon != word.npos && has_digit(word)) ||
         (has_digit(word) && (word.ends_with("am") || word.ends_with("pm") || word.ends_with("h")));
}

// Runs of digits with what stands between the digits of a telephone number.
void phone_numbers(std::string_view text, const Dates& dates, std::vector<FoundValue>& found) {
  constexpr std::size_t kFewest = 6;  // digits
  for (std::size_t at = text.find_first_of("+0123456789"); at != text.npos;) {
    const std::size_t end = std::min(text.find_first_not_of("+0123456789 -/()", at), text.size());
    const std::string_view run = text.substr(at, end - at);
    const std::size_t last = run.find_last_of("0123456789");
    const auto digits = std::ranges::count_if(run, [](char c) { return c >= '0' && c <= '9'; });
    if (last != run.npos && static_cast<std::size_t>(digits) >= kFewest && !dates.cover(at))
      found.push_back({at, at + last + 1});
    at = text.find_first_of("+0123456789", end);
  }
}

}  // namespace

AskedValue asked_value(const Question& q, QuestionKind kind) {
  if (q.says_any({"what time", "which time", "at what hour"})) return AskedValue::kTimeOfDay;
  if (kind == QuestionKind::kWhen || q.says_any({"birthday", "what date", "which date"})) return AskedValue::kDate;
  if (kind == QuestionKind::kHowLong) return AskedValue::kDuration;
  if (asks_for_money(q)) return AskedValue::kMoney;
  if (q.says("version")) return AskedValue::kVersion;
  if (q.says_any({"phone number", "telephone number", "mobile number", "phone", "telephone"}) &&
      q.begins_with_any({"what", "what's", "which", "under which"}))
    return AskedValue::kPhone;
  if (q.says("how old")) return AskedValue::kAge;
  if (q.says_any({"how often", "how frequently", "how regularly"})) return AskedValue::kFrequency;
  if (q.says_any({"account number", "card number", "order number", "case number", "room number", "customer number",
                  "serial number", "license plate", "licence plate"}))
    return AskedValue::kNumber;
  if (q.says_any({"how many", "how much", "how big", "how large", "how far", "how high", "how tall", "how fast",
                  "how heavy", "percentage", "what share", "number of", "what mark", "which mark", "what grade",
                  "which grade", "what score", "the score", "the result"}))
    return AskedValue::kCount;
  if (q.says_any({"e-mail", "email", "mail address"})) return AskedValue::kEmail;
  if (q.says_any({"name", "called", "named"}) && q.begins_with_any({"what", "what's", "which", "how"}))
    return AskedValue::kName;
  if (asks_for_number(q)) return AskedValue::kNumber;
  if (q.says_any({"why", "what caused", "the reason", "which reason", "what reason"})) return AskedValue::kReason;
  if (q.says_any({"who", "whose", "whom"})) return AskedValue::kPerson;
  if (kind == QuestionKind::kWhere) return AskedValue::kPlace;
  return AskedValue::kAnything;
}

std::vector<FoundValue> values_in(std::string_view text, AskedValue value, const AnalysedQuery& query, TimeMs said_at) {
  std::vector<FoundValue> found;
  const auto in_question = [&](std::string_view folded) {
    return std::ranges::find(query.words, folded) != query.words.end();
  };
  const auto numbers = [&](const auto& fits) {
    const Dates dates(text, said_at);
    for (const language::NumberMention& number : language::find_numbers(text)) {
      if (!dates.cover(number.begin) && !in_question(number.canonical) && fits(number))
        found.push_back({number.begin, number.end});
    }
  };
  const auto words = [&](const auto& fits) {
    language::for_each_word(text, [&](const language::Word& word) {
      if (!word.part && !in_question(word.text) && fits(word.text)) found.push_back({word.begin, word.end});
    });
  };
  const auto names = [&](const auto& fits) {
    for (const language::NameMention& name : language::find_names(text)) {
      bool known = true;
      language::for_each_word(
          name.text, [&](const language::Word& word) { known = known && (word.part || in_question(word.text)); });
      if (!known && fits(name)) found.push_back({name.begin, name.end});
    }
  };
  switch (value) {
    case AskedValue::kAnything:
      break;
    case AskedValue::kDate:
      for (const language::DateMention& date : language::find_dates(text, said_at))
        found.push_back({date.begin, date.end});
      words([](std::string_view word) {
        return language::weekday_number(word) != 0 ||
               (word.ends_with("s") && language::weekday_number(word.substr(0, word.size() - 1)) != 0);
      });
      break;
    case AskedValue::kTimeOfDay:
      words(is_time_of_day);
      break;
    case AskedValue::kDuration:
      numbers([&](const language::NumberMention& number) { return is_duration(text, number); });
      break;
    case AskedValue::kAge:
      numbers([&](const language::NumberMention& number) { return is_age(text, number); });
      break;
    case AskedValue::kFrequency:
      words(is_frequency);
      break;
    case AskedValue::kCount:
      numbers([](const language::NumberMention&) { return true; });
      break;
    case AskedValue::kMoney:
      numbers([&](const language::NumberMention& number) {
        return is_one_of(number.unit, kCurrencies) || (number.unit.empty() && !is_duration(text, number));
      });
      break;
    case AskedValue::kVersion:
      numbers([&](const language::NumberMention& number) { return number.unit.empty() && !number.word; });
      names([](const language::NameMention& name) { return has_digit(name.text); });
      break;
    case AskedValue::kNumber: {
      const Dates dates(text, said_at);
      language::for_each_word(text, [&](const language::Word& word) {
        if (!word.part && has_digit(word.text) && !in_question(word.text) && !dates.cover(word.begin))
          found.push_back({word.begin, word.end});
      });
      break;
    }
    case AskedValue::kPhone:
      phone_numbers(text, Dates(text, said_at), found);
      break;
    case AskedValue::kEmail:
      names([](const language::NameMention& name) { return name.kind == language::NameMention::email; });
      break;
    case AskedValue::kPerson:
      names([](const language::NameMention& name) { return name.kind == language::NameMention::proper; });
      break;
    case AskedValue::kName:
      names([](const language::NameMention&) { return true; });
      break;
    case AskedValue::kPlace:
      names([](const language::NameMention& name) { return name.kind != language::NameMention::version; });
      break;
    case AskedValue::kReason:
      words([](std::string_view word) {
        return is_one_of(word, {"because", "cause", "caused", "causes", "since", "due", "so", "reason", "reasons",
                                "for", "as", "bc", "cuz", "cos", "therefore", "thus"});
      });
      break;
  }
  std::ranges::sort(found, {}, [](const FoundValue& one) { return std::pair(one.begin, one.end); });
  return found;
}

}  // namespace holdfast::memory
