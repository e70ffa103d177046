#include "memory/recall/fuse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory/recall/testing.h"
#include "memory/recall/weights.h"

namespace holdfast::memory {
namespace {

using testing::keep;
using testing::say;
using testing::World;
using Kind = RecallCandidate::Kind;

RankedHits memories(std::initializer_list<Memory> list) {
  RankedHits hits;
  for (const Memory& memory : list) hits.push_back({.key = {Kind::kMemory, memory.id}, .score = 1});
  return hits;
}
RankedHits messages(std::initializer_list<Message> list) {
  RankedHits hits;
  for (const Message& message : list) hits.push_back({.key = {Kind::kMessage, message.id}, .score = 1});
  return hits;
}

std::vector<FusedCandidate> fuse(const World& world, std::vector<ChannelRun> runs, const std::string& question = "x") {
  const testing::Asked a = testing::asked(world, question);
  return fuse_channels(a.view(), a.query, runs, 10);
}

TEST(Fuse, OfEqualsTopicKeysWeighMostMessagesLeast) {
  EXPECT_GT(weights::kTopicKeyWeight, weights::kFullTextWeight);
  EXPECT_GT(weights::kTopicKeyWeight, weights::kMessagesWeight);
  World world;
  const Memory by_key = keep(MemoryType::kFact, "by key");
  const Memory by_text = keep(MemoryType::kFact, "by text");
  const Message raw = say("s1", 0, Role::kUser, "raw");
  world.add(by_key);
  world.add(by_text);
  world.add(raw);
  const auto fused = fuse(world, {{"messages", weights::kMessagesWeight, messages({raw})},
                                  {"full_text", weights::kFullTextWeight, memories({by_text})},
                                  {"topic_key", weights::kTopicKeyWeight, memories({by_key}), false}});
  ASSERT_EQ(fused.size(), 3U);
  EXPECT_EQ(fused[0].key.id, by_key.id);
  EXPECT_EQ(fused[1].key.id, by_text.id);
  EXPECT_EQ(fused[2].key.id, raw.id);
  EXPECT_EQ(fused[2].key.kind, Kind::kMessage);
  ASSERT_EQ(fused[0].channels.size(), 1U);
  EXPECT_EQ(fused[0].channels[0].channel, "topic_key");
  EXPECT_EQ(fused[0].channels[0].rank, 1U);
  EXPECT_EQ(fused[0].channels[0].weight, weights::kTopicKeyWeight);
}

TEST(Fuse, ACoveredMessageLiftsItsMemoryAndIsNoCandidate) {
  World world;
  const Message source = say("s1", 0, Role::kUser, "I keep bees and I sail");
  const Memory bees = keep(MemoryType::kFact, "Keeps bees", &source);
  const Memory sails = keep(MemoryType::kFact, "Sails", &source);
  const Message elsewhere = say("s1", 1, Role::kUser, "Something else");
  const Memory other = keep(MemoryType::kFact, "Something else", &elsewhere);
  world.add(source);
  world.add(elsewhere);
  for (const Memory& memory : {bees, sails, other}) world.add(memory);
  const auto fused = fuse(world, {{"full_text", 1, memories({other, bees})}, {"messages", 1, messages({source})}});
  ASSERT_EQ(fused.size(), 2U);
  EXPECT_EQ(fused[0].key.id, bees.id);  // found by both; of two covering memories the one that the text found
  EXPECT_EQ(fused[0].channels.size(), 2U);
  EXPECT_EQ(fused[1].key.id, other.id);
}

TEST(Fuse, AMessageWhoseMemoryIsSupersededIsLeftOutUnlessThePastIsAskedFor) {
  World world;
  const Message before = say("s1", 0, Role::kUser, "Use pnpm, not npm", "2026-01-01");
  const Message after = say("s2", 0, Role::kUser, "We switched to Yarn", "2026-05-01");
  const Memory fresh = keep(MemoryType::kInstruction, "Switched to Yarn", &after, "package manager");
  Memory old = keep(MemoryType::kInstruction, "Use pnpm, not npm", &before, "package manager");
  old.superseded_by = fresh.id;
  world.add(before);
  world.add(after);
  world.add(old);
  world.add(fresh);
  const auto now =
      fuse(world, {{"messages", 1, messages({before, after})}}, "What package manager does the user prefer?");
  ASSERT_EQ(now.size(), 1U);
  EXPECT_EQ(now[0].key.id, fresh.id);
  const auto past = fuse(world, {{"messages", 1, messages({before, after})}}, "What did the user use before?");
  ASSERT_EQ(past.size(), 2U);
  EXPECT_EQ(past[0].key.id, fresh.id);  // the current one first, although found second
  EXPECT_EQ(past[1].key.id, old.id);
  EXPECT_LE(past[1].score, past[0].score);
}

TEST(Fuse, TasksSinkOnceTheirSessionHasEnded) {
  World world;
  const Message asked = say("s1", 0, Role::kUser, "todo", "2026-01-01");
  const Message told = say("s1", 1, Role::kUser, "fact", "2026-01-01");
  const Memory task = keep(MemoryType::kTask, "Write the migration guide", &asked);
  const Memory fact = keep(MemoryType::kFact, "The migration guide is in docs", &told);
  world.add(asked);
  world.add(told);
  world.add(task);
  world.add(fact);
  const auto running = fuse(world, {{"full_text", 1, memories({task, fact})}});
  EXPECT_EQ(running[0].key.id, task.id);
  world.add(say("s2", 0, Role::kUser, "hello again", "2026-02-01"));
  const auto ended = fuse(world, {{"full_text", 1, memories({task, fact})}});
  EXPECT_EQ(ended[0].key.id, fact.id);
}

TEST(Fuse, TiesGoToTheNewerAndTheLimitHolds) {
  World world;
  const Memory older = keep(MemoryType::kFact, "older", nullptr, "", "2026-01-01");
  const Memory newer = keep(MemoryType::kFact, "newer", nullptr, "", "2026-02-01");
  world.add(older);
  world.add(newer);
  std::vector<ChannelRun> runs = {{"a", 1, memories({older})}, {"b", 1, memories({newer})}};
  const auto fused = fuse(world, runs);
  ASSERT_EQ(fused.size(), 2U);
  EXPECT_EQ(fused[0].key.id, newer.id);
  const testing::Asked a = testing::asked(world, "x");
  EXPECT_EQ(fuse_channels(a.view(), a.query, runs, 1).size(), 1U);
}

}  // namespace
}  // namespace holdfast::memory
