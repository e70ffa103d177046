#include "memory/ingest/told.h"

#include <algorithm>
#include <string_view>

#include "language/lexicon.h"
#include "language/words.h"
#include "memory/ingest/compose.h"
#include "memory/ingest/pair_values.h"
#include "memory/ingest/same.h"
#include "memory/ingest/tokens.h"

namespace holdfast::memory {
namespace {

constexpr double kSameWords = 0.6;  // share of the words from which a denial turns the statement round
constexpr double kPartMet = 0.2;    // by the mean over a part's tokens of the closest one

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Without the absolute dates that ingest adds in brackets: "on friday (2026-04-17)".
std::string without_added_days(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find('(');
    const std::size_t close = open == std::string_view::npos ? open : text.find(')', open);
    if (close == std::string_view::npos) break;
    const std::string_view inside = text.substr(open + 1, close - open - 1);
    const bool day = inside.size() >= 7 && is_digit(inside[0]) && is_digit(inside[3]) && inside[4] == '-';
    out += text.substr(0, day || inside.starts_with("said ") ? open : close + 1);
    text.remove_prefix(close + 1);
  }
  return out.append(text);
}

// Its numbers, however they are written: "1,200", "six", "12th", "1.2s", "2026-03-02".
std::vector<std::string> numbers_of(std::string_view text) {
  std::vector<std::string> numbers;
  for (std::size_t i = 0; i < text.size();) {
    if (!is_digit(text[i])) {
      ++i;
      continue;
    }
    std::string number;
    for (; i < text.size(); ++i) {
      const bool more = i + 1 < text.size() && is_digit(text[i + 1]);
      if (is_digit(text[i])) {
        number += text[i];
      } else if (text[i] == ',' && more) {
        const bool thousands = i + 3 < text.size() && is_digit(text[i + 2]) && is_digit(text[i + 3]);
        if (!thousands) number += '.';
      } else if ((text[i] == '.' || text[i] == ':' || text[i] == '-') && more) {
        number += text[i];
      } else {
        break;
      }
    }
    numbers.push_back(std::move(number));
  }
  for (const Token& token : Tokens(text))
    if (const int number = language::number_word(token.text); number > 1) numbers.push_back(std::to_string(number));
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

bool has(const std::vector<std::string>& sorted, const std::string& value) {
  return std::binary_search(sorted.begin(), sorted.end(), value);
}

// Whether a word begins or ends with it: "SDK", "minSdk"; "Sam", "Sam's".
bool has_form_of(const Comparable& comparable, std::string_view word) {
  return std::any_of(comparable.parts.begin(), comparable.parts.end(), [&](const PartView& part) {
    return std::any_of(part.words.begin(), part.words.end(), [&](const std::string& other) {
      return other == word || (word.size() >= 3 && (other.starts_with(word) || other.ends_with(word)));
    });
  });
}

}  // namespace

ToldSession::ToldSession(const std::vector<Message>& messages) {
  for (const Message& message : messages) {
    Turn& turn = turns_.emplace_back();
    turn.id = message.id;
    turn.role = message.role;
    turn.memory.content = with_days_named(message.content, message.timestamp);
    turn.memory.name = message.name;
    turn.name = language::fold(message.name);
    turn.memory.created_at = message.timestamp;
    turn.comparable = make_comparable(turn.memory);
    turn.numbers = numbers_of(turn.memory.content);
  }
}

std::optional<std::size_t> ToldSession::find(const Id& message) const {
  for (std::size_t at = 0; at < turns_.size(); ++at)
    if (turns_[at].id == message) return at;
  return std::nullopt;
}

bool ToldSession::answers(std::size_t at) const { return at > 0 && turns_[at - 1].role != turns_[at].role; }

std::optional<Id> ToldSession::before(std::size_t at) const {
  return answers(at) ? std::optional(turns_[at - 1].id) : std::nullopt;
}

bool ToldSession::names_anywhere(std::string_view word) const {
  if (word.ends_with("'s")) word.remove_suffix(2);
  const KindedValue name{ValueKind::kName, std::string(word), ""};
  return std::any_of(turns_.begin(), turns_.end(), [&](const Turn& turn) {
    return gives_value(turn.comparable, name) || has_form_of(turn.comparable, word) ||
           std::search(turn.name.begin(), turn.name.end(), word.begin(), word.end()) != turn.name.end();
  });
}

bool ToldSession::says_numbers_of(const Comparable& statement, std::size_t at) const {
  const std::vector<std::string> numbers = numbers_of(without_added_days(statement.memory->content));
  return std::ranges::all_of(numbers, [&](const std::string& number) {
    return has(turns_[at].numbers, number) || (answers(at) && has(turns_[at - 1].numbers, number));
  });
}

bool ToldSession::says_names_of(const PartView& part) const {
  return std::ranges::all_of(part.names, [&](const std::string& name) {
    const Tokens words(name);
    // Names that only begin a sentence are everyday words; numbers are looked for by themselves.
    return std::all_of(words.begin(), words.end(), [&](const Token& word) {
      return word.digit || word.text == part.words.front() || names_anywhere(word.text);
    });
  });
}

bool ToldSession::says_known_values_of(const Comparable& statement, std::size_t at) const {
  const std::vector<std::string>& known = turns_[at].comparable.asserted;
  return std::ranges::all_of(statement.asserted, [&](const std::string& value) {
    const Tokens words(value);
    const auto says = [&](const Turn& turn) {
      return has(turn.comparable.asserted, value) || std::all_of(words.begin(), words.end(), [&](const Token& word) {
               return says_word(turn.comparable, word.text);
             });
    };
    // What the message itself gives another value is not known from far away.
    if (!known.empty() && !has(known, value)) return says_around(at, says);
    return std::ranges::any_of(turns_, says);
  });
}

bool ToldSession::says_values_of(const Comparable& statement, std::size_t at) const {
  const Comparable& counterpart = turns_[at].comparable;
  if (!says_numbers_of(statement, at) || !says_known_values_of(statement, at)) return false;
  const bool changed =
      counterpart.cues.any(Cue::kChange, Cue::kStrongChange, Cue::kRetracts, Cue::kCancels, Cue::kDone);
  for (const PartView& part : statement.parts) {
    if (!says_names_of(part)) return false;
    for (const KindedValue& value : part.values) {
      const bool literal = value.kind == ValueKind::kWeekday || value.kind == ValueKind::kContact ||
                           value.kind == ValueKind::kPath || value.kind == ValueKind::kCode;
      if (literal && !says_around(at, [&](const Turn& turn) {
            return gives_value(turn.comparable, value) || says_word(turn.comparable, value.value);
          }))
        return false;
    }
    // A change that gives no value may be one to anything.
    if (!changed && part.values.empty() && part.cues.any(Cue::kStrongChange, Cue::kRetracts)) return false;
    if (counterpart.parts.size() == 1 && scopes_conflict(part.scopes, counterpart.parts.front().scopes)) return false;
  }
  if (one_place_apart(counterpart, statement)) return false;
  // In the same words a denial turns a statement round; in other words "only" and "at most" are denials too.
  const bool same_words =
      shared_weight(statement.topics, counterpart.topics) >= kSameWords * total_weight(statement.topics);
  return !same_words || !statement.cues.any(Cue::kNegation, Cue::kForbids) ||
         counterpart.cues.any(Cue::kNegation, Cue::kForbids, Cue::kAlways, Cue::kCancels);
}

bool meets_all_parts(const Comparable& statement, std::span<const Likeness> told) {
  for (std::size_t at = 0; at < statement.parts.size(); ++at) {
    const PartView& part = statement.parts[at];
    if (part.values.empty() && part.asserted.empty() && total_weight(part.topics) < 2 * kRareWeight) continue;
    if (std::ranges::none_of(told, [&](const Likeness& likeness) { return likeness.part(at) >= kPartMet; }))
      return false;
  }
  return true;
}

}  // namespace holdfast::memory
