#include "memory/recall/evidence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory/recall/testing.h"

namespace holdfast::memory {
namespace {

using testing::say;
using testing::World;

TEST(Evidence, OfTwoSpeakersWhoAreNamedTheFirstCountsMore) {
  World world;
  const std::string text = "the ferry leaves at noon";
  std::vector<Message> messages;
  for (const std::string name : {"Anna", "Ben", "Carl"}) {
    messages.push_back(say("s-" + name, 0, Role::kUser, text, "2026-03-02T10:00:00Z", name));
    world.add(messages.back());
  }
  const auto scores_of = [&](const std::string& question) {
    const Evidence evidence = testing::asked(world, question).evidence;
    std::vector<float> scores;
    for (const Message& message : messages) scores.push_back(evidence.scores[*world.index.find_message(message.id)]);
    return scores;
  };
  const std::vector<float> told = scores_of("What did Anna tell Ben about the ferry?");
  EXPECT_GT(told[0], told[1]);
  EXPECT_GT(told[1], told[2]);
  const std::vector<float> heard = scores_of("What did Ben tell Anna about the ferry?");
  EXPECT_GT(heard[1], heard[0]);
  const std::vector<float> alone = scores_of("What did Ben say about the ferry?");
  EXPECT_EQ(alone[0], alone[2]);
}

}  // namespace
}  // namespace holdfast::memory
