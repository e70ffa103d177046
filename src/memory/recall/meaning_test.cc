#include "memory/recall/meaning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory/recall/query_vectors.h"
#include "memory/recall/testing.h"
#include "memory/vectors/encoder_testing.h"
#include "memory/vectors/packed.h"

namespace holdfast::memory {
namespace {

using testing::say;
using testing::World;

class MeaningOfNames : public ::testing::Test {
 protected:
  MeaningOfNames() {
    world_.index.want_vectors({.model = std::string(encoder_.model()), .dimensions = encoder_.dimensions()});
  }
  search::DocId add(Role role, const std::string& text) {
    const Message message = say("s1", place_++, role, text);
    world_.add(message);
    auto encoded = run_here(encoder_.encode({{.text = text, .context = {}, .tokens = true}}));
    const MessageVectors vectors{.pieces = {search::quantise(encoded->front().pooled)}, .contextual = {}, .codes = {}};
    world_.index.vectors(
        {.key = {OwnerKind::kMessage, message.id}, .model = std::string(encoder_.model()), .data = pack(vectors)});
    return *world_.index.find_message(message.id);
  }
  Meaning asked(const std::string& question) {
    AnalysedQuery query = testing::ask(world_, question);
    query.vectors = run_here(encode_query(encoder_, query));
    return meaning_of(world_.index, query);
  }

  HashEncoder encoder_;
  World world_;
  std::int64_t place_ = 0;
};

TEST_F(MeaningOfNames, WhoSpeaksIsNoPartOfWhatIsLookedFor) {
  add(Role::kUser, "Anna: the bicycle is red");
  const search::DocId calls = add(Role::kAssistant, "Ben: come here Anna");
  const Meaning named = asked("What did Anna repair");
  const Meaning nobody = asked("What did repair");
  EXPECT_NEAR(named.own[calls], nobody.own[calls], .01) << "Anna speaks here: that her name is called says nothing";
}

TEST_F(MeaningOfNames, OthersArePartOfIt) {
  add(Role::kUser, "Anna: the bicycle is red");
  const search::DocId about = add(Role::kAssistant, "Ben: come here Zoe");
  EXPECT_GT(asked("What did Zoe repair").own[about], asked("What did repair").own[about] + .1);
}

TEST_F(MeaningOfNames, AQuestionOfNothingButANameKeepsIt) {
  const search::DocId calls = add(Role::kUser, "Anna: come here Anna");
  const search::DocId other = add(Role::kAssistant, "Ben: it will rain");
  const Meaning meaning = asked("Anna");
  EXPECT_GT(meaning.own[calls], meaning.own[other]);
}

}  // namespace
}  // namespace holdfast::memory
