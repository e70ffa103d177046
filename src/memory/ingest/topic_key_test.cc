#include "memory/ingest/topic_key.h"

#include <gtest/gtest.h>

#include "memory/ingest/known_topics.h"

namespace holdfast::memory {
namespace {

TEST(TopicKey, KnownToolsShareTheirClass) {
  EXPECT_EQ(topic_key("Use pnpm, not npm."), "package manager");
  EXPECT_EQ(topic_key("we switched to Yarn"), "package manager");
  EXPECT_EQ(topic_key("dark mode by default"), "theme");
  EXPECT_EQ(topic_key("The user prefers light mode"), "theme");
}

TEST(TopicKey, AttributesOfNamedThings) {
  EXPECT_EQ(topic_key("The API port is 8010"), topic_key("api port is 8020 now"));
  EXPECT_EQ(topic_key("The launch deadline is May 4"), topic_key("launch deadline moved to May 11"));
  EXPECT_NE(topic_key("launch deadline moved to May 11"), "");
  EXPECT_EQ(topic_key("raised the memory limit to 768Mi"), topic_key("The memory limit is 512Mi"));
  EXPECT_EQ(topic_key("The user's boss is Hatice"), "boss");
  EXPECT_EQ(topic_key("breakpoint 1200 -> 1280"), "breakpoint");
}

TEST(TopicKey, Versions) {
  EXPECT_EQ(topic_key("we're on go 1.22"), "go version");
  EXPECT_EQ(topic_key("bumped to go 1.24"), "go version");
  EXPECT_NE(topic_key("we're on go 1.22"), topic_key("we are on rails 7.2"));
}

TEST(TopicKey, ScopesArePartOfTheKey) {
  const std::string production = topic_key("the memory limit is 512Mi in prod");
  const std::string staging = topic_key("the memory limit is 1Gi in staging");
  EXPECT_NE(production, "");
  EXPECT_NE(production, staging);
  EXPECT_EQ(production, topic_key("raised the memory limit to 768Mi in production"));
  EXPECT_EQ(topic_key("the limit is 1Gi in staging and 512Mi in production"), "");
}

TEST(TopicKey, PeopleHaveTheirOwn) {
  EXPECT_EQ(topic_key("The user lives in Lisbon"), "home");
  EXPECT_EQ(topic_key("Mara lives in Graz"), "mara home");
  EXPECT_EQ(topic_key("The user works at Siemens"), "employer");
  EXPECT_EQ(topic_key("Ines is vegan"), topic_key("Ines is vegetarian now"));
  EXPECT_NE(topic_key("Ines is vegan"), topic_key("Tom is vegan"));
}

TEST(TopicKey, NoneWhenThereCanBeSeveralOrInDoubt) {
  EXPECT_EQ(topic_key("The user has a dog named Rex"), "");
  EXPECT_EQ(topic_key("The user speaks Dutch and Polish"), "");
  EXPECT_EQ(topic_key("We use Postgres"), "");  // databases live beside each other
  EXPECT_EQ(topic_key("Mara is my sister"), "");
  EXPECT_EQ(topic_key("ports: api 8010, web 5180"), "");
  EXPECT_EQ(topic_key("it is nice"), "");
}

TEST(KnownTopics, ConvergesOnTheSameWords) {
  const std::vector<std::string> keys = {"memory limit production", "deadline launch"};
  const KnownTopics topics(keys);
  EXPECT_EQ(topics.converge("launch deadline", false), "deadline launch");
  EXPECT_EQ(topics.converge("launches deadlines", false), "deadline launch");
  EXPECT_EQ(topics.converge("budget", true), "budget");
}

TEST(KnownTopics, AChangeFindsTheOnlyKeyItCanMean) {
  const std::vector<std::string> keys = {"memory limit production", "deadline launch"};
  const KnownTopics topics(keys);
  EXPECT_EQ(topics.converge("limit production", true), "memory limit production");
  EXPECT_EQ(topics.converge("limit production", false), "limit production");
  EXPECT_EQ(topics.converge("limit staging", true), "limit staging");  // another scope

  const std::vector<std::string> two = {"memory limit", "disk limit"};
  EXPECT_EQ(KnownTopics(two).converge("limit", true), "limit");  // could be either
}

}  // namespace
}  // namespace holdfast::memory
