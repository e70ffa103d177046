#include "memory/recall/spread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory/recall/channels/messages.h"
#include "memory/recall/question.h"
#include "memory/recall/testing.h"
#include "memory/recall/weights.h"

namespace holdfast::memory {
namespace {

using ::testing::ElementsAre;
using testing::say;
using testing::World;

struct Told {
  World world;
  std::vector<float> scores;

  search::DocId add(const std::string& session, std::int64_t place, float score) {
    const Message message = say(session, place, Role::kUser, "Message " + std::to_string(scores.size()));
    world.add(message);
    const search::DocId doc = *world.index.find_message(message.id);
    scores.resize(doc + 1);
    scores[doc] = score;
    return doc;
  }
};

TEST(Spread, AnotherSessionGoesBeforeALittleMoreOfTheSame) {
  constexpr float kStep = weights::kSpread;
  Told told;
  const auto first = told.add("s1", 0, 9);
  const auto more = told.add("s1", 1, 9 - .2f * kStep);
  const auto still = told.add("s1", 2, 9 - .3f * kStep);
  const auto other = told.add("s2", 0, 9 - kStep);
  const auto weak = told.add("s3", 0, 9 - 4 * kStep);
  std::vector<search::DocId> ranked = {first, more, still, other, weak};
  spread_over_sessions(told.world.index, told.scores, ranked);
  EXPECT_THAT(ranked, ElementsAre(first, other, more, still, weak)) << "not before what says much more";
}

TEST(Spread, ManyOfOneSessionLoseNoMoreThanAFew) {
  Told told;
  std::vector<search::DocId> ranked;
  for (std::int64_t place = 0; place < 12; ++place) ranked.push_back(told.add("s1", place, 9));
  ranked.push_back(told.add("s2", 0, 9 - 1.1f * weights::kSpread * static_cast<float>(weights::kSpreadMost)));
  const std::vector<search::DocId> before = ranked;
  spread_over_sessions(told.world.index, told.scores, ranked);
  EXPECT_EQ(ranked, before);
  std::vector<search::DocId> none;
  spread_over_sessions(told.world.index, told.scores, none);
  EXPECT_TRUE(none.empty());
}

TEST(Spread, IsForQuestionsOfSeveralThings) {
  const auto several = [](const char* text) { return asks_for_several(Question(text)); };
  for (const char* const text :
       {"Which museums has Rosa visited?", "In which countries did they work?", "What people has Tom met in the choir?",
        "What are the names of his cats?", "What kind of music does Ida play?", "Where has Tom lived?",
        "What does Rosa do in the evening?", "How many tournaments did he win?", "What do Ida and Tom have in common?",
        "Do both of them swim?", "What has she baked?"})
    EXPECT_TRUE(several(text)) << text;
  for (const char* const text :
       {"What bus did he take?", "When did Rosa move?", "What is the gate code?", "Who is his boss?",
        "How long did the trip take?", "How many weeks did the trip take?", "Which colour was the door?",
        "Where did Tom park the car?", "Why did she leave?", "Rosa's new address", ""})
    EXPECT_FALSE(several(text)) << text;
}

}  // namespace
}  // namespace holdfast::memory
