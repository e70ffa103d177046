#include "memory/profile/profile_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory/profile/message_cues.h"
#include "memory/recall/testing.h"

namespace holdfast::memory {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::keep;
using testing::say;
using testing::World;

std::uint32_t flags_of(const World& world, const Message& message) {
  return world.index.messages().features(*world.index.find_message(message.id)).flags;
}
bool has(const World& world, const Message& message, MessageCue cue) {
  return (flags_of(world, message) & bit(cue)) != 0;
}

TEST(ProfileIndex, ReadsCuesOfAMessage) {
  World world;
  const Message plain = say("s1", 0, Role::kAssistant, "Sounds good");
  const Message full = say("s1", 1, Role::kUser, "Yesterday I met my sister Ines in Lisbon, she ran 3 \"easy\" laps");
  const Message rule = say("s1", 2, Role::kUser, "Please always format dates as ISO when I ask about schedules");
  const Message wish = say("s1", 3, Role::kUser, "I'd rather use tabs");
  const Message question = say("s1", 4, Role::kUser, "Did it always rain?");
  for (const Message& m : {plain, full, rule, wish, question}) world.add(m);
  EXPECT_TRUE(has(world, plain, MessageCue::kReaction));
  for (const MessageCue cue :
       {MessageCue::kTime, MessageCue::kRelativeTime, MessageCue::kNumber, MessageCue::kFirstPerson,
        MessageCue::kPerson, MessageCue::kQuotation, MessageCue::kPlace, MessageCue::kPast, MessageCue::kUser}) {
    EXPECT_TRUE(has(world, full, cue)) << static_cast<int>(cue);
    EXPECT_FALSE(has(world, plain, cue)) << static_cast<int>(cue);
  }
  EXPECT_TRUE(has(world, rule, MessageCue::kPreference));
  EXPECT_TRUE(has(world, rule, MessageCue::kStandingRule));
  EXPECT_TRUE(has(world, wish, MessageCue::kPreference));
  EXPECT_FALSE(has(world, wish, MessageCue::kStandingRule));
  EXPECT_FALSE(has(world, question, MessageCue::kPreference));
  EXPECT_TRUE(has(world, question, MessageCue::kEndsAsQuestion));
  EXPECT_EQ(world.index.messages().features(*world.index.find_message(full.id)).counts[kCapitals], 2);
}

TEST(ProfileIndex, CuesOfNeighboursFollowEveryChange) {
  World world;
  const Message ask = say("s1", 1, Role::kAssistant, "What is it called?");
  const Message reply = say("s1", 2, Role::kUser, "Bruno");
  world.add(reply);
  EXPECT_TRUE(has(world, reply, MessageCue::kFirstOfSession));
  EXPECT_FALSE(has(world, reply, MessageCue::kOtherJustAsked));
  world.add(ask);
  EXPECT_FALSE(has(world, reply, MessageCue::kFirstOfSession));
  EXPECT_TRUE(has(world, reply, MessageCue::kOtherJustAsked));
  world.remove_message(ask.id);
  EXPECT_TRUE(has(world, reply, MessageCue::kFirstOfSession));
  EXPECT_FALSE(has(world, reply, MessageCue::kOtherJustAsked));
}

TEST(ProfileIndex, SpeakersByAnyWordOfTheirName) {
  World world;
  world.add(say("s1", 0, Role::kUser, "Hi", "2026-03-02T10:00:00Z", "Ana Lúcia Prado"));
  world.add(say("s1", 1, Role::kUser, "Tomás: hello"));
  world.add(say("s1", 2, Role::kUser, "see https://example.com"));
  EXPECT_EQ(world.index.speakers_named("lucia").size(), 1U);
  EXPECT_EQ(world.index.speakers_named("prado"), world.index.speakers_named("ana"));
  EXPECT_EQ(world.index.speakers_named("tomas").size(), 1U);
  EXPECT_THAT(world.index.speakers_named("https"), IsEmpty());
  EXPECT_THAT(world.index.speakers_named("user"), IsEmpty());
}

TEST(ProfileIndex, LabelsAreShortAndCapitalised) {
  EXPECT_EQ(speaker_label("Anna: hello"), "Anna");
  EXPECT_EQ(speaker_label("Anna de Vries: hello"), "Anna de Vries");
  EXPECT_EQ(speaker_label("note: hello"), "");
  EXPECT_EQ(speaker_label("See http://x"), "");
  EXPECT_EQ(speaker_label("I have one question for you all: why"), "");
  EXPECT_EQ(speaker_label(""), "");
}

TEST(ProfileIndex, TellsChatsFromDialogues) {
  World world;
  for (std::int64_t i = 0; i < 20; ++i) {
    world.add(say("dialogue", i, i % 2 == 0 ? Role::kUser : Role::kAssistant, "turn number " + std::to_string(i)));
    const std::string page = std::to_string(i) + std::string(i % 2 == 0 ? 40 : 2'000, 'x');
    world.add(say("chat", i, i % 2 == 0 ? Role::kUser : Role::kAssistant, page));
  }
  EXPECT_LT(world.index.length_ratio(0), .8);
  EXPECT_GT(world.index.length_ratio(1), 2);
}

TEST(ProfileIndex, ReplacedAndDeletedRowsLeaveNothingBehind) {
  World world;
  Memory memory = keep(MemoryType::kFact, "Drives a Volvo", nullptr, "car");
  world.add(memory);
  world.add(memory);
  EXPECT_EQ(world.index.memories().size(), 1U);
  memory.superseded_by = Id::from_digest(sha256("x"));
  world.add(memory);
  EXPECT_TRUE(world.index.memory_at(*world.index.find_memory(memory.id)).superseded);
  EXPECT_EQ(world.index.topics().size(), 1U);
  world.remove_memory(memory.id);
  EXPECT_EQ(world.index.memories().size(), 0U);
  EXPECT_EQ(world.index.topics().size(), 0U);
  EXPECT_FALSE(world.index.find_memory(memory.id));

  const Message message = say("s1", 0, Role::kUser, "hello there");
  world.add(message);
  world.add(message);
  EXPECT_EQ(world.index.messages().size(), 1U);
  world.remove_message(message.id);
  world.remove_message(message.id);
  EXPECT_EQ(world.index.messages().size(), 0U);
  EXPECT_GT(world.index.bytes(), 0U);
}

TEST(TopicIndex, WordsOfAKeyAreStemmedAndTheOwnerLeftOut) {
  EXPECT_THAT(topic_terms("user/package_manager"), ElementsAre("packag", "manag"));
  EXPECT_THAT(topic_terms("user"), IsEmpty());
}

}  // namespace
}  // namespace holdfast::memory
