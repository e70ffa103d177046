#include "memory/ingest/reaction.h"

#include <gtest/gtest.h>

namespace holdfast::memory {
namespace {

bool reacts(std::string_view sentence) {
  const Tokens tokens(sentence);
  return is_reaction(find_cues(tokens), tokens);
}

TEST(Reaction, PraiseAndPityTellNothing) {
  for (const char* sentence :
       {"Wow, Anna!", "That's amazing, Ben!", "Wow, that sounds like a lot of effort!", "Congrats!",
        "So glad to hear that!", "I'm so proud of you!", "Your dedication is inspiring.", "You're doing great.",
        "That must have been tough for you.", "Sorry to hear about what happened.", "What a beautiful photo!",
        "Thanks, Anna!", "How exciting!"}) {
    EXPECT_TRUE(reacts(sentence)) << sentence;
  }
}

TEST(Reaction, WishesAndCheersTellNothing) {
  for (const char* sentence :
       {"Keep it up, Ben!", "Good luck!", "Hope you have a great time.", "Can't wait to see it!",
        "Let me know how it goes.", "Appreciate your support.", "Long time no see, Ben!",
        "Way to go, hard work's paying off!", "Talk to you later!", "No worries!", "Hope you're doing good",
        "Your support means a lot to me.", "Check it out!", "I have faith in you!"}) {
    EXPECT_TRUE(reacts(sentence)) << sentence;
  }
}

TEST(Reaction, WhatSomebodyTellsIsNone) {
  for (const char* sentence :
       {"Wow, Anna, I just got promoted.", "That's great, my sister lives in Lisbon too.", "Yeah, I adopted a puppy.",
        "Thanks! We moved to Porto in May.", "It's a tough job and I quit it.",
        "You can use the staging database for tests.", "I love hiking.", "That was 3 years ago.",
        "No, the meeting is on Friday.", "Your flight leaves from Gate B7.", "I hope to open a bakery.",
        "It's the Pixel that broke.", "Piranesi.", "Passed!", "Keep it to a page.", "I always run on Sundays.",
        "I have a sister.", "Check the logs before you deploy."}) {
    EXPECT_FALSE(reacts(sentence)) << sentence;
  }
}

}  // namespace
}  // namespace holdfast::memory
