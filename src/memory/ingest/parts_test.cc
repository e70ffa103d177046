#include "memory/ingest/parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory/ingest/ingest_testing.h"
#include "memory/ingest/rest.h"

namespace holdfast::memory {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> texts(std::string_view statement) {
  std::vector<std::string> list;
  for (const Part& part : parts_of(statement)) list.emplace_back(part.text);
  return list;
}

std::string rest(std::string content, std::vector<std::size_t> gone, std::string name = {}) {
  Memory memory;
  memory.content = std::move(content);
  memory.name = std::move(name);
  return rest_of(make_comparable(memory), gone);
}

TEST(Parts, ListsOfValuesAreCutAndListsOfOneKindAreNot) {
  EXPECT_THAT(texts("go 1.22, sqlc, port 8010"), ElementsAre("go 1.22", "sqlc", "port 8010"));
  EXPECT_THAT(texts("Regulars: Chidi, Wanda, Paul."), ElementsAre("Regulars: Chidi, Wanda, Paul."));
}

TEST(Parts, TheDateOfTheMessageBelongsToNone) {
  EXPECT_THAT(texts("The rent is 900 euros. (2026-03-02)"), ElementsAre("The rent is 900 euros."));
  EXPECT_EQ(without_stamp("on March 3 (2026-03-03)"), "on March 3");
  EXPECT_EQ(without_stamp("(see notes)"), "(see notes)");
}

TEST(Parts, WhoSpeaksIsAPrefix) {
  EXPECT_EQ(speaker_prefix("Mara: the fair is on Monday", "Mara"), 6U);
  EXPECT_EQ(speaker_prefix("[Mara] the fair is on Monday", "Mara"), 7U);
  EXPECT_EQ(speaker_prefix("Mara says so", "Mara"), 0U);
  EXPECT_EQ(speaker_prefix("Mara: so", ""), 0U);
}

TEST(Rest, KeepsWhatIsNotReplaced) {
  EXPECT_EQ(rest("Teacher is Paolo, lessons on Mondays at 17:00, 25 euros each.", {1}),
            "Teacher is Paolo, 25 euros each");
  EXPECT_EQ(rest("The rent is 900 euros.", {0}), "");
}

TEST(Rest, KeepsWhoSaidIt) {
  EXPECT_EQ(rest("Mara: Launch is on 7 October. Press embargo until 09:00.", {0}, "Mara"),
            "Mara: Press embargo until 09:00");
}

}  // namespace
}  // namespace holdfast::memory
