#include "language/lexicon.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "language/porter.h"

namespace holdfast::language {
namespace {

std::vector<std::string_view> others(std::string_view word) {
  const auto found = synonyms(porter_stem(word));
  return {found.begin(), found.end()};
}

TEST(Lexicon, KnowsStopWords) {
  for (const char* word : {"the", "i", "don't", "dont", "we've", "of"}) EXPECT_TRUE(is_stop_word(word)) << word;
  for (const char* word : {"", "work", "theme", "won", "ill", "npm"}) EXPECT_FALSE(is_stop_word(word)) << word;
}

TEST(Lexicon, GroupsSynonymsBothWays) {
  EXPECT_THAT(others("work"), testing::Contains("job"));
  EXPECT_THAT(others("job"), testing::Contains("work"));
  EXPECT_THAT(others("kids"), testing::IsSupersetOf({"son", "daughter"}));
  EXPECT_THAT(others("favorite"), testing::Contains(porter_stem("favourite")));
  EXPECT_THAT(others("repository"), testing::Contains("repo"));
  EXPECT_THAT(others("purchased"), testing::Contains("bui"));
  EXPECT_THAT(others("npm"), testing::IsEmpty());
  EXPECT_THAT(others("dog"), testing::Not(testing::Contains("cat")));
}

TEST(Lexicon, LeavesAWordOutOfItsOwnGroup) {
  for (const char* word : {"job", "movie", "car", "doctor"})
    EXPECT_THAT(others(word), testing::Not(testing::Contains(porter_stem(word)))) << word;
}

TEST(Lexicon, KnowsTheCalendar) {
  EXPECT_EQ(month_number("april"), 4);
  EXPECT_EQ(month_number("sept"), 9);
  EXPECT_EQ(month_number("dec"), 12);
  EXPECT_EQ(month_number("mai"), 0);
  EXPECT_EQ(month_name(2), "February");
  EXPECT_EQ(weekday_number("monday"), 1);
  EXPECT_EQ(weekday_number("sun"), 7);
  EXPECT_EQ(weekday_number("day"), 0);
  EXPECT_EQ(weekday_name(3), "Wednesday");
}

TEST(Lexicon, ReadsNumberWords) {
  EXPECT_EQ(number_word("zero"), 0);
  EXPECT_EQ(number_word("twelve"), 12);
  EXPECT_EQ(number_word("nineteen"), 19);
  EXPECT_EQ(number_word("ninety"), 90);
  EXPECT_EQ(number_word("many"), -1);
}

TEST(Lexicon, KnowsVerbs) {
  for (const char* word : {"is", "went", "deployed", "formatting", "prioritize", "he's", "isn't"})
    EXPECT_TRUE(is_verb(word)) << word;
  for (const char* word : {"red", "bed", "table", "ring1", "tokio"}) EXPECT_FALSE(is_verb(word)) << word;
}

}  // namespace
}  // namespace holdfast::language
