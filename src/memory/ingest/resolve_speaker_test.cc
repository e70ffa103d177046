#include "memory/ingest/resolve_speaker.h"

#include <gtest/gtest.h>

namespace holdfast::memory {
namespace {

std::string of_user(std::string_view text) { return resolve_speaker(text, "").text; }

TEST(ResolveSpeaker, PutsTheUserForTheFirstPerson) {
  EXPECT_EQ(of_user("I prefer tea."), "The user prefers tea.");
  EXPECT_EQ(of_user("I'm allergic to peanuts"), "The user is allergic to peanuts");
  EXPECT_EQ(of_user("I've moved"), "The user has moved");
  EXPECT_EQ(of_user("I'll call Anna"), "The user will call Anna");
  EXPECT_EQ(of_user("I have two cats and my sister has a dog"),
            "The user has two cats and the user's sister has a dog");
  EXPECT_EQ(of_user("ask me before you push"), "ask the user before you push");
  EXPECT_EQ(of_user("I am here, but I was there"), "The user is here, but the user was there");
}

TEST(ResolveSpeaker, MakesTheVerbAgreePastAdverbsAndConjunctions) {
  EXPECT_EQ(of_user("I really don't like it"), "The user really doesn't like it");
  EXPECT_EQ(of_user("I usually go by bike"), "The user usually goes by bike");
  EXPECT_EQ(of_user("I live in Bern and work at a bank"), "The user lives in Bern and works at a bank");
  EXPECT_EQ(of_user("I study chemistry"), "The user studies chemistry");
}

TEST(ResolveSpeaker, LeavesPastAndModalVerbs) {
  EXPECT_EQ(of_user("I went home"), "The user went home");
  EXPECT_EQ(of_user("I can swim"), "The user can swim");
  EXPECT_EQ(of_user("I bought a car and love is all"), "The user bought a car and love is all");
}

TEST(ResolveSpeaker, UsesTheNameOfWhoSpeaks) {
  EXPECT_EQ(resolve_speaker("I paint, and my kids love me", "Melanie").text,
            "Melanie paints, and Melanie's kids love Melanie");
}

TEST(ResolveSpeaker, LeavesCodeQuotationsAndWe) {
  EXPECT_EQ(of_user("run `me my I`"), "run `me my I`");
  EXPECT_EQ(of_user("she said \"I am late\""), "she said \"I am late\"");
  EXPECT_EQ(of_user("We use our own runners"), "We use our own runners");
  EXPECT_FALSE(resolve_speaker("We use our own runners", "").changed);
}

TEST(ThirdPerson, FollowsTheSpelling) {
  EXPECT_EQ(third_person("go"), "goes");
  EXPECT_EQ(third_person("carry"), "carries");
  EXPECT_EQ(third_person("play"), "plays");
  EXPECT_EQ(third_person("watch"), "watches");
  EXPECT_EQ(third_person("have"), "has");
}

}  // namespace
}  // namespace holdfast::memory
