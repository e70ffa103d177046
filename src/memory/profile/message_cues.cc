#include "memory/profile/message_cues.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "language/characters.h"
#include "language/lexicon.h"

namespace holdfast::memory {
namespace {

// A page-long message states its facts early; further down are its examples. (Bytes; as measured.)
constexpr std::size_t kPersonalBytes = 800;
constexpr std::size_t kStatementBytes = 2'000;
constexpr std::size_t kConditionWords = 40;  // from "always" to its "when I ask"

enum WordClass : std::uint32_t {
  kTimeWord = 1U << 0,
  kRelativeWord = 1U << 1,  // alone: yesterday, recently
  kRelativeLead = 1U << 2,  // with a unit or a weekday after it: last, next, this
  kUnitWord = 1U << 3,
  kNumberWord = 1U << 4,
  kFirstPersonWord = 1U << 5,
  kPersonWord = 1U << 6,
  kPlaceLead = 1U << 7,
  kPastWord = 1U << 8,
  kReactionWord = 1U << 9,
  kAlwaysWord = 1U << 10,
  kPreferWord = 1U << 11,
  kWishWord = 1U << 12,  // "I'd", "I would": with "like" or "rather"
  kLikeWord = 1U << 13,
  kWhenWord = 1U << 14,
  kAskWord = 1U << 15,
  kVerbWord = 1U << 16,
  kMyWord = 1U << 17,
  kFromWord = 1U << 18,
  kNowWord = 1U << 19,
  kOnWord = 1U << 20,
  kTheWord = 1U << 21,
  kIWord = 1U << 22,
  kDenyWord = 1U << 23,
};

struct WordGroup {
  std::uint32_t bits;
  std::span<const std::string_view> words;
};

constexpr auto kRelativeAlone = std::to_array<std::string_view>(
    {"yesterday", "today", "tonight", "tomorrow", "ago", "recently", "since", "lately", "earlier"});
constexpr auto kLeads = std::to_array<std::string_view>({"last", "next", "this", "past"});
constexpr auto kUnits = std::to_array<std::string_view>(
    {"day",    "days",   "week",   "weeks",   "weekend", "weekends",  "month",  "months", "year",
     "years",  "night",  "nights", "morning", "evening", "afternoon", "hour",   "hours",  "summer",
     "winter", "spring", "autumn", "fall",    "quarter", "decade",    "century"});
constexpr auto kFirstPersons = std::to_array<std::string_view>(
    {"i", "my", "we", "our", "i'm", "i've", "i'd", "i'll", "im", "ive", "we're", "we've", "we'll", "mine", "us", "me"});
constexpr auto kPersons = std::to_array<std::string_view>(
    {"friend",  "friends",     "mom",         "mum",      "mother",     "dad",       "father",     "sister",  "sisters",
     "brother", "brothers",    "son",         "sons",     "daughter",   "daughters", "wife",       "husband", "aunt",
     "uncle",   "cousin",      "cousins",     "kid",      "kids",       "child",     "children",   "parents", "grandma",
     "grandpa", "grandmother", "grandfather", "nephew",   "niece",      "colleague", "colleagues", "partner", "boss",
     "team",    "neighbor",    "neighbour",   "roommate", "girlfriend", "boyfriend", "fiance",     "manager"});
constexpr auto kPlaceLeads = std::to_array<std::string_view>(
    {"in", "at", "to", "from", "near", "visit", "visited", "visiting", "around", "outside"});
constexpr auto kPasts = std::to_array<std::string_view>(
    {"went", "got",  "had",   "was",  "were",  "did",   "took",  "made",   "bought", "found",  "met",  "saw",
     "came", "won",  "gave",  "told", "said",  "began", "ran",   "wrote",  "read",   "sold",   "left", "lost",
     "sent", "kept", "built", "held", "drove", "flew",  "spoke", "taught", "chose",  "became", "felt", "paid"});
constexpr auto kReactions = std::to_array<std::string_view>({"wow",
                                                             "thanks",
                                                             "thank",
                                                             "that's",
                                                             "thats",
                                                             "sounds",
                                                             "yeah",
                                                             "yep",
                                                             "great",
                                                             "awesome",
                                                             "cool",
                                                             "congrats",
                                                             "congratulations",
                                                             "nice",
                                                             "glad",
                                                             "sure",
                                                             "ok",
                                                             "okay",
                                                             "got",
                                                             "hmm",
                                                             "oh",
                                                             "haha",
                                                             "aw",
                                                             "aww",
                                                             "absolutely",
                                                             "definitely",
                                                             "exactly",
                                                             "totally"});
constexpr auto kAlways = std::to_array<std::string_view>({"always", "never", "ever"});
constexpr auto kPrefers = std::to_array<std::string_view>({"prefer", "preference", "preferences"});
constexpr auto kWishes = std::to_array<std::string_view>({"i'd", "would", "id"});
constexpr auto kLikes = std::to_array<std::string_view>({"like", "rather", "love"});
constexpr auto kWhens = std::to_array<std::string_view>({"when", "whenever", "if"});
constexpr auto kAsks = std::to_array<std::string_view>({"ask", "request", "discuss", "talk", "mention", "inquire"});

constexpr auto kDenies =
    std::to_array<std::string_view>({"never", "haven't", "havent", "hadn't", "hadnt", "hasn't", "didn't", "didnt",
                                     "don't", "dont", "wasn't", "isn't", "aren't", "can't", "won't", "not"});

constexpr WordGroup kGroups[] = {
    {kDenyWord, kDenies},
    {kTimeWord | kRelativeWord, kRelativeAlone},
    {kTimeWord | kRelativeLead, kLeads},
    {kTimeWord | kUnitWord, kUnits},
    {kFirstPersonWord, kFirstPersons},
    {kPersonWord, kPersons},
    {kPlaceLead, kPlaceLeads},
    {kPastWord, kPasts},
    {kReactionWord, kReactions},
    {kAlwaysWord, kAlways},
    {kPreferWord, kPrefers},
    {kWishWord, kWishes},
    {kLikeWord, kLikes},
    {kWhenWord, kWhens},
    {kAskWord, kAsks},
};

constexpr auto kFewWords = std::to_array<std::string_view>({"couple", "few", "dozen", "twice", "once", "several"});

[[nodiscard]] bool all_digits(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, language::is_ascii_digit);
}

}  // namespace

std::uint32_t word_classes(std::string_view word) {
  std::uint32_t bits = 0;
  for (const WordGroup& group : kGroups) {
    if (std::ranges::find(group.words, word) != group.words.end()) bits |= group.bits;
  }
  if (language::month_number(word) != 0 || language::weekday_number(word) != 0) bits |= kTimeWord | kUnitWord;
  if (language::number_word(word) > 0 || std::ranges::find(kFewWords, word) != kFewWords.end()) bits |= kNumberWord;
  if (!word.empty() && language::is_ascii_digit(word.front())) {
    bits |= kNumberWord;
    const bool ordinal = word.ends_with("st") || word.ends_with("nd") || word.ends_with("rd") || word.ends_with("th");
    if ((all_digits(word) && word.size() == 4) || (ordinal && word.size() <= 4)) bits |= kTimeWord;
    if (word.size() >= 7 && word[4] == '-' && all_digits(word.substr(0, 4))) bits |= kTimeWord;
  }
  if (word.size() > 4 && word.ends_with("ed") && language::is_verb(word)) bits |= kPastWord;
  if (language::is_verb(word)) bits |= kVerbWord;
  if (word == "my") bits |= kMyWord;
  if (word == "from") bits |= kFromWord;
  if (word == "now") bits |= kNowWord;
  if (word == "on") bits |= kOnWord;
  if (word == "the") bits |= kTheWord;
  if (word == "i" || word == "i'd") bits |= kIWord;
  return bits;
}

std::string_view speaker_label(std::string_view content) {
  constexpr std::size_t kLongest = 40;
  constexpr std::size_t kMostWords = 4;
  const std::size_t colon = content.substr(0, kLongest + 1).find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 >= content.size() || content[colon + 1] != ' ')
    return {};
  const std::string_view label = content.substr(0, colon);
  if (!language::is_ascii_upper(label.front()) && (static_cast<unsigned char>(label.front()) & 0x80U) == 0) return {};
  std::size_t words = 1;
  for (const char c : label) {
    if (c == ' ') ++words;
    if (!language::is_word_byte(c) && c != ' ' && c != '.' && c != '\'' && c != '-' && c != '_') return {};
  }
  return words <= kMostWords ? label : std::string_view{};
}

CueReader::CueReader(std::string_view content, Role role) : content_(content) {
  const std::size_t label = speaker_label(content).size();
  body_ = label == 0 ? 0 : label + 1;
  if (role == Role::kUser) flags_ |= bit(MessageCue::kUser);
  if (content.find('?') != std::string_view::npos) flags_ |= bit(MessageCue::kQuestionMark);
  const std::string_view head = content.substr(0, kStatementBytes);
  if (head.find('"') != std::string_view::npos || head.find("\xE2\x80\x9C") != std::string_view::npos) {
    flags_ |= bit(MessageCue::kQuotation);
  }
  std::size_t end = content.size();
  while (end > 0 && language::is_ascii_space(content[end - 1])) --end;
  if (end > 0 && content[end - 1] == '?') flags_ |= bit(MessageCue::kEndsAsQuestion);
}

void CueReader::word(const language::Word& word, std::uint32_t classes) {
  if (word.begin < body_ || word.begin >= kStatementBytes) return;
  ++words_;
  if (words_ == 1 && (classes & kReactionWord) != 0) flags_ |= bit(MessageCue::kReaction);
  const auto is = [classes](std::uint32_t bits) { return (classes & bits) != 0; };

  if (is(kTimeWord) && !(is(kRelativeLead) && !is(kUnitWord))) flags_ |= bit(MessageCue::kTime);
  if (is(kRelativeWord) || (is(kUnitWord) && (last_ & kRelativeLead) != 0)) flags_ |= bit(MessageCue::kRelativeTime);
  if (is(kNumberWord)) {
    flags_ |= bit(MessageCue::kNumber);
    if (language::is_ascii_digit(word.text.front())) ++numbers_;
  }
  if (word.begin < kPersonalBytes) {
    if (is(kFirstPersonWord)) flags_ |= bit(MessageCue::kFirstPerson);
    if (is(kPastWord)) flags_ |= bit(MessageCue::kPast);
    if (is(kDenyWord) && ((last_ | before_last_) & kFirstPersonWord) != 0) flags_ |= bit(MessageCue::kDenial);
  }
  if (is(kPersonWord)) flags_ |= bit(MessageCue::kPerson);

  // A capital inside a sentence: after a space and a small letter, a comma or an apostrophe.
  if (word.begin >= body_ + 2 && word.end - word.begin >= 2 && language::is_ascii_upper(content_[word.begin]) &&
      language::is_ascii_lower(content_[word.begin + 1]) && content_[word.begin - 1] == ' ') {
    const char before = content_[word.begin - 2];
    if (language::is_ascii_lower(before) || before == ',' || before == '\'') {
      ++capitals_;
      if ((last_ & kPlaceLead) != 0 || ((last_ & kTheWord) != 0 && (before_last_ & kPlaceLead) != 0)) {
        flags_ |= bit(MessageCue::kPlace);
      }
    }
  }
  if ((flags_ & bit(MessageCue::kUser)) != 0) note_rule(classes);
  before_last_ = last_;
  last_ = classes;
}

void CueReader::note_rule(std::uint32_t classes) {
  const auto is = [](std::uint32_t word, std::uint32_t bits) { return (word & bits) != 0; };
  if (is(classes, kPreferWord) && is(last_ | before_last_, kIWord | kMyWord)) flags_ |= bit(MessageCue::kPreference);
  if (is(classes, kLikeWord) && is(last_, kWishWord) && is(last_ | before_last_, kIWord))
    flags_ |= bit(MessageCue::kPreference);
  if (is(before_last_, kFromWord) && is(last_, kNowWord) && is(classes, kOnWord))
    flags_ |= bit(MessageCue::kPreference);
  if (is(last_, kAlwaysWord) && is(classes, kVerbWord) && !is(before_last_, kIWord))
    flags_ |= bit(MessageCue::kPreference);
  if (is(classes, kAlwaysWord)) strict_at_ = words_;
  if (is(classes, kIWord) && is(last_, kWhenWord)) condition_at_ = words_;
  if (is(classes, kAskWord) && condition_at_ == words_ - 1 && strict_at_ != 0 &&
      words_ - strict_at_ <= kConditionWords) {
    flags_ |= bit(MessageCue::kPreference) | bit(MessageCue::kStandingRule);
  }
}

void CueReader::finish(std::size_t terms, search::Features& features) const {
  features.flags = flags_;
  features.counts[kCapitals] = static_cast<std::uint8_t>(std::min<std::uint32_t>(capitals_, 3));
  features.counts[kNumbers] = static_cast<std::uint8_t>(std::min<std::uint32_t>(numbers_, 5));
  const double length = 8 * std::log1p(static_cast<double>(terms));
  features.counts[kLogLength] = static_cast<std::uint8_t>(std::min(255.0, std::round(length)));
}

}  // namespace holdfast::memory
