#include "memory/recall/span_question.h"

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "language/characters.h"
#include "language/words.h"

namespace holdfast::memory {
namespace {

using Shape = SpanQuestion::Shape;
using Words = std::initializer_list<std::string_view>;

constexpr Words kVerbs = {"did", "was", "were", "is", "are", "does", "do", "had", "has", "have", "will"};

class Parser {
 public:
  explicit Parser(const Question& question) : question_(question), words_(question.words()), end_(words_.size()) {}

  [[nodiscard]] SpanQuestion parse() const {
    SpanQuestion out = shape();
    if (question_.says_any({"nights", "night"})) out.unit = SpanQuestion::Unit::kNights;
    return out;
  }

 private:
  [[nodiscard]] SpanQuestion shape() const {
    if (auto made = age()) return *made;
    if (auto made = late()) return *made;
    if (auto made = moved()) return *made;
    if (auto made = between()) return *made;
    if (auto made = from_to()) return *made;
    if (auto made = after_or_before()) return *made;
    if (const std::size_t since = find({"since"}, 0); since + 1 < end_)
      return {.shape = Shape::kSince, .first = part(since + 1, end_), .about = part(0, since)};
    if (const std::size_t until = find({"until", "till"}, 0); until + 1 < end_)
      return {.shape = Shape::kUntil, .first = part(until + 1, end_), .about = part(0, until)};
    const bool open = question_.says_any({"ago", "left", "remain", "remaining", "remains", "away from", "passed", "has",
                                          "have", "has been", "have been"}) &&
                      !question_.says_any({"have to", "has to"});
    return {.shape = open ? Shape::kOpen : Shape::kLasted, .first = part(0, end_), .about = {}};
  }

  // "How old was Mia at her first concert, in days?"
  [[nodiscard]] std::optional<SpanQuestion> age() const {
    const std::size_t old = find({"old"}, 0);
    if (old >= end_ || old == 0 || words_[old - 1].folded != "how") return std::nullopt;
    const std::size_t at = find({"at", "when", "on", "by", "in"}, old + 2);
    const std::size_t subject = old + 2;  // past the verb
    if (at >= end_) return SpanQuestion{.shape = Shape::kAge, .first = part(subject, end_)};
    return SpanQuestion{.shape = Shape::kAge, .first = part(subject, at), .second = part(at + 1, end_)};
  }

  // "How many days late was the report?", "how many days after its due date was the report sent?"
  [[nodiscard]] std::optional<SpanQuestion> late() const {
    if (const std::size_t late = find({"late", "overdue"}, 1); late < end_) {
      const std::size_t verb = find(kVerbs, late);
      if (verb + 1 < end_) return SpanQuestion{.shape = Shape::kLate, .first = part(verb + 1, end_)};
    }
    const std::size_t lead = find({"after", "before", "past"}, 1);
    if (lead + 2 >= end_) return std::nullopt;
    const std::string& whose = words_[lead + 1].folded;
    const bool due = words_[lead + 2].folded == "due" || words_[lead + 2].folded == "deadline" ||
                     words_[lead + 2].folded == "planned";
    if (!due || (whose != "its" && whose != "their" && whose != "his" && whose != "her")) return std::nullopt;
    const std::size_t verb = find(kVerbs, lead + 2);
    if (verb + 1 >= end_) return std::nullopt;
    return SpanQuestion{.shape = Shape::kLate, .first = part(verb + 1, end_)};
  }

  // "By how many days did the launch slip?"
  [[nodiscard]] std::optional<SpanQuestion> moved() const {
    if (words_.empty() || words_[0].folded != "by") return std::nullopt;
    const std::size_t verb = find(kVerbs, 1);
    if (verb + 1 >= end_) return std::nullopt;
    const std::size_t moves =
        find({"slip", "slipped", "move", "moved", "shift", "shifted", "delayed", "postponed", "extended", "pushed",
              "change", "changed", "brought", "put", "rescheduled", "prolonged"},
             verb + 1);
    if (moves >= end_ || moves == verb + 1) return std::nullopt;
    return SpanQuestion{.shape = Shape::kMoved, .first = part(verb + 1, moves), .about = part(moves, end_)};
  }

  [[nodiscard]] std::optional<SpanQuestion> between() const {
    const std::size_t between = find({"between"}, 0);
    if (between + 1 >= end_) return std::nullopt;
    const std::string before = part(0, between);
    std::size_t start = between + 1;
    if (start < end_ && words_[start].folded == "the") ++start;
    if (start + 1 < end_ && (words_[start].folded == "two" || words_[start].folded == "both"))
      return SpanQuestion{.shape = Shape::kPair, .first = part(start + 1, end_), .about = before};
    const std::size_t conjunction = find({"and"}, between + 2);
    return two(between + 1, conjunction, conjunction + 1, end_, before);
  }

  [[nodiscard]] std::optional<SpanQuestion> from_to() const {
    const std::size_t from = find({"from"}, 0);
    if (from + 1 >= end_) return std::nullopt;
    const std::size_t to = find({"to", "until", "till"}, from + 2);
    return two(from + 1, to, to + 1, end_, part(0, from));
  }

  // "how many days after the freeze did we ship", "how long did it take to ship after the freeze"
  [[nodiscard]] std::optional<SpanQuestion> after_or_before() const {
    const std::size_t lead = find({"after", "before"}, 1);
    if (lead + 1 >= end_) return std::nullopt;
    const std::size_t verb = find(kVerbs, lead + 2);
    if (auto made = two(lead + 1, verb, verb + 1, end_, {})) return made;
    const std::size_t start = find(kVerbs, 0);
    if (start + 1 < lead) return two(lead + 1, end_, start + 1, lead, {});
    return std::nullopt;
  }

  // From words [a, a_end) to [b, b_end); nothing when either has no word of its own.
  [[nodiscard]] std::optional<SpanQuestion> two(std::size_t a, std::size_t a_end, std::size_t b, std::size_t b_end,
                                                std::string about) const {
    if (a_end > end_ || b_end > end_ || a >= a_end || b >= b_end) return std::nullopt;
    SpanQuestion made{
        .shape = Shape::kBetween, .first = part(a, a_end), .second = part(b, b_end), .about = std::move(about)};
    // "the upgrades of the shop and the office": what is said before "of" is of both.
    const std::size_t of = find({"of"}, a);
    const bool own = find({"of"}, b) < b_end;
    if (a_end < b && of > a && of + 1 < a_end && !own && b_end - b <= a_end - of)
      made.second = part(a, of + 1) + " " + made.second;
    // "from the Lisbon to the Porto concert": what is said after a second name is of both.
    if (a_end < b && made.second.size() > made.first.size() && names(a, a_end) && names(b, b + 1) && b_end - b == 2 &&
        !language::is_ascii_upper(words_[b_end - 1].text.front()))
      made.first += " " + std::string(words_[b_end - 1].text);
    if (language::terms(made.first).empty() || language::terms(made.second).empty()) return std::nullopt;
    return made;
  }

  // Whether all of the words [from, to) are written as names.
  [[nodiscard]] bool names(std::size_t from, std::size_t to) const {
    return std::ranges::all_of(words_.begin() + static_cast<std::ptrdiff_t>(from),
                               words_.begin() + static_cast<std::ptrdiff_t>(to),
                               [](const QuestionWord& word) { return language::is_ascii_upper(word.text.front()); });
  }

  // The text of words [from, to).
  [[nodiscard]] std::string part(std::size_t from, std::size_t to) const {
    if (from >= to || to > end_) return {};
    return std::string(question_.text().substr(words_[from].begin, words_[to - 1].end - words_[from].begin));
  }

  [[nodiscard]] std::size_t find(Words wanted, std::size_t from) const {
    for (std::size_t i = from; i < end_; ++i) {
      if (std::ranges::find(wanted, std::string_view(words_[i].folded)) != wanted.end()) return i;
    }
    return end_;
  }

  const Question& question_;
  const std::vector<QuestionWord>& words_;
  std::size_t end_;
};

}  // namespace

SpanQuestion span_question(const Question& question) { return Parser(question).parse(); }

}  // namespace holdfast::memory
