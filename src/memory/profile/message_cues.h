// What can be told of a message by its words alone, so that a question can ask for it: that it contains a number, that
// it states a rule. Each is a bit or a small count in the features of the conversation index, which stores and weighs
// them; recall/weights.h says what they are worth to which question.
//
// English; a message in another language has the cues of its digits, marks and capitals.
#pragma once

#include <cstdint>
#include <string_view>

#include "language/words.h"
#include "memory/types.h"
#include "search/conversation_index.h"

namespace holdfast::memory {

// Bit numbers in search::Features::flags.
enum class MessageCue : std::uint8_t {
  kTime,          // a time expression: "yesterday", "in May", "2024", "the 3rd"
  kRelativeTime,  // of these, one that leans on now: "last week", "two days ago"
  kNumber,
  kQuestionMark,
  kEndsAsQuestion,
  kFirstPerson,
  kPerson,  // a relative or a friend
  kQuotation,
  kPlace,           // "in Lisbon", "to the Alps"
  kPast,            // a verb in the past
  kReaction,        // begins with "wow", "thanks", "sounds …"
  kUser,            // its role
  kPreference,      // states a rule or a preference: "I prefer", "always use", "from now on"
  kStandingRule,    // of these, one with a condition: "always … when I ask about …"
  kDenial,          // the speaker says that something never was or is not so: "I've never", "I haven't"
  kFirstOfSession,  // this and the next depend on the neighbours: see ProfileIndex
  kOtherJustAsked,  // the turn before is somebody else's and asks
};

[[nodiscard]] constexpr std::uint32_t bit(MessageCue cue) { return 1U << static_cast<unsigned>(cue); }

// Places in search::Features::counts.
inline constexpr std::size_t kCapitals = 0;   // capitalised words that do not begin a sentence, at most 3
inline constexpr std::size_t kNumbers = 1;    // at most 5
inline constexpr std::size_t kLogLength = 2;  // 8 · ln(1 + terms)

// The groups of words a folded word is in, as bits; 0 for most words.
[[nodiscard]] std::uint32_t word_classes(std::string_view folded);

// A label before the text of a turn ("Anna: …"), without its colon; "" when there is none.
[[nodiscard]] std::string_view speaker_label(std::string_view content);

// Reads one message word by word.
class CueReader {
 public:
  CueReader(std::string_view content, Role role);

  // Every word of the content in order, parts of compounds left out.
  void word(const language::Word& word, std::uint32_t classes);

  // Flags and counts but for those that depend on neighbours. `terms`: how many index terms the message has.
  void finish(std::size_t terms, search::Features& features) const;

 private:
  void note_rule(std::uint32_t classes);

  std::string_view content_;
  std::size_t body_;  // where the text begins, after a speaker's label
  std::uint32_t flags_ = 0;
  std::uint32_t capitals_ = 0;
  std::uint32_t numbers_ = 0;
  std::size_t words_ = 0;
  std::uint32_t last_ = 0, before_last_ = 0;  // classes of the two words before
  std::size_t strict_at_ = 0;                 // the word count at the last "always" or "never", from 1; 0: none
  std::size_t condition_at_ = 0;              // the same at the last "when I"
};

}  // namespace holdfast::memory
