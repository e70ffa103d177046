#include "memory/ingest/surroundings.h"

#include <gtest/gtest.h>

#include "memory/ingest/body.h"
#include "memory/ingest/ingest_testing.h"

namespace holdfast::memory {
namespace {

using ingest_testing::reply;
using ingest_testing::say;

Surroundings around(std::vector<Message> messages, std::size_t at) {
  for (std::size_t i = 0; i < messages.size(); ++i) messages[i].position = static_cast<std::int64_t>(i);
  const Transcript transcript = make_transcript("s", std::move(messages), {});
  return surroundings_of(transcript, at, units_of(body_of(transcript.messages[at]).text));
}

TEST(Surroundings, AMessageAloneHasNone) {
  const Surroundings alone = around({say("The staging database listens on port 5433.")}, 0);
  EXPECT_EQ(alone.position, 0U);
  EXPECT_EQ(alone.units, 1U);
  EXPECT_FALSE(alone.after_machine || alone.after_person || alone.after_question);
  EXPECT_FALSE(alone.answered || alone.acknowledged || alone.short_answer || alone.long_answer);
}

TEST(Surroundings, SeesTheAnswerTakeNote) {
  const Surroundings noted =
      around({say("The staging database listens on port 5433."), reply("Noted, port 5433 it is.")}, 0);
  EXPECT_TRUE(noted.answered);
  EXPECT_TRUE(noted.acknowledged);
  EXPECT_TRUE(noted.short_answer);
  EXPECT_TRUE(noted.same_number);
  EXPECT_FALSE(noted.asked_back);
  const Surroundings doubted =
      around({say("The staging database listens on port 5433."), reply("Is that the one in Berlin?")}, 0);
  EXPECT_FALSE(doubted.acknowledged);
  EXPECT_FALSE(doubted.same_number);
  EXPECT_TRUE(doubted.asked_back);
}

TEST(Surroundings, SeesWhoAskedBefore) {
  const Surroundings asked = around({reply("Which port does it use?"), say("It listens on port 5433.")}, 1);
  EXPECT_TRUE(asked.after_machine);
  EXPECT_TRUE(asked.after_question);
  EXPECT_FALSE(asked.after_person);
  const Surroundings told =
      around({say("I am off.", "2026-03-02T09:00:00Z", Role::kUser, "Ada"),
              say("The database listens on port 5433.", "2026-03-02T09:01:00Z", Role::kUser, "Bo")},
             1);
  EXPECT_TRUE(told.after_person);
  EXPECT_TRUE(told.named);
  EXPECT_FALSE(told.after_question);
}

TEST(Surroundings, ANextMessageOfAPersonIsNoAnswer) {
  EXPECT_FALSE(around({say("The database listens on port 5433."), say("Noted.")}, 0).answered);
}

}  // namespace
}  // namespace holdfast::memory
