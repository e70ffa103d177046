#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory/recall/channels/full_text.h"
#include "memory/recall/channels/messages.h"
#include "memory/recall/channels/topic_key.h"
#include "memory/recall/testing.h"

namespace holdfast::memory {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::keep;
using testing::say;
using testing::World;

std::vector<Id> ids(const RankedHits& hits) {
  std::vector<Id> out;
  for (const auto& hit : hits) out.push_back(hit.key.id);
  return out;
}

std::vector<Id> find(const Channel& channel, const World& world, const std::string& question) {
  const testing::Asked a = testing::asked(world, question);
  return ids(channel.run(a.view(), a.query, 40));
}

TEST(FullTextChannel, FindsByWordsAndSynonymsAndSaysNothingElse) {
  World world;
  const Memory flat = keep(MemoryType::kFact, "Ines rents an apartment in Porto");
  const Memory dog = keep(MemoryType::kFact, "The dog is called Bruno");
  world.add(flat);
  world.add(dog);
  EXPECT_THAT(find(FullTextChannel(), world, "What is the dog called?"), ElementsAre(dog.id));
  EXPECT_THAT(find(FullTextChannel(), world, "Where is the flat of Ines?"), ElementsAre(flat.id));
  EXPECT_THAT(find(FullTextChannel(), world, "Which telescope?"), IsEmpty());
}

TEST(FullTextChannel, SupersededOnlyForThePastAndTiesToTheNewer) {
  World world;
  const Memory fresh = keep(MemoryType::kFact, "The office is in Ghent", nullptr, "office", "2026-05-01");
  Memory old = keep(MemoryType::kFact, "The office is in Bruges", nullptr, "office", "2026-01-01");
  old.superseded_by = fresh.id;
  world.add(old);
  world.add(fresh);
  EXPECT_THAT(find(FullTextChannel(), world, "Where is the office?"), ElementsAre(fresh.id));
  EXPECT_THAT(find(FullTextChannel(), world, "Where was the office before?"), ElementsAre(fresh.id, old.id));
}

TEST(FullTextChannel, KeywordsAndQueriesAreSearchedToo) {
  World world;
  Memory memory = keep(MemoryType::kFact, "Uses pnpm for everything");
  memory.queries = {"Which package manager is used?"};
  memory.keywords = {"javascript"};
  world.add(memory);
  EXPECT_THAT(find(FullTextChannel(), world, "What package manager?"), ElementsAre(memory.id));
  EXPECT_THAT(find(FullTextChannel(), world, "Anything about javascript?"), ElementsAre(memory.id));
}

TEST(TopicKeyChannel, AKeyMustBeSaidNearlyInFull) {
  World world;
  const Memory manager = keep(MemoryType::kFact, "pnpm it is", nullptr, "package manager");
  const Memory window = keep(MemoryType::kFact, "Sway since May", nullptr, "window manager");
  world.add(manager);
  world.add(window);
  EXPECT_THAT(find(TopicKeyChannel(), world, "Which package managers do we use?"), ElementsAre(manager.id));
  EXPECT_THAT(find(TopicKeyChannel(), world, "Who is her manager?"), IsEmpty());
}

TEST(TopicKeyChannel, TheCurrentVersionFirstOldOnesForThePastOnly) {
  World world;
  const Memory fresh = keep(MemoryType::kInstruction, "Switched to Yarn", nullptr, "package manager", "2026-05-01");
  Memory old = keep(MemoryType::kInstruction, "Use pnpm, not npm", nullptr, "package manager", "2026-01-01");
  old.superseded_by = fresh.id;
  world.add(fresh);
  world.add(old);
  EXPECT_THAT(find(TopicKeyChannel(), world, "What package manager does the user prefer?"), ElementsAre(fresh.id));
  EXPECT_THAT(find(TopicKeyChannel(), world, "What was the package manager originally?"),
              ElementsAre(fresh.id, old.id));
  world.remove_memory(fresh.id);
  EXPECT_THAT(find(TopicKeyChannel(), world, "What package manager does the user prefer?"), IsEmpty());
}

TEST(TopicKeyChannel, WhoSpeaksIsNoTopic) {
  World world;
  const Message paints = say("s1", 0, Role::kUser, "Painting is what I am", "2026-03-02T10:00:00Z", "Melanie");
  const Message turtles =
      say("s1", 1, Role::kUser, "My turtles are called Ping and Pong", "2026-03-02T10:00:00Z", "Melanie");
  for (const Message& message : {paints, turtles}) world.add(message);
  const Memory person = keep(MemoryType::kFact, "Painting is what Melanie is", &paints, "melanie");
  const Memory pets = keep(MemoryType::kFact, "Melanie's turtles are called Ping and Pong", &turtles, "melanie turtle");
  world.add(person);
  world.add(pets);
  EXPECT_THAT(find(TopicKeyChannel(), world, "What is Melanie painting?"), IsEmpty());
  EXPECT_THAT(find(TopicKeyChannel(), world, "What are the names of Melanie's turtles?"), ElementsAre(pets.id));
}

TEST(MessagesChannel, TheTurnAfterAQuestionAnswersIt) {
  World world;
  const Message filler = say("s1", 0, Role::kUser, "Good morning everyone");
  const Message question = say("s1", 1, Role::kAssistant, "Where did you buy the telescope?");
  const Message answer = say("s1", 2, Role::kUser, "At the flea market in Lyon, for 40 euros");
  const Message other = say("s2", 0, Role::kUser, "The soup was too salty", "2026-03-05T09:00:00Z");
  for (const Message& message : {filler, question, answer, other}) world.add(message);
  const std::vector<Id> found = find(MessagesChannel(), world, "Where did the user buy the telescope?");
  ASSERT_GE(found.size(), 2U);
  EXPECT_EQ(std::ranges::count(found, other.id), 0);
  EXPECT_TRUE(found[0] == answer.id || found[1] == answer.id);
}

TEST(MessagesChannel, PrefersTheSpeakerTheQuestionNames) {
  World world;
  std::vector<Message> said;
  for (std::int64_t i = 0; i < 12; ++i) {
    const bool anna = i % 2 == 0;
    const std::string content = "I tried number " + std::to_string(i) + " of the climbing routes";
    said.push_back(
        say("s1", i, anna ? Role::kUser : Role::kAssistant, content, "2026-03-02T10:00:00Z", anna ? "Anna" : "Ben"));
    world.add(said.back());
  }
  const testing::Asked a = testing::asked(world, "Which climbing routes did Ben try?");
  const RankedHits hits = MessagesChannel().run(a.view(), a.query, 6);
  ASSERT_EQ(hits.size(), 6U);
  for (const auto& hit : hits) {
    const auto message = std::ranges::find(said, hit.key.id, &Message::id);
    EXPECT_EQ(message->name, "Ben");
  }
}

TEST(MessagesChannel, PrefersTheMonthTheQuestionNames) {
  World world;
  const Message march = say("s1", 0, Role::kUser, "Went to a concert with Mia", "2026-03-10T10:00:00Z");
  const Message may = say("s2", 0, Role::kUser, "Went to a concert with Mia again", "2026-05-10T10:00:00Z");
  const Message june = say("s3", 0, Role::kUser, "Went to a concert with Mia once more", "2026-06-10T10:00:00Z");
  for (const Message& message : {march, may, june}) world.add(message);
  EXPECT_EQ(find(MessagesChannel(), world, "Which concert was in May 2026?").front(), may.id);
  EXPECT_EQ(find(MessagesChannel(), world, "Which concert was in March?").front(), march.id);
}

TEST(MessagesChannel, InAChatTheUsersOwnWordsComeBeforeThePagesOfTheAssistant) {
  World world;
  std::vector<Message> said;
  std::string page;
  for (int i = 0; i < 60; ++i) page += "A compost heap wants air and water and brown matter. ";
  for (std::int64_t i = 0; i < 20; i += 2) {
    said.push_back(say("s1", i, Role::kUser, "My compost heap number " + std::to_string(i) + " smells"));
    said.push_back(say("s1", i + 1, Role::kAssistant, std::to_string(i) + " " + page));
    world.add(said[static_cast<std::size_t>(i)]);
    world.add(said[static_cast<std::size_t>(i) + 1]);
  }
  EXPECT_GT(world.index.length_ratio(0), 2);
  const std::vector<Id> found = find(MessagesChannel(), world, "What about my compost heap?");
  ASSERT_GE(found.size(), 5U);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(std::ranges::find(said, found[i], &Message::id)->role, Role::kUser);
}

TEST(MessagesChannel, FindsChineseByPairsOfCharacters) {
  World world;
  const Message weather = say("s1", 0, Role::kUser, "我住在东京附近");
  const Message food = say("s1", 1, Role::kAssistant, "拉面很好吃");
  world.add(weather);
  world.add(food);
  EXPECT_EQ(find(MessagesChannel(), world, "东京").front(), weather.id);
}

TEST(MessagesChannel, ForgottenMessagesAreGone) {
  World world;
  const Message secret = say("s1", 0, Role::kUser, "The telescope is in the attic");
  const Message other = say("s1", 1, Role::kAssistant, "The telescope, noted");
  world.add(secret);
  world.add(other);
  world.remove_message(secret.id);
  EXPECT_THAT(find(MessagesChannel(), world, "Where is the telescope?"), ElementsAre(other.id));
}

}  // namespace
}  // namespace holdfast::memory
