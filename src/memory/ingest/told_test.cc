#include "memory/ingest/told.h"

#include <gtest/gtest.h>

#include "memory/ingest/ingest_testing.h"

namespace holdfast::memory {
namespace {

using ingest_testing::reply;
using ingest_testing::say;

// Whether a message, after what was said before it, says the values of a statement.
bool says(std::vector<Message> messages, std::string statement) {
  for (Message& message : messages) message.id = message_id("s", message.role, message.content, message.name);
  const ToldSession told(messages);
  Memory memory;
  memory.content = std::move(statement);
  return told.says_values_of(make_comparable(memory), messages.size() - 1);
}

bool says(std::string message, std::string statement) {
  return says({say(std::move(message), "2026-03-02T09:00:00Z")}, std::move(statement));
}

TEST(ToldSession, TheSameValuesInOtherWords) {
  EXPECT_TRUE(says("book club: last monday of the month, 6 ppl, may = me, june = Saskia",
                   "Six of us meet on the last monday of the month, Saskia hosts in june"));
  EXPECT_TRUE(says("Budget is 14,500 euros, the fitter starts on 13 April",
                   "All told there are 14500 euros to spend, and the fitter begins on April 13th"));
  EXPECT_TRUE(says("release 3.0 went out yesterday", "3.0 was released on 2026-03-01"));
  EXPECT_TRUE(says("training on tue and thu, 17:00", "We train at 17:00 on tuesday and thursday (2026-03-05)"));
  EXPECT_TRUE(says("minSdk is 26", "The lowest SDK they support is 26"));
}

TEST(ToldSession, AnotherNumberDayNameOrKnownValueIsNews) {
  EXPECT_FALSE(says("Guests pay 25 euros a day", "For a guest a day costs 30 euros"));
  EXPECT_FALSE(says("Deployments are on Tuesdays", "We deploy every Wednesday"));
  EXPECT_FALSE(says("the fitter starts on 13 April", "The fitting begins on 14 April"));
  EXPECT_FALSE(says("Ragna has the keys for the crane", "The keys of the crane are with Yasmin"));
  EXPECT_FALSE(says("we install everything with npm", "All packages get installed by pnpm"));
  EXPECT_FALSE(says("the limit in staging is 2 GB", "Production has a limit of 2 GB"));
}

TEST(ToldSession, AChangeOrDenialOfItsOwnIsNews) {
  EXPECT_FALSE(says("the worktop will be oak", "They switched to another wood for the worktop"));
  EXPECT_FALSE(says("push straight to the stable branch", "Never push straight to the stable branch"));
  EXPECT_FALSE(says("I live in a flat in town", "I live in a house in town"));
  EXPECT_TRUE(says("only Beatriz gets the Polish entity", "Nobody else than Beatriz gets the Polish entity"));
}

TEST(ToldSession, AnAnswerIsReadWithItsQuestion) {
  const Message question = reply("How would you rate us, 1 to 5?");
  EXPECT_TRUE(says({question, say("a 4")}, "How would the user rate us, 1 to 5: it is a 4"));
  EXPECT_FALSE(says({question, say("a 4")}, "How would the user rate us, 1 to 5: it is a 3"));
  EXPECT_FALSE(says({say("It costs 20 euros"), say("Lunch is at noon")}, "Lunch is at noon, 20 people come"));
}

TEST(ToldSession, EachPartMustBeMet) {
  Memory memory;
  memory.content = "The crane keys are with Ragna. Molly has a torn sail.";
  const Comparable statement = make_comparable(memory);
  ASSERT_EQ(statement.parts.size(), 2U);
  Likeness keys{.known = true, .message = .7, .parts = {.8, .1}, .lowest = {.5, .05}};
  EXPECT_FALSE(meets_all_parts(statement, {&keys, 1}));
  keys.parts[1] = .6;
  EXPECT_TRUE(meets_all_parts(statement, {&keys, 1}));
}

}  // namespace
}  // namespace holdfast::memory
