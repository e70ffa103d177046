#include "memory/recall/overview.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory/recall/query_vectors.h"
#include "memory/recall/testing.h"
#include "memory/vectors/encoder_testing.h"
#include "memory/vectors/packed.h"

namespace holdfast::memory {
namespace {

using testing::ask;
using ::testing::ElementsAre;
using testing::say;
using testing::World;

struct Told {
  World world;
  std::vector<search::DocId> docs;

  search::DocId say_in(const std::string& session, std::int64_t place, Role role, const std::string& text) {
    const Message message = say(session, place, role, text);
    world.add(message);
    return *world.index.find_message(message.id);
  }
  [[nodiscard]] std::vector<search::DocId> picks(const std::string& question, const std::vector<float>& scores) const {
    return overview(world.index, ask(world, question), scores, 40);
  }
};

TEST(Overview, TakesWhatTheUserBroughtUpFromEverySession) {
  Told told;
  const auto garden = told.say_in("s1", 0, Role::kUser, "I want a garden with roses");
  const auto reply = told.say_in("s1", 1, Role::kAssistant, "Roses like sun and a deep soil");
  const auto soil = told.say_in("s1", 2, Role::kUser, "Which soil do the roses of the garden need");
  const auto pests = told.say_in("s2", 0, Role::kUser, "There are greenflies on the roses of my garden");
  std::vector<float> scores(told.world.index.messages().end_doc());
  scores[garden] = 5;
  scores[reply] = 4;
  scores[soil] = 4.6f;
  scores[pests] = 4.2f;
  EXPECT_THAT(told.picks("In what order did I bring up things about my garden?", scores),
              ElementsAre(garden, pests, soil))
      << "another session before more of the same, and no replies where the order is asked for";
  EXPECT_THAT(told.picks("Summarize what we said about my garden", scores), ElementsAre(garden, reply, pests, soil))
      << "a reply behind its message";
}

TEST(Overview, OfMessagesAlikeTheEarlierInItsSessionGoesFirst) {
  Told told;
  told.say_in("s1", 0, Role::kUser, "Good morning");
  told.say_in("s1", 1, Role::kUser, "How are you");
  told.say_in("s1", 2, Role::kUser, "A question first");
  const auto late = told.say_in("s1", 3, Role::kUser, "The roses of the garden");
  const auto early = told.say_in("s2", 0, Role::kUser, "The roses of the garden again");
  std::vector<float> scores(told.world.index.messages().end_doc(), kNoEvidence);
  scores[late] = 1;
  scores[early] = 1;
  EXPECT_THAT(told.picks("Give me an overview of my garden", scores), ElementsAre(early, late));
}

TEST(Overview, GoesByTheVectorsOfItsTopicAlone) {
  Told told;
  const HashEncoder encoder;
  told.world.index.want_vectors({.model = std::string(encoder.model()), .dimensions = encoder.dimensions()});
  const auto wish = told.say_in("s1", 0, Role::kUser, "Give an overview please of all our conversations so far");
  const auto roses = told.say_in("s2", 0, Role::kUser, "greenflies eat roses garden");
  const auto other = told.say_in("s3", 0, Role::kUser, "sunday dinner with aunt Emma");
  const auto add_vectors = [&](search::DocId doc, std::string_view text) {
    auto encoded = run_here(encoder.encode({{.text = std::string(text), .context = {}, .tokens = true}}));
    MessageVectors vectors{.pieces = {search::quantise(encoded->front().pooled)}, .contextual = {}, .codes = {}};
    told.world.index.vectors({.key = {OwnerKind::kMessage, told.world.index.message_at(doc)},
                              .model = std::string(encoder.model()),
                              .data = pack(vectors)});
  };
  add_vectors(wish, "Give an overview please of all our conversations so far");
  add_vectors(roses, "greenflies eat roses garden");
  add_vectors(other, "sunday dinner with aunt Emma");
  const std::vector<float> scores(told.world.index.messages().end_doc());
  AnalysedQuery query = ask(told.world, "Give an overview please of all our conversations of greenflies so far");
  query.vectors = run_here(encode_query(encoder, query));
  EXPECT_EQ(query.vectors->topic.text, "greenflies");
  EXPECT_THAT(overview(told.world.index, query, scores, 1), ElementsAre(roses))
      << "not the message that is worded like the wish";
}

}  // namespace
}  // namespace holdfast::memory
