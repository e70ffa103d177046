// Which date a thing has, among what is known.
#include "memory/recall/dating.h"

#include <gtest/gtest.h>

#include "memory/recall/testing.h"

namespace holdfast::memory {
namespace {

using testing::at;

struct Known {
  explicit Known(const std::vector<std::pair<std::string, std::string>>& said, const std::string& question)
      : query(testing::ask(question)) {
    for (const auto& [when, text] : said) {
      RecallCandidate& candidate = candidates.emplace_back();
      candidate.id = Id::from_digest(sha256(text));
      candidate.content = text;
      candidate.time = at(when);
    }
    statements = statements_of(query, candidates, candidates.size());
  }
  [[nodiscard]] std::vector<DatedThing> find(std::string_view phrase, bool or_told = false) const {
    return Calendar(query, candidates, statements, at("2026-06-01")).find(phrase, {}, or_told);
  }
  AnalysedQuery query;
  std::vector<RecallCandidate> candidates;
  std::vector<AnswerStatement> statements;
};

std::string day(const DatedThing& thing) { return format_day(midnight(thing.first)); }

TEST(Dating, TakesTheDateNearestToWhatItDates) {
  const Known known(
      {{"2026-03-01", "The keel was laid on 2026-03-02, the mast was set on 2026-04-20. Paint came 2026-05-01."}},
      "How long was it from the keel to the mast?");
  ASSERT_FALSE(known.find("the keel").empty());
  EXPECT_EQ(day(known.find("the keel")[0]), "2026-03-02");
  EXPECT_EQ(day(known.find("the mast")[0]), "2026-04-20");
  EXPECT_EQ(day(known.find("the paint")[0]), "2026-05-01");
}

TEST(Dating, ADateInThePhraseIsThatDate) {
  const Known known({{"2026-03-01", "The keel was laid on 2026-03-02"}}, "How long since 2026-01-05?");
  const auto dates = known.find("2026-01-05");
  ASSERT_EQ(dates.size(), 1U);
  EXPECT_EQ(day(dates[0]), "2026-01-05");
  EXPECT_FALSE(dates[0].statement.has_value());
}

TEST(Dating, AnUndatedStatementIsOfTheDayItWasTold) {
  const Known known({{"2026-03-01", "The keel is laid!"}}, "How long since the keel was laid?");
  EXPECT_TRUE(known.find("the keel").empty());
  const auto dates = known.find("the keel", true);
  ASSERT_EQ(dates.size(), 1U);
  EXPECT_EQ(day(dates[0]), "2026-03-01");
  EXPECT_TRUE(dates[0].told);
}

TEST(Dating, KnowsWhatIsDueAndWhatIsARange) {
  const Known known(
      {{"2026-03-01", "The survey is due by 2026-03-20"}, {"2026-03-02", "The regatta is 2026-05-02 to 2026-05-04"}},
      "How late was the survey, how long the regatta?");
  EXPECT_TRUE(known.find("the survey").at(0).due);
  EXPECT_FALSE(known.find("the regatta").at(0).due);
  EXPECT_EQ(format_day(midnight(known.find("the regatta").at(0).last)), "2026-05-04");
}

TEST(Dating, NothingForWhatNobodySpokeOf) {
  const Known known({{"2026-03-01", "The keel was laid on 2026-03-02"}}, "How long since the wedding?");
  EXPECT_TRUE(known.find("the wedding", true).empty());
  EXPECT_TRUE(known.find("").empty());
}

}  // namespace
}  // namespace holdfast::memory
