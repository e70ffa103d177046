#include "search/conversation_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace holdfast::search {
namespace {

using ::testing::ElementsAre;
using Terms = std::vector<TermId>;

DocId add(ConversationIndex& index, std::uint32_t session, std::int64_t order, const Terms& terms = {1}) {
  return index.add({.terms = terms, .session = session, .order = order, .time = order, .features = {}});
}

// The links of every session, forwards and backwards, agree with its messages.
void expect_linked(const ConversationIndex& index, std::uint32_t sessions) {
  std::size_t total = 0;
  for (std::uint32_t session = 0; session < sessions; ++session) {
    const auto messages = index.session_messages(session);
    total += messages.size();
    for (std::size_t i = 0; i < messages.size(); ++i) {
      ASSERT_TRUE(index.contains(messages[i]));
      ASSERT_EQ(index.session(messages[i]), session);
      ASSERT_EQ(index.previous(messages[i]), i == 0 ? kNoDoc : messages[i - 1]);
      ASSERT_EQ(index.next(messages[i]), i + 1 == messages.size() ? kNoDoc : messages[i + 1]);
    }
  }
  ASSERT_EQ(total, index.size());
}

TEST(ConversationIndex, KeepsNeighboursThroughInsertionAndRemoval) {
  ConversationIndex index;
  const DocId first = add(index, 0, 10);
  const DocId third = add(index, 0, 30);
  const DocId other = add(index, 3, 20);
  const DocId second = add(index, 0, 20);
  const DocId also_second = add(index, 0, 20);
  const DocId before = add(index, 0, -5);
  EXPECT_THAT(index.session_messages(0), ElementsAre(before, first, second, also_second, third));
  EXPECT_THAT(index.session_messages(3), ElementsAre(other));
  EXPECT_TRUE(index.session_messages(1).empty());
  EXPECT_TRUE(index.session_messages(99).empty());
  expect_linked(index, 4);

  EXPECT_TRUE(index.remove(second));
  EXPECT_FALSE(index.remove(second));
  EXPECT_FALSE(index.contains(second));
  EXPECT_TRUE(index.remove(before));
  EXPECT_THAT(index.session_messages(0), ElementsAre(first, also_second, third));
  EXPECT_TRUE(index.remove(third));
  EXPECT_TRUE(index.remove(other));
  EXPECT_THAT(index.session_messages(0), ElementsAre(first, also_second));
  expect_linked(index, 4);
}

TEST(ConversationIndex, KeepsLinksThroughAnyHistory) {
  std::mt19937 chance(7);
  ConversationIndex index;
  std::vector<DocId> docs;
  for (int i = 0; i < 2000; ++i) {
    if (docs.size() > 10 && chance() % 3 == 0) {
      const std::size_t at = chance() % docs.size();
      ASSERT_TRUE(index.remove(docs[at]));
      docs.erase(docs.begin() + static_cast<std::ptrdiff_t>(at));
    } else {
      docs.push_back(add(index, chance() % 5, static_cast<std::int64_t>(chance() % 100)));
    }
  }
  expect_linked(index, 5);
  EXPECT_EQ(index.size(), docs.size());
  EXPECT_EQ(index.document_frequency(1), docs.size());
}

TEST(ConversationIndex, CountsMessagesOfATermOnceHoweverManyPieces) {
  ConversationIndex index;
  add(index, 0, 1, Terms(500, 7));
  const DocId second = add(index, 0, 2, {7, 8});
  EXPECT_EQ(index.document_frequency(7), 2u);
  index.remove(second);
  EXPECT_EQ(index.document_frequency(7), 1u);
  EXPECT_EQ(index.document_frequency(8), 0u);
  EXPECT_EQ(index.document_frequency(4'000'000'000u), 0u);
}

TEST(ConversationIndex, CostsLittleWhenSmallAndGivesBackWhatIsRemoved) {
  std::mt19937 chance(3);
  const auto text = [&chance](std::uint32_t vocabulary) {
    Terms terms(25);
    for (TermId& term : terms) term = static_cast<TermId>(chance() % vocabulary);
    return terms;
  };
  ConversationIndex index;
  for (int i = 0; i < 10; ++i) add(index, 0, i, text(200));
  EXPECT_LT(index.bytes(), 12u << 10);

  for (int i = 0; i < 5000; ++i) add(index, static_cast<std::uint32_t>(i / 20), i, text(2000));
  const std::size_t loaded = index.bytes();
  index.shrink_to_fit();
  const std::size_t full = index.bytes();
  EXPECT_LT(full, loaded);
  EXPECT_LT(full, 5010u * 500);
  for (DocId doc = 0; doc < 5000; ++doc) index.remove(doc);
  index.shrink_to_fit();
  EXPECT_LT(index.bytes(), full / 2);
}

}  // namespace
}  // namespace holdfast::search
