#include "memory/recall/newest_value.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/utf8.h"
#include "language/lexicon.h"
#include "language/sentences.h"
#include "language/words.h"
#include "memory/ingest/cues.h"
#include "memory/recall/asked_value.h"
#include "memory/recall/question.h"
#include "memory/recall/statements.h"
#include "memory/recall/weights.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kLookedAt = 4'000;  // bytes of a candidate

// What grows or moves, in words that no rule of ingest takes for a change of mind.
constexpr std::string_view kGrows =
    "new newly now recently reached increased increasing grew grown rose risen improved extended moved moving "
    "rescheduled updated update changed raised lowered reduced dropped bumped total added another extra further more "
    "shifted postponed brought";

constexpr std::string_view kLeadsToValue = "to reached reaches hit of at now is are around about";

// How a question says what its number counts: "conditional probability problems" of "how many …", a share in "%".
struct Counted {
  std::string head;  // stemmed; empty: not said
  bool share = false;

  explicit Counted(const Question& question) {
    share = question.says_any({"percentage", "percent", "what share", "rate", "accuracy", "coverage"}) &&
            !question.says("how many");
    const std::vector<QuestionWord>& words = question.words();
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (words[i - 1].folded != "many" && words[i - 1].folded != "much") continue;
      for (; i < words.size() && !language::is_stop_word(words[i].folded); ++i) {
        const std::vector<std::string> stems = language::terms(words[i].folded);
        if (!stems.empty()) head = stems.back();
      }
      break;
    }
  }
};

std::string_view word_before(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text.substr(text.find_last_of(' ') + 1);
}

// Whether `head` is among the few words behind a number: "12 hard conditional probability problems".
bool names_soon(std::string_view text, const std::string& head) {
  constexpr std::size_t kSoon = 5;  // the number among them
  std::size_t words = 0;
  bool found = false;
  language::for_each_word(text.substr(0, text.find_first_of(",;.:!?()")), [&](const language::Word& word) {
    if (word.part || words++ >= kSoon) return;
    const std::vector<std::string> stems = language::terms(word.text);
    found = found || std::ranges::find(stems, head) != stems.end();
  });
  return found;
}

bool tells_change(std::string_view sentence) {
  const Tokens tokens(sentence);
  if (find_cues(tokens).any(Cue::kChange, Cue::kStrongChange)) return true;
  return std::ranges::any_of(tokens, [](const Token& token) { return is_one_of(token.text, kGrows); });
}

// Whether a value counts what is asked for, rather than something else in the sentence.
bool counts_it(std::string_view sentence, const FoundValue& value, const Counted& counted, bool changes) {
  const std::string_view written = sentence.substr(value.begin, value.end - value.begin);
  if (counted.share) return written.ends_with('%');
  constexpr std::string_view kReckons = "/*×=≈^+÷$€£";
  if (written.ends_with('%') || kReckons.contains(written.front())) return false;
  const std::string_view before = sentence.substr(0, value.begin);
  const std::string_view after = sentence.substr(value.end);
  if (!after.empty() && kReckons.contains(after.front())) return false;
  if (!before.empty() && kReckons.contains(before.back())) return false;
  if (!counted.head.empty() && names_soon(sentence.substr(value.begin), counted.head)) return true;
  return changes && is_one_of(word_before(before), kLeadsToValue);
}

// What a candidate says of the thing that is asked for, in the sentence that says most of it.
struct Said {
  std::vector<std::string> values;  // as written; none: it says none
  double coverage = 0;              // of the question's words
  bool changes = false;
};

class Reader {
 public:
  Reader(const AnalysedQuery& query, AskedValue wanted)
      : query_(query), wanted_(wanted), words_(query.terms), counted_(Question(query.text)) {}

  [[nodiscard]] Said read(const RecallCandidate& candidate) const {
    Said best;
    read(candidate.content, candidate.time, best);
    for (const Message& source : candidate.sources) read(source.content, source.timestamp, best);
    return best;
  }

 private:
  void read(std::string_view text, TimeMs said_at, Said& best) const {
    for (const language::Sentence& sentence : language::sentences(first_bytes(text, kLookedAt))) {
      if (sentence.quoted) continue;
      const double coverage = words_.coverage(language::terms(sentence.text));
      if (coverage <= best.coverage) continue;
      const bool changes = tells_change(sentence.text);
      std::vector<FoundValue> found = values_in(sentence.text, wanted_, query_, said_at);
      if (wanted_ == AskedValue::kCount) {
        std::erase_if(found,
                      [&](const FoundValue& value) { return !counts_it(sentence.text, value, counted_, changes); });
      }
      if (found.empty()) continue;
      best = {.values = {}, .coverage = coverage, .changes = changes};
      for (const FoundValue& value : found)
        best.values.emplace_back(sentence.text.substr(value.begin, value.end - value.begin));
    }
  }

  const AnalysedQuery& query_;
  AskedValue wanted_;
  QuestionWords words_;
  Counted counted_;
};

bool replaces(const Said& later, const Said& earlier) {
  if (later.values.empty() || earlier.values.empty()) return false;
  const auto known = [&](const std::string& value) {
    return std::ranges::find(earlier.values, value) != earlier.values.end();
  };
  if (std::ranges::all_of(later.values, known)) return false;
  return later.coverage >= (later.changes ? weights::kNewestChanged : weights::kNewestAlike) * earlier.coverage;
}

// When it was said: of messages of one time, by their place in the session.
std::pair<TimeMs, std::int64_t> said_at(const RecallCandidate& candidate) {
  std::pair<TimeMs, std::int64_t> last{candidate.time, 0};
  for (const Message& source : candidate.sources) last = std::max(last, {source.timestamp, source.position});
  return last;
}

bool asks_for_present_value(const AnalysedQuery& query, AskedValue wanted) {
  if (query.about_past || query.overview || wanted == AskedValue::kAnything || wanted == AskedValue::kReason)
    return false;
  const Question question(query.text);
  return !question.says_any({"did", "was", "were", "had"});
}

}  // namespace

void put_newest_first(const AnalysedQuery& query, std::vector<RecallCandidate>& candidates) {
  const AskedValue wanted = asked_value(Question(query.text), query.kind);
  if (!asks_for_present_value(query, wanted)) return;
  const Reader reader(query, wanted);
  const std::size_t first = std::min(weights::kNewestPool, candidates.size());
  std::vector<Said> said;
  for (std::size_t i = 0; i < first; ++i) said.push_back(reader.read(candidates[i]));
  for (std::size_t later = 1; later < first; ++later) {
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      if (said_at(candidates[earlier]) >= said_at(candidates[later]) || !replaces(said[later], said[earlier])) continue;
      candidates[later].score = candidates[earlier].score;
      const auto move = [&](auto& list) {
        const auto at = list.begin();
        std::rotate(at + static_cast<std::ptrdiff_t>(earlier), at + static_cast<std::ptrdiff_t>(later),
                    at + static_cast<std::ptrdiff_t>(later) + 1);
      };
      move(candidates);
      move(said);
      break;
    }
  }
}

}  // namespace holdfast::memory
