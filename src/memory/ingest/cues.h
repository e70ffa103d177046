// Cues: what the words of a sentence give away about it. The rules of the builtin stages are written over these.
//
// One table (cues.cc) says which words and phrases are which cue; a few cues are seen in the punctuation. English.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "memory/ingest/tokens.h"

namespace holdfast::memory {

enum class Cue : std::uint8_t {
  // About the sentence as an utterance.
  kQuestionMark,
  kAsks,          // begins like a question: "how do i", "is there", "should we"
  kRequest,       // begins with something to do now: "fix the test", "can you show me"
  kImperative,    // begins with an order that may be a rule: "use", "keep", "never", "don't"
  kHypothetical,  // if, maybe, what if, might
  kUnsure,        // dunno, not sure, i guess, probably
  kJoke,
  kSmallTalk,      // a word of thanks, greeting or mood
  kOnlySmallTalk,  // nothing but such words
  kRetracts,       // never mind, scratch that, not true
  kReports,        // says, said, heard, apparently
  kInjection,      // speaks to machines that read along: "ignore previous instructions", "note for ai"
  kFirstPerson,
  kWe,
  kYou,
  kThirdPerson,
  kAside,     // btw, fyi, for the record: what follows is meant to be known
  kRemember,  // remember, note that, save this
  // About what is said.
  kAlways,   // always, never, every, only, must, from now on
  kForbids,  // don't, never, no more, avoid
  kNegation,
  kPrefers,
  kChange,        // switched, now, instead, moved, no longer
  kStrongChange,  // says itself that something else held before: "switched to", "no longer", "instead of"
  kDecides,       // let's, decided, agreed, we go with, stays
  kOpen,          // todo, need to, due, working on
  kUnfinished,    // says so itself: "still need to", "half done", "in progress"
  kDone,          // done, merged, sent, booked
  kCancels,       // dropped, cancelled, parked, not doing it
  kFuture,
  kPast,      // a past verb, or ago, last, yesterday
  kStates,    // a verb of being and having: is, has, lives, uses, costs
  kIdentity,  // who somebody is: "I live in", "my sister", "is called"
  kNaming,    // gives a thing its name: "is called", "goes by"
  kRoutine,   // when something is always done: "on Fridays", "weekly", "overnight"
  kSetup,     // how something is set up: "we use", "the project is", "written in", "runs on"
  kKin,       // wife, boss, neighbour, dog, doctor
  kMoney,
  kNumber,
  kTimeOfDay,
  kVersion,
  kName,       // a capitalised word inside the sentence
  kCode,       // backticks, snake_case, --flags, paths
  kEquals,     // "a = b", "a: b", "a -> b"
  kList,       // three commas or more
  kQuotation,  // a long quotation
  kExclaims,
  kEmoji,
  kLastingWish,  // asks for something from now on: "can you not …", "could you keep it short when i …"
  kCount,
};

using CueBits = std::bitset<static_cast<std::size_t>(Cue::kCount)>;

class CueSet {
 public:
  [[nodiscard]] bool has(Cue cue) const { return bits_.test(static_cast<std::size_t>(cue)); }
  template <typename... Cues>
  [[nodiscard]] bool any(Cues... cues) const {
    return (has(cues) || ...);
  }
  void set(Cue cue) { bits_.set(static_cast<std::size_t>(cue)); }
  void merge(const CueSet& other) { bits_ |= other.bits_; }
  [[nodiscard]] const CueBits& bits() const { return bits_; }

 private:
  CueBits bits_;
};

// Its name in the weights files: kStrongChange is "strong_change".
[[nodiscard]] std::string_view to_string(Cue cue);

[[nodiscard]] CueSet find_cues(const Tokens& tokens);

// Whether an answer takes note of what was said before it ("Noted.", "Got it, I'll use …").
[[nodiscard]] bool acknowledges(const Tokens& tokens);

}  // namespace holdfast::memory
