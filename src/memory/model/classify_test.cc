#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory/ingest/topic_key.h"
#include "memory/model/model_testing.h"

namespace holdfast::memory {
namespace {

using namespace model_testing;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const Transcript& said() {
  static const Transcript kSaid = transcript_of({say("The project moved to pnpm. Priya presents on 2026-03-06.")});
  return kSaid;
}

boost::json::object filed(int candidate, std::string_view type, std::string_view topic, std::string_view summary,
                          boost::json::array keywords, boost::json::array queries) {
  return {{"candidate", candidate}, {"type", type},         {"topic", topic},
          {"summary", summary},     {"keywords", keywords}, {"queries", queries}};
}

std::vector<NewMemory> classify(const World& world, const FakeChat& chat, std::vector<Candidate> candidates,
                                std::vector<std::string> known = {}) {
  const auto stage = model_classifier(chat, builtin_classifier(), world.options);
  auto found = run_here(stage->classify(world.context, "s", std::move(candidates), known));
  EXPECT_TRUE(found);
  return found ? *std::move(found) : std::vector<NewMemory>{};
}

TEST(ModelClassify, TakesWhatTheModelFiles) {
  const World world;
  const FakeChat chat({memories({filed(2, "event", "demo day", "Priya presents.", {"Talk", "priya"}, {"Who presents?"}),
                                 filed(1, "fact", "Package  managers", "Now on pnpm.", {"pnpm", "npm"},
                                       {"Which package manager?", "What is used?", "What about pnpm?"})})});
  const auto found = classify(world, chat,
                              {candidate_of(said(), "The project moved to pnpm.", {0}),
                               candidate_of(said(), "Priya presents on 2026-03-06.", {0}, MemoryType::kEvent)},
                              {"package manager", "unrelated thing"});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].memory.topic_key, "package manager");
  EXPECT_FALSE(found[0].guessed_topic);
  EXPECT_EQ(found[0].memory.summary, "Now on pnpm.");
  EXPECT_THAT(found[0].memory.keywords, ElementsAre("pnpm", "npm"));
  EXPECT_THAT(found[0].memory.queries, SizeIs(3));
  EXPECT_EQ(found[1].memory.type, MemoryType::kEvent);
  EXPECT_EQ(found[1].memory.topic_key, "");
  EXPECT_THAT(found[1].memory.keywords, ElementsAre("talk", "priya"));
  EXPECT_THAT(found[1].memory.queries, SizeIs(::testing::Ge(3)));
  EXPECT_EQ(found[1].memory.queries.front(), "Who presents?");
}

TEST(ModelClassify, ShowsTheTopicsThatAreNear) {
  const World world;
  const FakeChat chat({memories({})});
  (void)classify(world, chat, {candidate_of(said(), "The package manager is pnpm.", {0})},
                 {"package manager", "anna employer"});
  EXPECT_THAT(chat.asked(), HasSubstr("<topics>\npackage manager\n</topics>"));
}

TEST(ModelClassify, TheModelsTopicIsNoGuessUnlessOneMessageHasItTwice) {
  const World world;
  const std::string reply =
      memories({filed(1, "fact", "demo presenter", "", {}, {}), filed(2, "fact", "demo presenter", "", {}, {})});
  const FakeChat chat({reply});
  const auto found = classify(world, chat, {candidate_of(said(), "Priya presents the demo.", {0})});
  EXPECT_EQ(found.at(0).memory.topic_key, "demo presenter");
  EXPECT_FALSE(found.at(0).guessed_topic);

  const FakeChat twice({reply});
  for (const NewMemory& one : classify(world, twice,
                                       {candidate_of(said(), "Priya presents the demo.", {0}),
                                        candidate_of(said(), "Priya presents the project.", {0})}))
    EXPECT_TRUE(one.guessed_topic);
}

TEST(ModelClassify, WhatIsInventedOrMissingIsTheBuiltinOnes) {
  World world;
  const Candidate candidate = candidate_of(said(), "The project moved to pnpm.", {0});
  const NewMemory builtin = run_here(builtin_classifier()->classify({}, "s", {candidate}, {}))->front();
  const FakeChat chat({memories({filed(1, "instruction", "one two three four five six seven", "Moved to Yarn 4.",
                                       {"2031"}, {"Why did Oskar choose 17 tools?"})})});
  const NewMemory found = classify(world, chat, {candidate}).at(0);
  EXPECT_EQ(found.memory.type, builtin.memory.type);
  EXPECT_EQ(found.memory.topic_key, builtin.memory.topic_key);
  EXPECT_EQ(found.memory.summary, builtin.memory.summary);
  EXPECT_EQ(found.memory.keywords, builtin.memory.keywords);
  EXPECT_EQ(found.memory.queries, builtin.memory.queries);

  const FakeChat silent;
  EXPECT_EQ(classify(world, silent, {candidate}).at(0).memory, builtin.memory);
  EXPECT_THAT(world.listener.fallbacks, ElementsAre("classify: unreachable"));
}

TEST(ModelClassify, WhatIsRememberedExplicitlyMayBeARule) {
  const World world;
  const FakeChat chat({memories({filed(1, "instruction", "", "", {}, {})})});
  Candidate candidate;
  candidate.content = "Answer in French.";
  EXPECT_EQ(classify(world, chat, {candidate}).at(0).memory.type, MemoryType::kInstruction);
}

TEST(ModelClassify, BatchesKeepTheirOrder) {
  const World world;
  FakeChat chat;
  chat.answer = [](const models::ChatRequest& request) -> Result<models::ChatReply> {
    const std::string& text = request.messages[1].content;
    std::vector<boost::json::object> items;
    for (int i = 1; text.find("\n" + std::to_string(i) + ". (") != std::string::npos; ++i)
      items.push_back(filed(i, "fact", "", "", {i == 1 ? "first" : "later"}, {}));
    return models::ChatReply{.text = memories(items), .model = "f", .usage = {}};
  };
  std::vector<Candidate> candidates(25, candidate_of(said(), "The project moved to pnpm.", {0}));
  const auto found = classify(world, chat, candidates);
  EXPECT_EQ(chat.requests().size(), 3U);
  ASSERT_EQ(found.size(), 25U);
  for (std::size_t i = 0; i < found.size(); ++i)
    EXPECT_THAT(found[i].memory.keywords, ElementsAre(i % 12 == 0 ? "first" : "later")) << i;
}

TEST(ModelClassify, KeysAreNormalised) {
  EXPECT_EQ(normalised_topic_key("Memory limits (prod)"), "memory limit production");
  EXPECT_EQ(normalised_topic_key("the package manager"), "package manager");
  EXPECT_EQ(normalised_topic_key("2026"), "");
  EXPECT_EQ(normalised_topic_key("src/main.cc"), "");
  EXPECT_EQ(normalised_topic_key("favourite kind of dark rye bread from town"), "");
  EXPECT_EQ(normalised_topic_key(""), "");
}

}  // namespace
}  // namespace holdfast::memory
