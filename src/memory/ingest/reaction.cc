#include "memory/ingest/reaction.h"

#include <cstddef>
#include <string_view>

namespace holdfast::memory {
namespace {

constexpr std::string_view kInterjections =
    "wow hey hi hello yeah yep yes yup no aw aww awww oh ooh haha hah lol omg whoa woah cool nice great thanks thank "
    "thx "
    "congrats congratulations absolutely definitely totally exactly agreed agree sure right awesome amazing yay hooray "
    "well ah hmm man dude gosh perfect sweet lovely of course indeed true same";

constexpr std::string_view kJudging =
    "awesome amazing great inspiring inspirational incredible wonderful fantastic cool nice beautiful lovely sweet "
    "tough "
    "rewarding impressive stunning gorgeous cute fun funny interesting exciting heartwarming touching powerful perfect "
    "adorable delicious yummy good bad sad terrible horrible awful tempting relaxing peaceful special brilliant super "
    "fabulous terrific neat rad sick lit tasty dreamy magical scary frustrating disappointing rough heartbreaking epic "
    "thoughtful cosy cozy refreshing hilarious crazy insane unreal";

constexpr std::string_view kFeelings =
    "glad happy proud sorry thrilled excited pleased delighted stoked jealous grateful";

// Past greetings, exclamations and the name of the one who is spoken to ("Wow, Anna!", "Hey Ben,").
std::size_t past_address(const Tokens& tokens) {
  std::size_t at = 0;
  while (at < tokens.size()) {
    const Token& token = tokens[at];
    const bool cut = token.after == ',' || token.after == '!' || token.after == '.' || token.after == '-';
    const bool called = token.capital && !token.digit &&
                        !is_one_of(token.text, "i i'm i've i'd i'll it it's that's that") &&
                        (cut || at + 1 == tokens.size()) && at < 3;
    if (!called && !is_one_of(token.text, kInterjections)) break;
    ++at;
  }
  return at;
}

bool any_of(const Tokens& tokens, std::size_t from, std::size_t to, std::string_view list) {
  for (std::size_t i = from; i < to && i < tokens.size(); ++i)
    if (is_one_of(tokens[i].text, list)) return true;
  return false;
}

// Whether it tells of its speaker ("my", "we", "I went"), feelings for the other aside.
bool tells_of_speaker(const Tokens& tokens, std::size_t from) {
  for (std::size_t i = from; i < tokens.size(); ++i) {
    const std::string_view word = tokens[i].text;
    if (is_one_of(word, "my mine our ours we we're we've we'll us me myself i've i'll i'd")) return true;
    if (!is_one_of(word, "i i'm im")) continue;
    std::size_t next = i + 1;
    while (next < tokens.size() &&
           is_one_of(tokens[next].text, "am so really truly just seriously totally very also do always here have"))
      ++next;
    if (next == tokens.size() ||
        (!is_one_of(tokens[next].text, kFeelings) &&
         !is_one_of(tokens[next].text, "admire appreciate agree hear bet know see hope wish love faith") &&
         !(is_one_of(tokens[next].text, "get feel believe got") &&
           is_one_of(tokens.word(static_cast<std::ptrdiff_t>(next) + 1), "it that you ya in your"))))
      return true;
  }
  return false;
}

bool names_something(const Tokens& tokens, std::size_t from) {
  for (std::size_t i = from + 1; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if (token.digit || token.code || token.quoted) return true;
    // The other's name may end the sentence: "Keep it up, Ben!"
    const bool called = token.before == ',' && (i + 1 == tokens.size() || token.after != 0);
    if (token.capital && !called && !token.text.starts_with("i")) return true;
  }
  return from < tokens.size() && tokens[from].digit;
}

// "Long time no see!", "Talk to you later!", "Way to go!", "Check it out!", "No worries!": what opens and closes a
// talk.
bool closes_talk(const Tokens& tokens, std::size_t at) {
  const auto word = [&](std::size_t i) { return tokens.word(static_cast<std::ptrdiff_t>(at + i)); };
  const std::size_t words = tokens.size() - at;
  if (word(0) == "long" && word(1) == "time" && word(2) == "no") return true;
  if (word(0) == "way" && word(1) == "to" && word(2) == "go") return true;
  constexpr std::size_t kShort = 9;  // words
  if (words > kShort) return false;
  if (is_one_of(word(0), "talk catch see speak") && is_one_of(word(1), "to you ya with soon u"))
    return any_of(tokens, at + 1, tokens.size(), "later soon tomorrow then around");
  if (word(0) == "take" && word(1) == "care") return words <= 3;
  if (word(0) == "no" && is_one_of(word(1), "worries problem prob")) return true;
  if (is_one_of(word(0), "check look") && any_of(tokens, at + 1, at + 5, "out this it"))
    return any_of(tokens, at + 1, tokens.size(), "out here's pic picture photo this") && words <= 5;
  return is_one_of(word(0), "here's heres") && is_one_of(word(1), "a the my") && words <= 4 &&
         any_of(tokens, at, tokens.size(), "pic picture photo");
}

}  // namespace

bool is_reaction(const CueSet& cues, const Tokens& tokens) {
  if (cues.any(Cue::kNumber, Cue::kRemember, Cue::kStrongChange)) return false;
  const std::size_t at = past_address(tokens);
  // "Piranesi." and "Passed!" are answers, not words for somebody.
  if (at == tokens.size()) return any_of(tokens, 0, at, kInterjections);
  if (names_something(tokens, at)) return false;
  const std::string_view first = tokens[at].text;
  const std::string_view second = tokens.word(static_cast<std::ptrdiff_t>(at) + 1);
  const std::string_view third = tokens.word(static_cast<std::ptrdiff_t>(at) + 2);
  if (closes_talk(tokens, at) || closes_talk(tokens, 0)) return true;
  // "Your support means a lot to me."
  if (first == "your" &&
      any_of(tokens, at, at + 4, "support faith words friendship encouragement kindness help belief"))
    return true;
  if (first == "let") return is_one_of(second, "me us") && third == "know";
  if (tells_of_speaker(tokens, at)) return false;
  constexpr std::size_t kOpening = 7;  // words in which the judgement falls
  const bool judges = any_of(tokens, at, at + kOpening, kJudging);
  if (is_one_of(first, "that that's thats sounds looks seems what how this these those it's it must")) {
    return judges || first == "sounds" || second == "sounds";
  }
  if (is_one_of(first, kFeelings) || is_one_of(first, "i i'm im always"))
    return any_of(tokens, at, tokens.size(), "you your you're you've hear that it");
  if (cues.any(Cue::kAlways, Cue::kPrefers)) return false;
  if (is_one_of(first, "you you're you've your you'll u ur"))
    return judges || any_of(tokens, at, tokens.size(),
                            "inspiring inspired support dedication passion enthusiasm helped rock deserve got");
  if (is_one_of(first, "so really such super truly")) return judges || any_of(tokens, at, at + 3, kFeelings);
  if (first == "keep") {  // "keep it up", but not "keep it to a page"
    return is_one_of(second, "going up on at") || (second == "it" && is_one_of(third, "up going"));
  }
  if (first == "good") return second == "luck" || second == "job" || second == "for";
  if (is_one_of(first, "hope hoping wishing wish"))
    return any_of(tokens, at, tokens.size(), "you you're you've your it that everything things all");
  if (is_one_of(first, "can't cannot")) return second == "wait";
  return is_one_of(first, "appreciate cherish enjoy love") &&
         any_of(tokens, at, at + 4, "you your that it this those these");
}

}  // namespace holdfast::memory
